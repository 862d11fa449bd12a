"""The one row that says what this installation is, and the first rows of a new one."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import insert, select

from watchword.store import accounts, ring, schema
from watchword.store.accounts import Account
from watchword.store.ring import RingKey
from watchword.store.tx import Tx

ONLY = 1
"""The id of rows that there is one of."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What was chosen when the store was made; none of it ever changes."""

    created_at: int
    master_key_id: str
    """Which master key seals this store."""
    sandbox: bool
    first_account_id: str


def create(tx: Tx, made: Installation, account: Account, key: RingKey) -> None:
    """Write the first rows of an empty store. The rest (an administrator, say) goes into the same transaction."""
    accounts.add(tx, account)
    ring.add(tx, key)
    tx.connection.execute(insert(schema.installation).values(id=ONLY, **asdict(made)))
    tx.connection.execute(insert(schema.feed).values(id=ONLY, seq=0))
    tx.connection.execute(insert(schema.sandbox).values(id=ONLY, ahead_seconds=0))


def the(tx: Tx) -> Installation:
    """Give the installation's row."""
    kept = schema.installation.c
    row = tx.connection.execute(
        select(kept.created_at, kept.master_key_id, kept.sandbox, kept.first_account_id).where(kept.id == ONLY)
    ).one()
    return Installation(*row)
