"""Rotations on record: written only under the user's lease, and never two open ones that would cross each other."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from watchword.rotation.ledger import leases, schema
from watchword.rotation.ledger.faults import Fenced, OneAtATime
from watchword.rotation.ledger.leases import Lease
from watchword.rotation.ledger.rows import put
from watchword.rotation.records import OPEN, Kind, Rotation, State

STANDING = OPEN | {State.ROLLED_BACK}
"""States in which a rotation still says something of its keys."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Rotation).decode
_kept = schema.rotation.c


def keep(connection: Connection, lease: Lease, rotation: Rotation) -> None:
    """Put a rotation on record, new or changed.

    Raises Fenced, also for a lease that is not its user's; OneAtATime.
    """
    if (lease.account, lease.subject) != (rotation.account, rotation.user_id):
        raise Fenced(f"a rotation of `{rotation.user_id}` needs that user's lease, not that of `{lease.subject}`")
    leases.check(connection, lease)
    row = {
        "id": rotation.id,
        "account": rotation.account,
        "user_id": rotation.user_id,
        "user_name": rotation.user,
        "state": str(rotation.state),
        "slot": _slot(rotation),
        "opened_at": rotation.opened_at,
        "body": _encode(rotation).decode(),
    }
    try:
        put(connection, schema.rotation, row)
    except IntegrityError as error:
        raise OneAtATime(f"`{rotation.user}` has another {rotation.kind} under way: finish or undo it first") from error
    connection.execute(delete(schema.rotation_key).where(schema.rotation_key.c.rotation == rotation.id))
    keys = {rotation.old, rotation.new, *rotation.orphans} - {""}
    connection.execute(insert(schema.rotation_key), [{"key": key, "rotation": rotation.id} for key in sorted(keys)])


def find(connection: Connection, rotation_id: str) -> Rotation | None:
    """Find one by its id."""
    return next(iter(_those(connection, _kept.id == rotation_id)), None)


def with_key(connection: Connection, key_id: str) -> tuple[Rotation, ...]:
    """Find those that speak of a key, oldest first."""
    speaking = select(schema.rotation_key.c.rotation).where(schema.rotation_key.c.key == key_id)
    return _those(connection, _kept.id.in_(speaking))


def every(
    connection: Connection, account: str = "", user_id: str = "", states: Iterable[State] = ()
) -> tuple[Rotation, ...]:
    """List rotations, oldest first; what is left out is not asked for."""
    wanted = [str(state) for state in states]
    return _those(
        connection,
        *([_kept.account == account] if account else []),
        *([_kept.user_id == user_id] if user_id else []),
        *([_kept.state.in_(wanted)] if wanted else []),
    )


def _those(connection: Connection, *which: ColumnElement[bool]) -> tuple[Rotation, ...]:
    found = connection.execute(select(_kept.body).where(*which).order_by(_kept.opened_at, _kept.id))
    return tuple(_decode(body) for (body,) in found)


def _slot(rotation: Rotation) -> str | None:
    """One replacement of a user, one retirement of a key."""
    if rotation.state not in OPEN:
        return None
    return "replace" if rotation.kind is Kind.REPLACE else f"retire {rotation.old}"
