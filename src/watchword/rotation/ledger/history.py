"""What was intended and what became of it, line by line. Lines are only ever added."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, insert, or_, select

from watchword.rotation.ledger import schema
from watchword.rotation.records import Event

_kept = schema.history.c
_COLUMNS = (
    _kept.at, _kept.account, _kept.user_id, _kept.user_name, _kept.rotation, _kept.what, _kept.key, _kept.by,
    _kept.detail,
)  # fmt: skip


def add(connection: Connection, event: Event) -> None:
    """Add one line."""
    row = {
        "at": event.at,
        "account": event.account,
        "user_id": event.user_id,
        "user_name": event.user,
        "rotation": event.rotation,
        "what": event.what,
        "key": event.key,
        "by": event.by,
        "detail": event.detail,
    }
    connection.execute(insert(schema.history).values(row))


def newest(
    connection: Connection,
    account: str = "",
    user: str = "",
    rotation: str = "",
    *,
    limit: int = 100,
    what: Collection[str] = (),
) -> list[Event]:
    """Give the newest lines, oldest first. `user` is a name or a unique id; what is left out is not asked for."""
    which = [
        *([_kept.account == account] if account else []),
        *([or_(_kept.user_id == user, _kept.user_name == user)] if user else []),
        *([_kept.rotation == rotation] if rotation else []),
        *([_kept.what.in_(what)] if what else []),
    ]
    found = connection.execute(select(*_COLUMNS).where(*which).order_by(_kept.seq.desc()).limit(limit)).all()
    return [Event(*row) for row in reversed(found)]
