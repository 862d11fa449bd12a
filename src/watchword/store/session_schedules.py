"""Schedules by which sessions are ended again and again."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update

from watchword.store import schema
from watchword.store.tx import Tx

_schedule = schema.schedule


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule; instants in epoch seconds, None where there is none yet."""

    account_id: str
    name: str
    criteria: str
    """Which sessions, as the services write it."""
    expression: str
    """When, as cron writes it."""
    time_zone: str
    older_than: int
    """Seconds: younger sessions are left alone."""
    reason: str
    created_at: int
    created_by: str
    next_run_at: int
    last_run_at: int | None = None
    last_count: int | None = None


def put(tx: Tx, schedule: Schedule) -> None:
    """Keep a schedule, in the place of one of its name."""
    remove(tx, schedule.account_id, schedule.name)
    tx.connection.execute(insert(_schedule).values(**asdict(schedule)))


def remove(tx: Tx, account: str, name: str) -> bool:
    """Forget a schedule; tells whether there was one."""
    return tx.connection.execute(delete(_schedule).where(_here(account, name))).rowcount > 0


def page(tx: Tx, account: str, *, after: str, limit: int) -> list[Schedule]:
    """List an account's schedules by name, from the first past `after`."""
    found = select(_schedule).where(_schedule.c.account_id == account, _schedule.c.name > after)
    return [_schedule_of(row) for row in tx.connection.execute(found.order_by(_schedule.c.name).limit(limit))]


def count(tx: Tx, account: str) -> int:
    """Tell how many schedules an account has."""
    found = select(func.count()).select_from(_schedule).where(_schedule.c.account_id == account)
    return int(tx.connection.execute(found).scalar_one())


def due(tx: Tx, now: float, limit: int) -> list[Schedule]:
    """Give schedules of all accounts whose time has come, the most overdue first."""
    found = select(_schedule).where(_schedule.c.next_run_at <= now).order_by(_schedule.c.next_run_at)
    return [_schedule_of(row) for row in tx.connection.execute(found.limit(limit))]


def named(tx: Tx, account: str, name: str) -> Schedule | None:
    """Find a schedule."""
    row = tx.connection.execute(select(_schedule).where(_here(account, name))).one_or_none()
    return None if row is None else _schedule_of(row)


def ran(tx: Tx, schedule: Schedule, *, at: int, next_run_at: int, count: int) -> None:
    """Note that a schedule ran, and when it runs next."""
    tx.connection.execute(
        update(_schedule)
        .where(_here(schedule.account_id, schedule.name))
        .values(last_run_at=at, next_run_at=next_run_at, last_count=count)
    )


def _here(account: str, name: str) -> ColumnElement[bool]:
    return (_schedule.c.account_id == account) & (_schedule.c.name == name)


def _schedule_of(row: Row[tuple[object, ...]]) -> Schedule:
    return Schedule(**row._asdict())
