"""Secrets: each in one region of one account, known by its ARN and, there, by its name.

Their versions, labels, tags and replicas have modules of their own. A secret whose deletion has come true is gone for
everybody, though its row stays until it is pruned: `named` and `by_arn` are told the time for that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, insert, or_, select, tuple_, update

from watchword.store import last_used, schema, tallies
from watchword.store.tx import Tx

_secret, _account = schema.secret, schema.account


@dataclass(frozen=True, slots=True)
class Secret:
    """What is kept of a secret apart from its values; instants in epoch seconds."""

    arn: str
    account: str
    region: str
    name: str
    created_at: int
    changed_at: int
    description: str | None = None
    kms_key_id: str | None = None
    resource_policy: str | None = None
    owning_service: str | None = None
    primary_region: str | None = None
    """Where it may be changed, once it is or was replicated."""
    deleted_at: int | None = None
    gone_at: int | None = None
    rotation_enabled: bool | None = None
    rotator_arn: str | None = None
    rotation_rules: str | None = None
    rotated_at: int | None = None
    next_rotation_at: int | None = None

    @property
    def is_replica(self) -> bool:
        return self.primary_region not in (None, self.region)


class Order(Enum):
    """What a listing goes by."""

    CREATED = "created-date"
    ACCESSED = "last-accessed-date"
    CHANGED = "last-changed-date"
    NAME = "name"


class Place(NamedTuple):
    """A place in a listing: the value that it goes by, and the ARN."""

    value: int | str
    arn: str


_KEPT = tuple(_secret.c)
_BELONGING = (
    schema.secret_label,
    schema.secret_version,
    schema.secret_tag,
    schema.secret_replica,
    schema.secret_rotation,
)
_ACCESSED = func.coalesce(schema.last_used.c.at, 0)
_BY: Mapping[Order, ColumnElement[Any]] = {
    Order.CREATED: _secret.c.created_at,
    Order.ACCESSED: _ACCESSED,
    Order.CHANGED: _secret.c.changed_at,
    Order.NAME: _secret.c.name,
}


def add(tx: Tx, secret: Secret) -> None:
    """Keep a new secret. Its account and region may have no other of the name."""
    tx.connection.execute(insert(_secret).values(_row(secret)))
    tallies.note(tx, secret.account, _secret, +1)


def by_arn(tx: Tx, arn: str, now: int) -> Secret | None:
    """Find the secret with exactly this ARN."""
    return _one(tx, _there(now).where(_secret.c.arn == arn))


def named(tx: Tx, account: str, region: str, name: str, now: int) -> Secret | None:
    """Find a secret by its name; letter case counts."""
    return _one(tx, _there(now).where(_called(account, region, name)))


def count(tx: Tx, account: str) -> int:
    """Tell how many secrets an account has in all regions."""
    return tallies.of(tx, account, _secret)


def change(tx: Tx, arn: str, **values: Any) -> None:
    """Give columns of a secret new values."""
    tx.connection.execute(update(_secret).where(_secret.c.arn == arn).values(values))


def replace_with(tx: Tx, secret: Secret) -> None:
    """Give all that is kept of a secret anew."""
    tx.connection.execute(update(_secret).where(_secret.c.arn == secret.arn).values(_row(secret)))


def remove(tx: Tx, secret: Secret) -> None:
    """Remove a secret with everything that belongs to it, for good."""
    for table in _BELONGING:
        tx.connection.execute(delete(table).where(table.c.secret_arn == secret.arn))
    tx.connection.execute(delete(_secret).where(_secret.c.arn == secret.arn))
    last_used.forget(tx, secret.arn)
    tallies.note(tx, secret.account, _secret, -1)


def make_way(tx: Tx, account: str, region: str, name: str, now: int) -> None:
    """Remove what is left of a secret of this name that is gone already."""
    left = select(*_KEPT).where(_called(account, region, name), _secret.c.gone_at <= now)
    for row in tx.connection.execute(left).all():
        remove(tx, _secret_of(row))


def prune(tx: Tx, now: int, limit: int) -> int:
    """Remove secrets whose deletion has come true, so many at most; gives how many."""
    gone = select(*_KEPT).where(_secret.c.gone_at <= now).order_by(_secret.c.gone_at).limit(limit)
    rows = tx.connection.execute(gone).all()
    for row in rows:
        remove(tx, _secret_of(row))
    return len(rows)


def due(tx: Tx, now: float, limit: int) -> list[Secret]:
    """Give open accounts' secrets whose next rotation has come, the most overdue first; not those to be deleted."""
    found = select(*_KEPT).join(_account, _account.c.id == _secret.c.account_id).where(_account.c.closed_at.is_(None))
    found = found.where(_secret.c.next_rotation_at <= now, _secret.c.gone_at.is_(None))
    rows = tx.connection.execute(found.order_by(_secret.c.next_rotation_at).limit(limit))
    return [_secret_of(row) for row in rows]


def page(
    tx: Tx, account: str, region: str, *, by: Order, descending: bool, after: Place | None, limit: int
) -> list[tuple[Secret, int]]:
    """Give the secrets of a region past a place, those to be deleted and just gone among them, each with its last use.

    A page by last use costs as much as the region has secrets; by anything else, the same wherever it is.
    """
    value = _BY[by]
    used = schema.last_used.c.subject == _secret.c.arn
    wanted: Select[Any] = select(*_KEPT, _ACCESSED.label("accessed_at")).outerjoin_from(_secret, schema.last_used, used)
    wanted = wanted.where(_secret.c.account_id == account, _secret.c.region == region)
    here = tuple_(value, _secret.c.arn)
    if after is not None:
        wanted = wanted.where(here < tuple(after) if descending else here > tuple(after))
    order = [value.desc(), _secret.c.arn.desc()] if descending else [value, _secret.c.arn]
    rows = tx.connection.execute(wanted.order_by(*order).limit(limit))
    return [(_secret_of(row), row.accessed_at) for row in rows]


def place_of(secret: Secret, accessed_at: int, by: Order) -> Place:
    """Tell where a secret stands in a listing."""
    values: Mapping[Order, int | str] = {
        Order.CREATED: secret.created_at,
        Order.ACCESSED: accessed_at,
        Order.CHANGED: secret.changed_at,
        Order.NAME: secret.name,
    }
    return Place(values[by], secret.arn)


def _called(account: str, region: str, name: str) -> ColumnElement[bool]:
    return and_(_secret.c.account_id == account, _secret.c.region == region, _secret.c.name == name)


def _there(now: int) -> Select[Any]:
    return select(*_KEPT).where(or_(_secret.c.gone_at.is_(None), _secret.c.gone_at > now))


def _one(tx: Tx, query: Select[Any]) -> Secret | None:
    row = tx.connection.execute(query).one_or_none()
    return None if row is None else _secret_of(row)


def _row(secret: Secret) -> dict[str, Any]:
    return {column.name: getattr(secret, _FIELDS.get(column.name, column.name)) for column in _KEPT}


_FIELDS = {"account_id": "account"}


def _secret_of(row: Row[Any]) -> Secret:
    values: Sequence[Any] = row[: len(_KEPT)]
    return Secret(**{_FIELDS.get(column.name, column.name): value for column, value in zip(_KEPT, values, strict=True)})
