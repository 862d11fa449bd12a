"""Following what becomes of sessions: a line for each change, or a table that keeps up to date. `pause` is given."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from watchword.cli import tables
from watchword.cli.sessions.authority import say, text
from watchword.cli.sessions.changes import Change, Watch
from watchword.cli.sessions.rows import FOLDABLE, columns, entity, left, short, state

if TYPE_CHECKING:
    from rich.console import Group

LATEST = 5
"""Changes that stand below the table."""
AROUND = LATEST + 4
"""Lines of a terminal that hold no session: the header, the changes, a summary, and where the cursor stands."""
SEEN = ("key", "who", "as", "name", "from", "left", "last call", "note")


def in_lines(watched: Watch, pause: Callable[[], None], *, as_json: bool) -> None:
    """Print a line for each change, for ever; `pause` stands between two looks."""
    watched.look()
    say(f"{len(watched.live):,} live; what changes is told from here on")
    while True:
        pause()
        for change in watched.look():
            click.echo(tables.encoded(record(change)) if as_json else text(line(change)))


def record(change: Change) -> dict[str, Any]:
    """Write a change for machines: what happened, when, and the session as `list` tells it."""
    return {"event": change.event, "at": change.at, **asdict(change.session)}


def line(change: Change) -> str:
    """Say a change in one line."""
    session = change.session
    who = short(session.requester, session.principal)
    named = f" {session.session_name}" if session.session_name else ""
    return "  ".join(
        (
            f"{change.at:%Y-%m-%d %H:%M:%S}",
            f"{change.event:<9}",
            session.access_key_id,
            f"{who} as {entity(session.issuer)}{named} from {session.source_ip}{_more(change)}",
        )
    )


def _more(change: Change) -> str:
    """Say how long it will live, or whose doing it was that it lives no more."""
    session = change.session
    if session.seconds_left:
        return f", {left(session.seconds_left)} left"
    return f", {state(session)}" if session.ended_by else ""


def in_table(watched: Watch, pause: Callable[[], None]) -> None:
    """Keep a table of what is live on the terminal, with the latest changes below it."""
    from rich.live import Live  # noqa: PLC0415 - a twentieth of a second, for tables alone

    latest: deque[Change] = deque(maxlen=LATEST)
    with Live(console=tables.console(), auto_refresh=False) as live:
        while True:
            latest.extend(watched.look())
            live.update(picture(watched, latest, live.console.height - AROUND), refresh=True)
            pause()


def picture(watched: Watch, latest: Iterable[Change], room: int) -> Group:
    """Draw what is live, so many as there is room for, and the latest changes."""
    from rich.console import Group as Drawn  # noqa: PLC0415 - likewise

    now, number, room = watched.now, len(watched.live), max(1, room)
    sheet = tables.Sheet((), asdict, _columns(now), FOLDABLE)
    table = tables.drawn(sheet, islice(watched.rows(now), room), in_one_line=True)
    hidden = f", the newest {room} are shown" if number > room else ""
    summary = f"{number:,} live at {now:%H:%M:%S} UTC{hidden}; Ctrl-C to leave"
    return Drawn(table, "", *(tables.shown(line(change)) for change in latest), tables.shown(summary))


def _columns(now: datetime) -> dict[str, Any]:
    known = columns(now)
    return {name: known[name] for name in SEEN}
