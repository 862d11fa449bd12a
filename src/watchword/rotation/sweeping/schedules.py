"""When sweeps begin by themselves: one schedule, kept where the queue is, heeded by whichever worker lives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
from cronsim import CronSim, CronSimError
from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer

from watchword.rotation.sweeping.workers import NAME, SCHEMA, tame_logging
from watchword.rotation.sweeping.workflows import SCHEDULED, Wish

SCHEDULE = "rotation"


class BadSchedule(ValueError):  # noqa: N818 - the name is what is wrong with it
    """A time that cannot be understood; the text says why."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When, in which zone, what, and whether it is heeded: a second site may hold it as a standby."""

    expression: str
    time_zone: str
    wish: Wish
    on: bool = True

    def next_at(self, after: float) -> float:
        """Tell when it comes next, in epoch seconds."""
        zone = ZoneInfo(self.time_zone)
        return next(CronSim(self.expression, datetime.fromtimestamp(after, zone))).timestamp()


def checked(expression: str, time_zone: str) -> None:
    """See that a schedule can be understood.

    Raises BadSchedule.
    """
    try:
        zone = ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError) as error:
        raise BadSchedule(f"`{time_zone}` is no time zone; write one as `Europe/Berlin`") from error
    try:
        next(CronSim(expression, datetime.now(UTC).astimezone(zone)))
    except (CronSimError, StopIteration) as error:
        raise BadSchedule(f"`{expression}` is no time; `0 3 * * *` is each night at three") from error


def daily(at: str) -> str:
    """Write `HH:MM` as a cron expression.

    Raises BadSchedule.
    """
    try:
        time = datetime.strptime(at, "%H:%M").time()  # noqa: DTZ007 - a time of the day, in whatever zone
    except ValueError as error:
        raise BadSchedule(f"`{at}` is no time of the day; write `03:00`") from error
    return f"{time.minute} {time.hour} * * *"


def put(url: str, schedule: Schedule) -> None:
    """Set the schedule, in place of the one before.

    Raises BadSchedule, and what the database refuses.
    """
    checked(schedule.expression, schedule.time_zone)
    tame_logging()
    DBOS.migrate(url, schema=SCHEMA)
    with _client(url) as client:
        client.delete_schedule(SCHEDULE)
        client.create_schedule(
            schedule_name=SCHEDULE,
            workflow_name=SCHEDULED,
            schedule=schedule.expression,
            context=msgspec.to_builtins(schedule.wish),
            cron_timezone=schedule.time_zone,
        )
        if not schedule.on:
            client.pause_schedule(SCHEDULE)


def find(url: str) -> Schedule | None:
    """Give the schedule, or None where there is none."""
    tame_logging()
    DBOS.migrate(url, schema=SCHEMA)
    with _client(url) as client:
        told = client.get_schedule(SCHEDULE)
    if told is None:
        return None
    wish = msgspec.convert(told["context"], Wish)
    return Schedule(told["schedule"], told["cron_timezone"] or "UTC", wish, on=told["status"] == "ACTIVE")


def switch(url: str, *, on: bool) -> None:
    """Heed the schedule, or hold it as a standby."""
    with _client(url) as client:
        (client.resume_schedule if on else client.pause_schedule)(SCHEDULE)


def drop(url: str) -> None:
    """Take the schedule away."""
    with _client(url) as client:
        client.delete_schedule(SCHEDULE)


@contextmanager
def _client(url: str) -> Iterator[DBOSClient]:
    client = DBOSClient(
        system_database_url=url,
        dbos_system_schema=SCHEMA,
        serializer=DBOSPortableJSONSerializer(),
        application_name=NAME,
        retry_connection_errors=False,
    )
    try:
        yield client
    finally:
        client.destroy()
