"""When the next sweep begins by itself, read where the queue keeps it: the queue's own library loads for seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

TABLE = "workflow_schedules"


@dataclass(frozen=True, slots=True)
class Agenda:
    """A schedule as it is kept. `next_at` is in epoch seconds; 0 where it is held as a standby."""

    expression: str
    time_zone: str
    on: bool
    next_at: float


def agenda(ledger_url: str, now: float) -> Agenda | None:
    """Find the schedule that stands beside a ledger; None where there is none."""
    import sqlalchemy as sql  # noqa: PLC0415 - loaded only when used

    place = _place(ledger_url)
    if place is None:
        return None
    url, schema = place
    names = ("schedule_name", "schedule", "cron_timezone", "status")
    table = sql.table(TABLE, *map(sql.column, names), schema=schema)
    asked = sql.select(table.c.schedule, table.c.cron_timezone, table.c.status).where(
        table.c.schedule_name == "rotation"
    )
    engine = sql.create_engine(url)
    try:
        with engine.connect() as connection:
            found = connection.execute(asked).one_or_none()
    except sql.exc.DBAPIError:  # there was never a queue
        return None
    finally:
        engine.dispose()
    return _read(found[0], found[1] or "UTC", now, on=found[2] == "ACTIVE") if found else None


def _place(ledger_url: str) -> tuple[Any, str | None] | None:
    """Tell where the queue is, and the schema of its tables. Nothing is made there."""
    from sqlalchemy import make_url  # noqa: PLC0415 - loaded only when used

    url = make_url(ledger_url)
    if url.get_backend_name() != "sqlite":
        return url.set(drivername="postgresql+psycopg"), "watchword_rotation_work"
    path = Path(url.database or "")
    beside = path.with_name(f"{path.stem}-work.db")
    return (url.set(database=str(beside)), None) if beside.is_file() else None


def _read(expression: str, time_zone: str, now: float, *, on: bool) -> Agenda:
    from cronsim import CronSim  # noqa: PLC0415 - loaded only when used

    after = datetime.fromtimestamp(now, ZoneInfo(time_zone))
    return Agenda(expression, time_zone, on, next(CronSim(expression, after)).timestamp() if on else 0.0)
