"""Ends of sessions: what was ended, by whom and why. Kept for as long as somebody may ask; they matter far shorter."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import Row, delete, insert, select

from watchword.store import schema
from watchword.store.tx import Tx

_ending = schema.ending


@dataclass(frozen=True, slots=True)
class Ending:
    """One end. `issued_before` and `ended_at` are microseconds since the epoch, `matters_until` epoch seconds."""

    id: str
    account_id: str
    criteria: str
    """Which sessions, as the services write it."""
    issued_before: int
    ended_at: int
    ended_by: str
    reason: str
    matters_until: int
    """When the last session that it ends would have expired by itself."""


_COLUMNS = [_ending.c[field.name] for field in fields(Ending)]


def subject(account: str) -> str:
    """Name what is touched when sessions of an account are ended or blocked."""
    return f"sessions/{account}"


def add(tx: Tx, ending: Ending) -> None:
    """Keep an end. Every node hears of it."""
    tx.connection.execute(insert(_ending).values(**asdict(ending)))
    tx.touch(subject(ending.account_id))


def mattering(tx: Tx, account: str, since: float) -> list[Ending]:
    """Give the ends of an account that still may end a session which was live at `since`, in epoch seconds."""
    found = select(*_COLUMNS).where(_ending.c.account_id == account, _ending.c.matters_until > since)
    return [_ending_of(row) for row in tx.connection.execute(found.order_by(_ending.c.ended_at, _ending.c.id))]


def remove(tx: Tx, account: str, ended_by: str, ended_from: int) -> None:
    """Forget the ends of one who is about to add one that reaches further. `ended_from` is in microseconds."""
    here = (_ending.c.account_id == account) & (_ending.c.ended_by == ended_by) & (_ending.c.ended_at >= ended_from)
    tx.connection.execute(delete(_ending).where(here))
    tx.touch(subject(account))


def prune(tx: Tx, mattered_before: int) -> None:
    """Forget ends that have not mattered since an instant."""
    tx.connection.execute(delete(_ending).where(_ending.c.matters_until < mattered_before))


def _ending_of(row: Row[Any]) -> Ending:
    return Ending(*tuple[Any, ...](row))
