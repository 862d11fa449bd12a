"""Accounts: their numbers and the sealed data keys that everything secret in them is sealed with."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import insert, select

from watchword.store import schema
from watchword.store.tx import Tx

AWS = "aws"
"""The account that AWS's own managed policies belong to, as their ARNs have it. It has no data key and nobody in it."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account. `sealed_data_key` is opened with the master key."""

    id: str
    sealed_data_key: bytes
    created_at: int


_COLUMNS = (schema.account.c.id, schema.account.c.sealed_data_key, schema.account.c.created_at)


def add(tx: Tx, account: Account) -> None:
    tx.connection.execute(insert(schema.account).values(**asdict(account)))
    tx.touch(account.id)


def by_id(tx: Tx, account_id: str) -> Account | None:
    row = tx.connection.execute(select(*_COLUMNS).where(schema.account.c.id == account_id)).one_or_none()
    return Account(*row) if row else None


def every(tx: Tx) -> list[Account]:
    """Give all accounts but AWS's, by number."""
    wanted = select(*_COLUMNS).where(schema.account.c.id != AWS).order_by(schema.account.c.id)
    return [Account(*row) for row in tx.connection.execute(wanted)]
