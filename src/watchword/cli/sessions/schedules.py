"""Ending sessions again and again: `end --every`, `watchword sessions schedules` and `unschedule`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import KW_ONLY, asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any

import click

from watchword.cli import aws, tables, times
from watchword.cli.credentials.durations import said as length_said
from watchword.cli.exits import Exit, Stop
from watchword.cli.sessions.authority import authority, gone, opened, others_told, pages, say
from watchword.cli.sessions.criteria import Criteria
from watchword.cli.sessions.criteria import of as criteria_of
from watchword.cli.sessions.rows import when
from watchword.cli.tables import Sheet

CRON_FIELDS = 5
"""Minute, hour, day of the month, month, day of the week."""
LONGEST_NAME = 64
LONGEST_SESSION = 129_600
"""Seconds; no session is ever older.  Source: STS API, GetSessionToken."""
NOT_IN_NAMES = re.compile(r"[^\w+=,.@-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be ended, and when."""

    criteria: Criteria
    expression: str
    timezone: str | None
    name: str | None
    older_than: int | None
    reason: str | None

    def asked(self) -> dict[str, Any]:
        """Give it as PutSchedule takes it.

        Raises Stop.
        """
        if not (self.criteria.asked() or self.older_than):
            raise Stop("say which sessions are to end: `--role`, `--user` or another, or `--older-than 8h`", Exit.USAGE)
        if len(self.expression.split()) != CRON_FIELDS:
            raise Stop(f"`{self.expression}` is no time for `--every`; write `0 20 * * *` for 20:00", Exit.USAGE)
        if self.older_than and self.older_than >= LONGEST_SESSION:
            raise Stop(
                f"no session is older than {length_said(LONGEST_SESSION)}; say less in `--older-than`", Exit.USAGE
            )
        given = {"TimeZone": self.timezone, "OlderThan": self.older_than, "Reason": self.reason}
        some = {name: value for name, value in given.items() if value is not None}
        return self.criteria.asked() | some | {"Name": self.name or self._named(), "Expression": self.expression}

    def _named(self) -> str:
        """Name it after what it ends, so that the same asked for twice is one schedule."""
        parts = [part for pair in self.criteria.asked().items() for part in pair]
        parts += ["older", length_said(self.older_than)] if self.older_than else []
        return NOT_IN_NAMES.sub("-", "-".join(["end", *parts]))[:LONGEST_NAME]


def put(account: aws.Account, plan: Plan, form: str) -> None:
    """Make a schedule, or put it in the place of the one of its name.

    Raises Stop.
    """
    asked = plan.asked()
    client = opened(account)
    now = aws.now(account)
    with others_told(client):
        made = _row(client.put_schedule(**asked)["Schedule"])
    if form != "table":
        tables.write_one(form, _sheet(now), made)
        return
    click.echo(
        f"{made.name}: ends {made.ends} at `{made.expression}` {made.time_zone}, next {when(made.next_run, now)}"
    )
    say(f"Take it away with `watchword sessions unschedule {made.name}`.")


@click.command()
@tables.output
@authority
def schedules(account: aws.Account, client: Any, form: str) -> None:
    """List what is ended again and again, and when."""
    now = aws.now(account)
    rows = [_row(told) for told in pages(client.list_schedules, "Schedules")]
    tables.write(form, _sheet(now), rows)
    if not rows:
        say("there are no schedules; `watchword sessions end --help` tells how to make one, with `--every`")


@click.command()
@click.argument("name")
@authority
def unschedule(account: aws.Account, client: Any, name: str) -> None:
    """Take the schedule NAME away.

    What it ended stays ended.
    """
    del account
    try:
        client.delete_schedule(Name=name)
    except client.exceptions.ClientError as error:
        if gone(error):
            raise Stop(
                f"there is no schedule `{name}`; `watchword sessions schedules` lists those there are"
            ) from error
        raise
    click.echo(f"{name} is no schedule any more.")


@dataclass(frozen=True, slots=True)
class ScheduleRow(Criteria):
    """What is told of a schedule, beside which sessions it ends."""

    _: KW_ONLY
    name: str
    expression: str
    time_zone: str
    older_than_seconds: int | None
    reason: str | None
    created: datetime
    created_by: str
    next_run: datetime
    last_run: datetime | None
    last_count: int | None
    last_error: str | None

    @property
    def ends(self) -> str:
        """Which sessions, in words."""
        whose = str(self) or "all sessions"
        return f"{whose}, older than {length_said(self.older_than_seconds)}" if self.older_than_seconds else whose


NAMES = ("name", *(field.name for field in fields(ScheduleRow) if field.name != "name"))


def _row(told: Mapping[str, Any]) -> ScheduleRow:
    last = told.get("LastRunAt")
    return ScheduleRow(
        **asdict(criteria_of(told)),
        name=told["Name"],
        expression=told["Expression"],
        time_zone=told["TimeZone"],
        older_than_seconds=told.get("OlderThan"),
        reason=told.get("Reason") or None,
        created=told["CreatedAt"].astimezone(UTC),
        created_by=told["CreatedBy"],
        next_run=told["NextRunAt"].astimezone(UTC),
        last_run=last.astimezone(UTC) if last else None,
        last_count=told.get("LastCount"),
        last_error=told.get("LastError") or None,
    )


def _sheet(now: datetime) -> Sheet[ScheduleRow]:
    return Sheet(
        NAMES,
        lambda row: {name: getattr(row, name) for name in NAMES},
        {
            "name": lambda row: row.name,
            "ends": lambda row: row.ends,
            "at": lambda row: row.expression,
            "zone": lambda row: row.time_zone,
            "next": lambda row: when(row.next_run, now),
            "last": lambda row: times.ago(row.last_run, now) if row.last_run else "never",
            "ended then": lambda row: "" if row.last_count is None else f"{row.last_count:,}",
            "error": lambda row: row.last_error or "",
            "reason": lambda row: row.reason or "",
        },
    )
