"""What only a sandbox has: its own time, and the way back to how it stood just after init."""

from __future__ import annotations

import msgspec
from sqlalchemy import Table, delete, insert, select, update

from watchword.store import schema
from watchword.store.changes import EVERYTHING
from watchword.store.installation import ONLY
from watchword.store.tx import Tx

CLOCK = "clock"
"""What is touched when the sandbox's time moves."""

_NOT_KEPT = {schema.feed, schema.change, schema.journal, schema.sandbox_baseline}
"""The feed is not brought back: its numbers only rise, or nobody would hear of the reset."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[dict[str, object]]).decode


def capture(tx: Tx) -> None:
    """Keep everything as it stands now, for `reset`. The last act of init."""
    for table in _tables():
        rows = [dict(row) for row in tx.connection.execute(select(table)).mappings()]
        tx.connection.execute(insert(schema.sandbox_baseline).values(table_name=table.name, rows=_encode(rows)))


def reset(tx: Tx) -> None:
    """Bring back everything as `capture` kept it: the journal empty, the clock with real time.

    Raises LookupError when nothing was captured: not a sandbox.
    """
    kept = {name: _decode(rows) for name, rows in tx.connection.execute(select(schema.sandbox_baseline))}
    if not kept:
        raise LookupError("there is nothing to reset to")
    tx.connection.execute(delete(schema.journal))
    for table in reversed(_tables()):
        tx.connection.execute(delete(table))
    for table in _tables():
        if rows := kept.get(table.name):
            tx.connection.execute(insert(table), rows)
    tx.touch(EVERYTHING)


def ahead(tx: Tx) -> int:
    """Tell how many seconds the sandbox stands before real time."""
    kept = schema.sandbox.c
    seconds: int = tx.connection.execute(select(kept.ahead_seconds).where(kept.id == ONLY)).scalar_one()
    return seconds


def advance(tx: Tx, seconds: int) -> int:
    """Move the sandbox's time forward, and tell how far ahead it is then."""
    kept = schema.sandbox.c
    tx.connection.execute(
        update(schema.sandbox).where(kept.id == ONLY).values(ahead_seconds=kept.ahead_seconds + seconds)
    )
    tx.touch(CLOCK)
    return ahead(tx)


def _tables() -> list[Table]:
    """Give the tables that a reset brings back, each after those it refers to."""
    return [table for table in schema.metadata.sorted_tables if table not in _NOT_KEPT]
