"""How the last rotation of each secret stands: over, under way, or failed and to be tried again.

An attempt is taken by whoever counts it first; what comes of one that was overtaken meanwhile is nobody's.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

from sqlalchemy import Row, delete, insert, select, update

from watchword.store import schema
from watchword.store.tx import Tx

_account, _rotation, _secret = schema.account, schema.secret_rotation, schema.secret


class Kind(StrEnum):
    """What is under way."""

    ROTATION = "rotation"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Rotation:
    """One rotation; `due_at` in epoch seconds, `made_at` in microseconds.

    `user_id` to `made_at` are of secrets that hold an access key: whose it is, which key the last rotation made, and
    which one that replaced.
    """

    secret_arn: str
    version_id: str
    under_way: str | None = None
    attempts: int = 0
    due_at: int | None = None
    failure: str | None = None
    user_id: str | None = None
    key_id: str | None = None
    former_key_id: str | None = None
    made_at: int | None = None


def of(tx: Tx, secret_arn: str) -> Rotation | None:
    """Give the last rotation of a secret, if it ever had one."""
    row = tx.connection.execute(select(_rotation).where(_rotation.c.secret_arn == secret_arn)).one_or_none()
    return None if row is None else _rotation_of(row)


def put(tx: Tx, rotation: Rotation) -> None:
    """Keep how a rotation stands, in the place of what was kept of the secret's last."""
    tx.connection.execute(delete(_rotation).where(_rotation.c.secret_arn == rotation.secret_arn))
    tx.connection.execute(insert(_rotation).values(asdict(rotation)))


def due(tx: Tx, now: float, limit: int) -> list[Rotation]:
    """Give open accounts' rotations that are to be tried now, the most overdue first; not of secrets to be deleted."""
    found = select(_rotation).join(_secret, _secret.c.arn == _rotation.c.secret_arn)
    found = found.join(_account, _account.c.id == _secret.c.account_id).where(_account.c.closed_at.is_(None))
    found = found.where(_rotation.c.due_at <= now, _secret.c.gone_at.is_(None))
    return [_rotation_of(row) for row in tx.connection.execute(found.order_by(_rotation.c.due_at).limit(limit))]


def hasten(tx: Tx, secret_arn: str, now: int) -> None:
    """Have a rotation that has failed tried again now."""
    failed = (_rotation.c.secret_arn == secret_arn) & _rotation.c.failure.is_not(None)
    tx.connection.execute(update(_rotation).where(failed, _rotation.c.due_at > now).values(due_at=now))


def _rotation_of(row: Row[tuple[object, ...]]) -> Rotation:
    return Rotation(**row._asdict())
