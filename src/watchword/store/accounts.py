"""Accounts: their numbers and the sealed data keys that everything secret in them is sealed with."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, select, update

from watchword.store import schema
from watchword.store.tx import Tx

AWS = "aws"
"""The account that AWS's own managed policies belong to, as their ARNs have it. It has no data key and nobody in it."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account. `sealed_data_key` is opened with the master key; one that was closed has a `closed_at`."""

    id: str
    sealed_data_key: bytes
    created_at: int
    closed_at: int | None = None


_COLUMNS = tuple(schema.account.c[name] for name in ("id", "sealed_data_key", "created_at", "closed_at"))


def add(tx: Tx, account: Account) -> None:
    """Keep a new account, which is open."""
    new = {"id": account.id, "sealed_data_key": account.sealed_data_key, "created_at": account.created_at}
    tx.connection.execute(insert(schema.account).values(new))
    tx.touch(account.id)


def by_id(tx: Tx, account_id: str) -> Account | None:
    row = tx.connection.execute(select(*_COLUMNS).where(schema.account.c.id == account_id)).one_or_none()
    return Account(*row) if row else None


def close(tx: Tx, account_id: str, at: int) -> None:
    """Close an account: nothing in it opens anything from now on."""
    tx.connection.execute(update(schema.account).where(schema.account.c.id == account_id).values(closed_at=at))
    tx.touch(account_id)


def every(tx: Tx) -> list[Account]:
    """Give all accounts but AWS's, by number."""
    wanted = select(*_COLUMNS).where(schema.account.c.id != AWS).order_by(schema.account.c.id)
    return [Account(*row) for row in tx.connection.execute(wanted)]
