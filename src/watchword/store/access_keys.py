"""Long-term access keys and their sealed secrets. When each was last used is kept by `last_used`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Row, delete, func, insert, select, text, update

from watchword.store import last_used, schema
from watchword.store.tx import Tx

_key = schema.access_key

ACTIVE, INACTIVE = "Active", "Inactive"


@dataclass(frozen=True, slots=True)
class AccessKey:
    """One key; `created_at` in epoch seconds, `status` is ACTIVE or INACTIVE.

    `owner_id` is the user's unique id, or the account id for root. The secret is sealed to the key's id.
    """

    id: str
    account: str
    owner_id: str
    status: str
    sealed_secret: bytes = field(repr=False)
    created_at: int


class KeyAndOwner(NamedTuple):
    """What authentication has to know of a key. The owner's name and path are None for root, and for nobody."""

    id: str
    account: str
    owner_id: str
    status: str
    sealed_secret: bytes
    owner_name: str | None
    owner_path: str | None


KEY_AND_OWNER = (
    "SELECT id, account_id, owner_id, status, sealed_secret, owner_name, owner_path FROM access_key WHERE id = :id"
)
"""In the order of `KeyAndOwner`."""


def with_owner(tx: Tx, key_id: str) -> KeyAndOwner | None:
    """Find a key by its id, letter case counting, and tell whose it is."""
    row = tx.connection.execute(text(KEY_AND_OWNER), {"id": key_id}).one_or_none()
    return None if row is None else KeyAndOwner(*row)


def add(tx: Tx, key: AccessKey) -> None:
    """Keep a new key, and what its owner is called."""
    owner = schema.user.c
    tx.connection.execute(
        insert(_key).values(
            id=key.id,
            account_id=key.account,
            owner_id=key.owner_id,
            status=key.status,
            sealed_secret=key.sealed_secret,
            created_at=key.created_at,
            owner_name=select(owner.name).where(owner.id == key.owner_id).scalar_subquery(),
            owner_path=select(owner.path).where(owner.id == key.owner_id).scalar_subquery(),
        )
    )
    tx.touch(key.id)


def note_owner(tx: Tx, owner_id: str, *, name: str | None, path: str | None) -> None:
    """Keep what the owner of keys is called from now on; None once it is gone, and then its keys open nothing."""
    tx.connection.execute(update(_key).where(_key.c.owner_id == owner_id).values(owner_name=name, owner_path=path))


def by_id(tx: Tx, key_id: str) -> AccessKey | None:
    """Find a key by its id; letter case counts."""
    row = tx.connection.execute(select(_key).where(_key.c.id == key_id)).one_or_none()
    return None if row is None else _key_of(row)


def count(tx: Tx, owner_id: str) -> int:
    """Tell how many keys an owner has, inactive ones included."""
    found = select(func.count()).select_from(_key).where(_key.c.owner_id == owner_id)
    return int(tx.connection.execute(found).scalar_one())


def page(tx: Tx, owner_id: str, *, after: str, limit: int) -> list[AccessKey]:
    """List an owner's keys by id, from the first past `after`."""
    wanted = select(_key).where(_key.c.owner_id == owner_id, _key.c.id > after).order_by(_key.c.id).limit(limit)
    return [_key_of(row) for row in tx.connection.execute(wanted)]


def set_status(tx: Tx, key_id: str, status: str) -> None:
    """Make a key ACTIVE or INACTIVE."""
    tx.connection.execute(update(_key).where(_key.c.id == key_id).values(status=status))
    tx.touch(key_id)


def remove(tx: Tx, key_id: str) -> None:
    """Forget a key, its secret and its last use."""
    last_used.forget(tx, key_id)
    tx.connection.execute(delete(_key).where(_key.c.id == key_id))
    tx.touch(key_id)


def _key_of(row: Row[tuple[object, ...]]) -> AccessKey:
    return AccessKey(
        id=row.id,
        account=row.account_id,
        owner_id=row.owner_id,
        status=row.status,
        sealed_secret=row.sealed_secret,
        created_at=row.created_at,
    )
