"""Versions of secrets: a sealed value each, never changed once it is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Row, delete, exists, func, insert, select, tuple_, update

from watchword.store import schema
from watchword.store.tx import Tx

_version, _label = schema.secret_version, schema.secret_label


@dataclass(frozen=True, slots=True)
class Version:
    """One version. `sealed` is None as long as a rotation has put no value there."""

    secret_arn: str
    id: str
    sealed: bytes | None
    is_binary: bool
    kms_key_id: str | None
    created_at: int


class Place(NamedTuple):
    """A place in a listing."""

    created_at: int
    id: str


def add(tx: Tx, version: Version) -> None:
    """Keep a new version. Its secret may have no other of this id."""
    tx.connection.execute(insert(_version).values(_row(version)))


def find(tx: Tx, secret_arn: str, version_id: str) -> Version | None:
    """Find a version by its id."""
    found = select(_version).where(_version.c.secret_arn == secret_arn, _version.c.id == version_id)
    row = tx.connection.execute(found).one_or_none()
    return None if row is None else _version_of(row)


def fill(tx: Tx, version: Version) -> None:
    """Put a value where there is none yet."""
    one = (_version.c.secret_arn == version.secret_arn) & (_version.c.id == version.id)
    tx.connection.execute(update(_version).where(one).values(_row(version)))


def count(tx: Tx, secret_arn: str) -> int:
    """Tell how many versions a secret has."""
    found = select(func.count()).select_from(_version).where(_version.c.secret_arn == secret_arn)
    return int(tx.connection.execute(found).scalar_one())


def of(tx: Tx, secret_arn: str) -> list[Version]:
    """Give all versions of a secret, the oldest first."""
    found = select(_version).where(_version.c.secret_arn == secret_arn)
    return [_version_of(row) for row in tx.connection.execute(found.order_by(_version.c.created_at, _version.c.id))]


def page(tx: Tx, secret_arn: str, *, deprecated: bool, after: Place | None, limit: int) -> list[Version]:
    """Give versions with a value, the oldest first: with `deprecated` also those that bear no label."""
    wanted = select(_version).where(_version.c.secret_arn == secret_arn, _version.c.sealed_value.is_not(None))
    if not deprecated:  # there are few labels, so few versions to look at
        labelled = select(_label.c.version_id).where(_label.c.secret_arn == secret_arn)
        wanted = wanted.where(_version.c.id.in_(labelled))
    if after is not None:
        wanted = wanted.where(tuple_(_version.c.created_at, _version.c.id) > tuple(after))
    rows = tx.connection.execute(wanted.order_by(_version.c.created_at, _version.c.id).limit(limit))
    return [_version_of(row) for row in rows]


def remove(tx: Tx, secret_arn: str, version_id: str) -> None:
    """Remove a version that bears no label."""
    one = (_version.c.secret_arn == secret_arn) & (_version.c.id == version_id)
    tx.connection.execute(delete(_version).where(one))


def remove_deprecated(tx: Tx, secret_arn: str, *, keep: int, before: int) -> None:
    """Remove versions without label that are older than `before` and not among the `keep` newest."""
    mine = _version.c.secret_arn == secret_arn
    newest = select(_version.c.id).where(mine).order_by(_version.c.created_at.desc(), _version.c.id.desc())
    last = tx.connection.execute(newest.offset(keep)).scalars().all()
    if not last:
        return
    labelled = exists().where(_label.c.secret_arn == secret_arn, _label.c.version_id == _version.c.id)
    old = delete(_version).where(mine, _version.c.id.in_(last), _version.c.created_at < before, ~labelled)
    tx.connection.execute(old)


def _row(version: Version) -> dict[str, Any]:
    return {
        "secret_arn": version.secret_arn,
        "id": version.id,
        "sealed_value": version.sealed,
        "is_binary": version.is_binary,
        "kms_key_id": version.kms_key_id,
        "created_at": version.created_at,
    }


def _version_of(row: Row[Any]) -> Version:
    return Version(row.secret_arn, row.id, row.sealed_value, row.is_binary, row.kms_key_id, row.created_at)
