"""`watchword journal`: the newest entries of a store's journal, for whoever can read the store itself."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watchword.cli import options, tables

if TYPE_CHECKING:
    from watchword.store.journal import Entry


@click.command()
@options.data
@click.option("--last", type=click.IntRange(1, 10_000), default=20, show_default=True, help="How many entries.")
@click.option("--access-key-id", help="Only requests that named this key.")
@click.option("--json", "as_json", is_flag=True, help="Print whole entries as JSON Lines.")
def journal(data: Path, last: int, access_key_id: str | None, as_json: bool) -> None:
    """Show who asked for what, and what came of it; the oldest first."""
    from watchword import compose  # noqa: PLC0415 - the store and its libraries are loaded only when they are used

    with options.one_line(*compose.FAULTS):
        entries = compose.read_journal(options.settings(data), last=last, access_key_id=access_key_id)
    if as_json:
        import msgspec  # noqa: PLC0415 - likewise

        for entry in entries:
            click.echo(msgspec.json.encode(entry))
    else:
        _show(entries)


def _show(entries: list[Entry]) -> None:
    from rich.table import Table  # noqa: PLC0415 - likewise

    table = Table("time (UTC)", "who", "key", "asked", "answer", box=None, pad_edge=False, header_style="bold")
    for entry in entries:
        table.add_row(
            f"{datetime.fromtimestamp(entry.at, UTC):%Y-%m-%d %H:%M:%S}",
            tables.shown(entry.principal.rpartition(":")[2] or "?"),
            tables.shown(entry.access_key_id),
            f"{entry.service}:{entry.event}" if entry.event else "?",
            entry.error or "ok",
        )
    tables.console().print(table)
    if any(entry.sandbox for entry in entries):
        click.echo("SANDBOX: these are a sandbox's entries.")
