"""`watchword sessions list`: who holds temporary credentials, since when, and for how long still."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

import click

from watchword.cli import aws, tables
from watchword.cli.exits import Exit, Stop
from watchword.cli.sessions import own
from watchword.cli.sessions.authority import authority, pages, say
from watchword.cli.sessions.criteria import Criteria, matching
from watchword.cli.sessions.rows import SessionRow, row, sheet
from watchword.cli.times import Instant, Moment, instant

STATES = ("live", "ended", "blocked", "expired", "all")


@click.command("list")
@matching
@click.option("--ip", metavar="ADDRESS", help="Asked for from this address or block of addresses: `10.0.0.0/8`.")
@click.option(
    "--state", type=click.Choice(STATES), default="live", show_default=True, help="Which ones, by how they stand."
)
@click.option("--since", type=Moment(), help="Issued since then: `24h`, or `2026-01-31T09:00Z`.")
@click.option("--before", type=Moment(), help="Issued before then.")
@click.option("--mine", is_flag=True, help="Only your own: as whoever you are, and what came from them.")
@click.option("--last", type=click.IntRange(1), help="How many, the newest, at most.  [default: all]")
@tables.output
@authority
def list_sessions(
    account: aws.Account,
    client: Any,
    criteria: Criteria,
    ip: str | None,
    state: str,
    since: Instant | None,
    before: Instant | None,
    mine: bool,
    last: int | None,
    form: str,
) -> None:
    """List sessions, the newest first.

    Live ones only, unless --state says otherwise. What is left is told by the account's own time.
    """
    whose = own.mine(account) if mine else {}
    if mine and whose.keys() & criteria.asked().keys():
        raise Stop(f"`--mine` says whose they are: {', '.join(whose.values())}; name no other", Exit.USAGE)
    now = aws.now(account)
    wanted = (
        criteria.asked()
        | whose
        | span(since, before, now)
        | {"State": state.upper()}
        | ({"SourceIp": ip} if ip else {})
    )
    found = pages(client.list_sessions, "Sessions", **wanted)
    key = own.key(account)
    some = _Some(row(told, now, key) for told in islice(found, last))
    tables.write(form, sheet(now), some)
    if not some.any:
        what = "session" if state == "all" else f"{state} session"
        say(f"no such {what}" + ("; others may be among `--state all`" if state != "all" else ""))


def span(since: Instant | None, before: Instant | None, now: datetime) -> dict[str, datetime]:
    """Say between which times of issue.

    Raises Stop.
    """
    at = partial(instant, now=lambda: now)
    found = {name: at(when) for name, when in (("IssuedAfter", since), ("IssuedBefore", before)) if when is not None}
    if len(found) > 1 and found["IssuedAfter"] >= found["IssuedBefore"]:
        raise Stop("`--since` is not earlier than `--before`; exchange them", Exit.USAGE)
    return found


class _Some:
    """Rows as they come, and whether any came."""

    def __init__(self, rows: Iterable[SessionRow]) -> None:
        self._rows = rows
        self.any = False

    def __iter__(self) -> Iterator[SessionRow]:
        for each in self._rows:
            self.any = True
            yield each
