"""SSH public keys of users."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Row, delete, func, insert, select, update

from watchword.store import schema
from watchword.store.tx import Tx

_key = schema.ssh_key


@dataclass(frozen=True, slots=True)
class SSHKey:
    """One key; `uploaded_at` in epoch seconds, `status` as an access key's.

    `body` is the OpenSSH form without a comment, so that one key is one text; `fingerprint` is MD5, with colons.
    """

    id: str
    account: str
    user_id: str
    body: str
    fingerprint: str
    status: str
    uploaded_at: int


def add(tx: Tx, key: SSHKey) -> None:
    """Keep a new key."""
    tx.connection.execute(
        insert(_key).values(
            id=key.id,
            account_id=key.account,
            user_id=key.user_id,
            body=key.body,
            fingerprint=key.fingerprint,
            status=key.status,
            uploaded_at=key.uploaded_at,
        )
    )


def by_id(tx: Tx, account: str, key_id: str) -> SSHKey | None:
    """Find an account's key by its id; letter case counts."""
    row = tx.connection.execute(select(_key).where(_key.c.id == key_id, _key.c.account_id == account)).one_or_none()
    return None if row is None else _key_of(row)


def has(tx: Tx, user_id: str, body: str) -> bool:
    """Tell whether a user has this very key."""
    found = select(_key.c.id).where(_key.c.user_id == user_id, _key.c.body == body).limit(1)
    return tx.connection.execute(found).one_or_none() is not None


def count_of_user(tx: Tx, user_id: str) -> int:
    """Tell how many keys a user has, inactive ones included."""
    found = select(func.count()).select_from(_key).where(_key.c.user_id == user_id)
    return int(tx.connection.execute(found).scalar_one())


def page(tx: Tx, user_id: str, *, after: str, limit: int) -> list[SSHKey]:
    """List a user's keys by id, from the first past `after`."""
    wanted = select(_key).where(_key.c.user_id == user_id, _key.c.id > after).order_by(_key.c.id).limit(limit)
    return [_key_of(row) for row in tx.connection.execute(wanted)]


def set_status(tx: Tx, key_id: str, status: str) -> None:
    """Make a key active or inactive."""
    tx.connection.execute(update(_key).where(_key.c.id == key_id).values(status=status))


def remove(tx: Tx, key_id: str) -> None:
    """Forget a key."""
    tx.connection.execute(delete(_key).where(_key.c.id == key_id))


def _key_of(row: Row[tuple[object, ...]]) -> SSHKey:
    return SSHKey(
        id=row.id,
        account=row.account_id,
        user_id=row.user_id,
        body=row.body,
        fingerprint=row.fingerprint,
        status=row.status,
        uploaded_at=row.uploaded_at,
    )
