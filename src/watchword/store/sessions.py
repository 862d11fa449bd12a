"""Sessions that were issued: found by their access key id, listed by time. The writer adds them with their record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, Select, delete, or_, select

from watchword.store import journal, schema
from watchword.store.issued import Issued
from watchword.store.journal import Entry
from watchword.store.tx import Tx

_session = schema.session
_journal = schema.journal

READ_AT_ONCE = 500
"""Rows that a listing reads in one go."""
PRUNED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sessions of an account; instants in epoch seconds."""

    account: str
    lineage: Sequence[Sequence[str]] = ()
    """Of each group, one at least is in the session's lineage."""
    live_at: float | None = None
    """Those that have not expired by then."""
    issued_from: float | None = None
    issued_until: float | None = None
    """Roughly: by the time of the request, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One session: its place in the listing, and the record of the request that issued it."""

    event_id: str
    entry: Entry
    issued: Issued


def after(tx: Tx, wanted: Wanted, position: str | None, *, at_once: int = READ_AT_ONCE) -> Iterator[Kept]:
    """Go through sessions, the newest first, from the first past `position` (an event id), reading so many at once."""
    while True:
        rows = tx.connection.execute(_select(wanted, position).limit(at_once)).all()
        yield from map(_kept, rows)
        if len(rows) < at_once:
            return
        position = rows[-1].event_id


def newest(tx: Tx, account: str, access_key_id: str) -> Kept | None:
    """Find the session of this access key id in an account: the newest, should there be two."""
    found = (
        _found()
        .where(_journal.c.named_key_id == access_key_id, _session.c.account_id == account)
        .order_by(_session.c.event_id.desc())
        .limit(1)
    )
    row = tx.connection.execute(found).one_or_none()
    return _kept(row) if row else None


def prune(tx: Tx, account: str, expired_before: int) -> int:
    """Forget some sessions of an account that expired before an instant, the oldest first; tells how many.

    The journal keeps the requests that issued them.
    """
    of_account = _session.c.account_id == account
    old = (
        select(_session.c.event_id)
        .where(of_account, _session.c.event_id < journal.first_id(expired_before))
        .where(_session.c.expires_at < expired_before)
        .order_by(_session.c.event_id)
        .limit(PRUNED_AT_ONCE)
    )
    found = tx.connection.execute(old).scalars().all()
    if found:
        tx.connection.execute(delete(_session).where(of_account, _session.c.event_id.in_(found)))
    return len(found)


def _select(wanted: Wanted, position: str | None) -> Select[tuple[str, bytes]]:
    query = _found().where(_session.c.account_id == wanted.account)
    for group in wanted.lineage:
        query = query.where(or_(*(_session.c.lineage.contains(f" {part} ", autoescape=True) for part in group)))
    if wanted.live_at is not None:
        query = query.where(_session.c.expires_at > wanted.live_at)
    if wanted.issued_from is not None:
        query = query.where(_session.c.event_id >= journal.first_id(wanted.issued_from))
    if wanted.issued_until is not None:
        query = query.where(_session.c.event_id < journal.first_id(wanted.issued_until + 1))
    if position is not None:
        query = query.where(_session.c.event_id < position)
    return query.order_by(_session.c.event_id.desc())


def _found() -> Select[tuple[str, bytes]]:
    return select(_session.c.event_id, _journal.c.record).join(_journal, _journal.c.event_id == _session.c.event_id)


def _kept(row: Row[tuple[str, bytes]]) -> Kept:
    entry = journal.decode(row.record)
    if entry.issued is None:
        raise LookupError(f"the request `{row.event_id}` is listed, and its record tells of no session")
    return Kept(row.event_id, entry, entry.issued)
