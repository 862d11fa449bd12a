"""Refusing sessions for a while, and new ones like them: `watchword sessions block`, `blocks` and `unblock`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from watchword.cli import aws, tables
from watchword.cli.credentials.durations import Margin
from watchword.cli.exits import Exit, Stop
from watchword.cli.sessions import own
from watchword.cli.sessions.authority import authority, gone, minute, pages, say
from watchword.cli.sessions.criteria import Criteria, matching
from watchword.cli.sessions.criteria import of as criteria_of
from watchword.cli.sessions.rows import when
from watchword.cli.tables import Sheet
from watchword.cli.times import Instant, Moment


@click.command()
@click.argument("name")
@matching
@click.option(
    "--ip", "ips", multiple=True, metavar="ADDRESS", help="Requests from there: `10.0.0.0/8`. May be repeated."
)
@click.option("--until", type=Moment(), help="When it lifts: `2026-01-31T09:00Z`.")
@click.option("--for", "length", type=Margin(), help="After how long it lifts: `2h`.")
@click.option("--reason", metavar="TEXT", help="Why; whoever is refused is told.")
@tables.output
@authority
def block(
    account: aws.Account,
    client: Any,
    name: str,
    criteria: Criteria,
    ips: tuple[str, ...],
    until: Instant | None,
    length: int | None,
    reason: str | None,
    form: str,
) -> None:
    """Refuse sessions, and new ones like them, until a time.

    Those that match every option given. The block NAME takes the place of one of that name. Sessions that it
    refused are good again when it lifts; to be rid of them for good, end them as well.
    """
    wanted = criteria.asked() | ({"SourceIps": list(ips)} if ips else {})
    if not wanted:
        raise Stop("say which sessions are to be refused: `--role`, `--user`, `--ip` or another", Exit.USAGE)
    now = aws.now(account)
    lifts = _lifts(until, length, now)
    if criteria.asked() and own.strikes_own(account, client, (), criteria.asked()):
        say("Your own session is among them: whatever uses it is refused from now on, this terminal as well.")
    made = _row(client.put_block(Name=name, Until=lifts, **wanted, **({"Reason": reason} if reason else {}))["Block"])
    if form != "table":
        tables.write_one(form, _sheet(now), made)
        return
    click.echo(f"{made.name}: refuses {made.refuses} until {minute(made.until)}")
    say(f"Lift it with `watchword sessions unblock {made.name}`.")


def _lifts(until: Instant | None, length: int | None, now: datetime) -> datetime:
    if isinstance(until, timedelta):
        raise Stop(
            "`--until` is an instant, such as `2026-01-31T09:00Z`; for a length of time, say `--for 2h`", Exit.USAGE
        )
    if (until is None) == (length is None):
        raise Stop("say when it lifts: `--for 2h`, or `--until 2026-01-31T09:00Z`", Exit.USAGE)
    lifts = until if until is not None else now + timedelta(seconds=length or 0)
    if lifts <= now:
        raise Stop(f"that is over: it is {minute(now)}", Exit.USAGE)
    return lifts


@click.command()
@tables.output
@authority
def blocks(account: aws.Account, client: Any, form: str) -> None:
    """List what is blocked, until when, and why."""
    now = aws.now(account)
    rows = [_row(told) for told in pages(client.list_blocks, "Blocks")]
    tables.write(form, _sheet(now), rows)
    if not rows:
        say("nothing is blocked")


@click.command()
@click.argument("name")
@authority
def unblock(account: aws.Account, client: Any, name: str) -> None:
    """Lift the block NAME.

    Sessions that it refused are good again, unless something else ended them.
    """
    del account
    try:
        client.delete_block(Name=name)
    except client.exceptions.ClientError as error:
        if gone(error):
            raise Stop(f"there is no block `{name}`; `watchword sessions blocks` lists those there are") from error
        raise
    click.echo(f"{name} has lifted.")


@dataclass(frozen=True, slots=True)
class BlockRow(Criteria):
    """What is told of a block, beside which sessions it refuses."""

    _: KW_ONLY
    name: str
    source_ips: tuple[str, ...]
    until: datetime
    reason: str | None
    created: datetime
    created_by: str

    @property
    def refuses(self) -> str:
        """Which sessions, in words."""
        places = f"from {' or '.join(self.source_ips)}" if self.source_ips else ""
        return ", ".join(part for part in (str(self), places) if part)


NAMES = ("name", *(field.name for field in fields(BlockRow) if field.name != "name"))


def _row(told: Mapping[str, Any]) -> BlockRow:
    return BlockRow(
        **asdict(criteria_of(told)),
        name=told["Name"],
        source_ips=tuple(told.get("SourceIps", ())),
        until=told["Until"].astimezone(UTC),
        reason=told.get("Reason") or None,
        created=told["CreatedAt"].astimezone(UTC),
        created_by=told["CreatedBy"],
    )


def _sheet(now: datetime) -> Sheet[BlockRow]:
    return Sheet(
        NAMES,
        lambda row: {name: getattr(row, name) for name in NAMES},
        {
            "name": lambda row: row.name,
            "refuses": lambda row: row.refuses,
            "lifts": lambda row: when(row.until, now),
            "reason": lambda row: row.reason or "",
            "by": lambda row: row.created_by.rpartition(":")[2],
        },
    )
