"""Reports that were asked for: when, by when they were done, and what they say.

What their contents mean is the business of whoever makes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update

from watchword.store import schema
from watchword.store.tx import Tx

_report = schema.report


class Kind(Enum):
    """What a report is about."""

    CREDENTIALS = "credentials"
    CREDENTIALS_PART = "credentials-part"
    LAST_ACCESSED = "last-accessed"


@dataclass(frozen=True, slots=True)
class Report:
    """One report; instants in epoch seconds, `completed_at` None while it is being made.

    `id` is unique among the reports of all accounts.
    """

    id: str
    account: str
    kind: Kind
    requested_at: int
    completed_at: int | None = None
    content: bytes | None = field(default=None, repr=False)


def add(tx: Tx, report: Report) -> None:
    """Keep a new report."""
    tx.connection.execute(
        insert(_report).values(
            id=report.id,
            account_id=report.account,
            kind=report.kind.value,
            requested_at=report.requested_at,
            completed_at=report.completed_at,
            content=report.content,
        )
    )


def complete(tx: Tx, report_id: str, *, at: int) -> None:
    """Note that a report is done."""
    tx.connection.execute(update(_report).where(_report.c.id == report_id).values(completed_at=at))


def find(tx: Tx, account: str, kind: Kind, report_id: str) -> Report | None:
    """Find an account's report of a kind."""
    row = tx.connection.execute(select(_report).where(_of(account, kind), _report.c.id == report_id)).one_or_none()
    return None if row is None else _report_of(row)


def newest_of(tx: Tx, account: str, kind: Kind) -> Report | None:
    """Give the report of a kind whose id is the highest."""
    highest = tx.connection.execute(select(func.max(_report.c.id)).where(_of(account, kind))).scalar_one()
    return None if highest is None else find(tx, account, kind, highest)


def contents(tx: Tx, account: str, kind: Kind) -> Iterator[bytes]:
    """Give what an account's reports of a kind say, in the order of their ids."""
    wanted = select(_report.c.content).where(_of(account, kind)).order_by(_report.c.id)
    return (content or b"" for content in tx.connection.execute(wanted).scalars())


def remove_all(tx: Tx, account: str, kind: Kind) -> None:
    """Forget an account's reports of a kind."""
    tx.connection.execute(delete(_report).where(_of(account, kind)))


def remove_before(tx: Tx, account: str, kind: Kind, instant: int) -> None:
    """Forget an account's reports of a kind that were asked for before an instant."""
    tx.connection.execute(delete(_report).where(_of(account, kind), _report.c.requested_at < instant))


def _of(account: str, kind: Kind) -> ColumnElement[bool]:
    return (_report.c.account_id == account) & (_report.c.kind == kind.value)


def _report_of(row: Row[tuple[object, ...]]) -> Report:
    return Report(
        id=row.id,
        account=row.account_id,
        kind=Kind(row.kind),
        requested_at=row.requested_at,
        completed_at=row.completed_at,
        content=row.content,
    )
