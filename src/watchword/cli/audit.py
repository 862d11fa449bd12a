"""`watchword audit`: who did what, and who stood behind a session. Asks LookupEvents and nothing else."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any, TypeVar

import click

from watchword.cli import aws, tables
from watchword.cli.exits import Exit, Stop
from watchword.cli.times import Instant, Moment, instant
from watchword.cli.trail import DOMAIN, TEMPORARY, Event, Hop, Trail, Wanted, chain, who

Row = TypeVar("Row")


def filters(command: Callable[..., None]) -> Callable[..., None]:
    """Add what events are looked for by."""
    for option in (
        click.option("--key", help="Signed with this access key."),
        click.option("--user", help="Asked for by this user, or under this session name."),
        click.option("--event", help="Of this name: `CreateUser`."),
        click.option("--source", help="To this service: `iam`."),
        click.option("--resource", help="About what bears this name, ARN or key id."),
    ):
        command = option(command)
    return command


@click.group()
def audit() -> None:
    """Search, follow and trace the events of an account. Works with AWS as well; there, one region at a time."""


@audit.command()
@filters
@click.option("--since", type=Moment(), default="24h", show_default=True, help="From when on.")
@click.option("--until", type=Moment(), help="Until when.  [default: now]")
@click.option("--last", type=click.IntRange(1), default=100, show_default=True, help="How many, the newest, at most.")
@tables.output
@aws.account
def search(
    since: Instant, until: Instant | None, last: int, form: str, account: aws.Account, **names: str | None
) -> None:
    """Show what happened, the newest first."""
    now = partial(aws.now, account)
    start, end = instant(since, now), instant(until, now) if until else None
    if end is not None and start > end:
        raise Stop("`--since` is later than `--until`; exchange them", Exit.USAGE)
    found = list(islice(Trail.of(account).find(Wanted(**names), start, end), last))
    _print(form, EVENTS, found, _whole)
    if not found:
        click.echo("no such event; look further back with `--since 90d`", err=True)
    elif len(found) == last:
        click.echo(f"the newest {last} are shown; see more with `--last`", err=True)


@audit.command()
@filters
@click.option("--since", type=Moment(), default="0s", help="Begin so far back.  [default: now]")
@click.option("--every", type=click.FloatRange(0.5), default=5.0, show_default=True, help="Seconds between two looks.")
@tables.output
@aws.account
def follow(since: Instant, every: float, form: str, account: aws.Account, **names: str | None) -> None:
    """Show what happens, as it comes to be known, until interrupted. AWS may tell of an event a quarter hour late."""
    start = instant(since, partial(aws.now, account))
    events = Trail.of(account).follow(Wanted(**names), start, partial(_pause, every))
    with suppress(KeyboardInterrupt):  # how one says that it is enough
        if form != "table":
            _print(form, EVENTS, events, _whole)
        for event in events:
            click.echo("  ".join(tables.shown(tell(event)).plain for tell in EVENTS.columns.values()))


def _pause(seconds: float) -> None:
    sys.stdout.flush()  # whoever reads a pipe waits no longer than they have to
    time.sleep(seconds)


@audit.command("chain")
@click.argument("start", metavar="EVENT_ID|ACCESS_KEY_ID")
@tables.output
@aws.account
def trace(start: str, form: str, account: aws.Account) -> None:
    """Lead a session, or an event, back to the first who asked. Each line is who stood behind the line above."""
    hops = chain(Trail.of(account), start)
    if not hops:
        raise Stop(f"nothing is known of `{start}` in the last 90 days; see that account and region are the right ones")
    _print(form, HOPS, hops, _step)
    if hops[-1].access_key_id.startswith(TEMPORARY):
        click.echo("who asked for the last of these is not on record here", err=True)


def _print(form: str, sheet: tables.Sheet[Row], rows: Iterable[Row], line: Callable[[Row], Mapping[str, Any]]) -> None:
    """Print rows; in JSON one object a line, so that what is followed and what is searched look alike."""
    if form != "json":
        tables.write(form, sheet, rows)
        return
    for row in rows:
        click.echo(tables.encoded(line(row)))


def _asked(event: Event) -> str:
    return f"{event['eventSource'].removesuffix(DOMAIN)}:{event['eventName']}"


def _record(event: Event) -> Mapping[str, tables.Value]:
    names = (resource.get("ResourceName", "") for resource in event["lookup"].get("Resources", ()))
    return {
        "time": event["eventTime"],
        "who": who(event),
        "access_key_id": event["userIdentity"].get("accessKeyId"),
        "event": _asked(event),
        "source_ip": event.get("sourceIPAddress"),
        "error": event.get("errorCode"),
        "resources": list(dict.fromkeys(names)),
        "event_id": event["eventID"],
    }


def _whole(event: Event) -> Mapping[str, Any]:
    """Give an event as CloudTrail's log files hold it."""
    return {name: value for name, value in event.items() if name != "lookup"}


EVENTS = tables.Sheet(
    ("time", "who", "access_key_id", "event", "source_ip", "error", "resources", "event_id"),
    _record,
    {
        "time": lambda event: event["eventTime"],
        "who": lambda event: who(event).rpartition("::")[2],
        "key": lambda event: event["userIdentity"].get("accessKeyId") or "",
        "asked": _asked,
        "from": lambda event: event.get("sourceIPAddress") or "",
        "answer": lambda event: event.get("errorCode") or "ok",
        "event id": lambda event: event["eventID"],
    },
)


def _step(hop: Hop) -> Mapping[str, tables.Value]:
    event = hop.event
    told = {} if event is None else _record(event)
    how = {name: told.get(name) for name in ("event", "time", "source_ip", "event_id")}
    return {"who": hop.who, "access_key_id": hop.access_key_id} | how


def _cell(name: str) -> Callable[[Hop], str]:
    return lambda hop: str(_step(hop)[name] or "")


HOPS = tables.Sheet(
    ("who", "access_key_id", "event", "time", "source_ip", "event_id"),
    _step,
    {
        "who": _cell("who"),
        "key": _cell("access_key_id"),
        "asked": _cell("event"),
        "time": _cell("time"),
        "from": _cell("source_ip"),
        "event id": _cell("event_id"),
    },
)
