"""The key ring: sealed keys that session tokens are sealed under. The newest seals; older ones still open."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import insert, select

from watchword.store import schema
from watchword.store.tx import Tx

SUBJECT = "ring"
"""What is touched when the ring changes."""


@dataclass(frozen=True, slots=True)
class RingKey:
    """One key of the ring, sealed under the master key. Numbers rise and are never used again."""

    id: int
    sealed: bytes
    created_at: int


def add(tx: Tx, key: RingKey) -> None:
    tx.connection.execute(insert(schema.ring_key).values(**asdict(key)))
    tx.touch(SUBJECT)


def every(tx: Tx) -> list[RingKey]:
    """Give all keys, the newest first."""
    kept = schema.ring_key.c
    rows = tx.connection.execute(select(kept.id, kept.sealed, kept.created_at).order_by(kept.id.desc()))
    return [RingKey(*row) for row in rows]
