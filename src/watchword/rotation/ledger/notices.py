"""What people were told, so that they are told it once; and messages that are owed until they are delivered."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import Connection, delete, select, update

from watchword.rotation.ledger import schema
from watchword.rotation.ledger.rows import put_if_absent
from watchword.rotation.notices import Delivery

_AT_ONCE = 500
"""Marks asked for in one statement."""
_told = schema.notice.c
_owed = schema.delivery.c


def untold(connection: Connection, whom: str, marks: Collection[str]) -> set[str]:
    """Give those of `marks` that `whom` has not been told. A mark is opaque: all that makes something news."""
    asked = sorted(marks)
    found: set[str] = set()
    for start in range(0, len(asked), _AT_ONCE):
        some = asked[start : start + _AT_ONCE]
        found.update(connection.execute(select(_told.mark).where(_told.whom == whom, _told.mark.in_(some))).scalars())
    return set(asked) - found


def told(connection: Connection, whom: str, marks: Collection[str], run: str, now: float) -> None:
    """Remember what `whom` is told; what was told before stays as it was."""
    for mark in sorted(marks):  # in one order, so that two who do so at once do not wait for each other
        put_if_absent(connection, schema.notice, {"whom": whom, "mark": mark, "run": run, "told_at": now})


def owe(connection: Connection, delivery: Delivery, marks: Collection[str] = ()) -> None:
    """Keep a message before the first attempt, and remember what it tells; again the same id changes nothing."""
    if put_if_absent(connection, schema.delivery, asdict(delivery)):
        told(connection, delivery.to, marks, delivery.run, delivery.owed_at)


def owed(connection: Connection) -> list[Delivery]:
    """List the messages that are neither delivered nor given up, oldest first."""
    wanted = select(schema.delivery).where(_owed.delivered_at == 0, _owed.given_up.is_(False))
    return _those(connection, wanted.order_by(_owed.owed_at, _owed.id))


def newest(connection: Connection, run: str = "", *, failed: bool = False, limit: int = 1000) -> list[Delivery]:
    """List the newest messages, newest first: of a run, or of all; `failed` are attempted and not delivered."""
    which = [
        *([_owed.run == run] if run else []),
        *([_owed.delivered_at == 0, _owed.error != ""] if failed else []),
    ]
    return _those(
        connection, select(schema.delivery).where(*which).order_by(_owed.owed_at.desc(), _owed.id).limit(limit)
    )


def attempted(connection: Connection, delivery_id: str, now: float, **outcome: object) -> None:
    """Put an attempt on record; one that has arrived meanwhile stays so."""
    change = update(schema.delivery).where(_owed.id == delivery_id, _owed.delivered_at == 0)
    connection.execute(change.values(attempts=_owed.attempts + 1, tried_at=now, **outcome))


def trim(connection: Connection, before: float) -> int:
    """Forget messages that were delivered before an instant, and tell how many; what is owed stays."""
    gone = delete(schema.delivery).where(_owed.delivered_at > 0, _owed.delivered_at < before)
    return connection.execute(gone).rowcount


def _those(connection: Connection, wanted: Any) -> list[Delivery]:
    return [Delivery(**row) for row in connection.execute(wanted).mappings()]
