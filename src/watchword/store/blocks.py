"""Blocks: sessions that are refused for a while, and new ones like them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Row, delete, func, insert, select

from watchword.store import schema
from watchword.store.endings import subject
from watchword.store.tx import Tx

_block = schema.block


@dataclass(frozen=True, slots=True)
class Block:
    """One block; instants in epoch seconds."""

    account_id: str
    name: str
    criteria: str
    """Which sessions, as the services write it."""
    until: int
    reason: str
    created_at: int
    created_by: str


def put(tx: Tx, block: Block) -> None:
    """Keep a block, in the place of one of its name. Every node hears of it."""
    _remove(tx, block.account_id, block.name)
    tx.connection.execute(insert(_block).values(**asdict(block)))
    tx.touch(subject(block.account_id))


def remove(tx: Tx, account: str, name: str) -> bool:
    """Lift a block; tells whether there was one."""
    tx.touch(subject(account))
    return _remove(tx, account, name)


def standing(tx: Tx, account: str, now: float) -> list[Block]:
    """Give all blocks of an account that have not lifted."""
    found = select(_block).where(_block.c.account_id == account, _block.c.until > now).order_by(_block.c.name)
    return [_block_of(row) for row in tx.connection.execute(found)]


def page(tx: Tx, account: str, *, now: float, after: str, limit: int) -> list[Block]:
    """List an account's blocks that have not lifted, by name, from the first past `after`."""
    found = select(_block).where(_block.c.account_id == account, _block.c.name > after, _block.c.until > now)
    return [_block_of(row) for row in tx.connection.execute(found.order_by(_block.c.name).limit(limit))]


def named(tx: Tx, account: str, name: str, now: float) -> Block | None:
    """Find a block that has not lifted."""
    here = (_block.c.account_id == account) & (_block.c.name == name) & (_block.c.until > now)
    row = tx.connection.execute(select(_block).where(here)).one_or_none()
    return None if row is None else _block_of(row)


def count(tx: Tx, account: str, now: float) -> int:
    """Tell how many blocks of an account have not lifted."""
    found = select(func.count()).select_from(_block).where(_block.c.account_id == account, _block.c.until > now)
    return int(tx.connection.execute(found).scalar_one())


def prune(tx: Tx, lifted_before: int) -> None:
    """Forget blocks that lifted before an instant."""
    tx.connection.execute(delete(_block).where(_block.c.until < lifted_before))


def _remove(tx: Tx, account: str, name: str) -> bool:
    here = (_block.c.account_id == account) & (_block.c.name == name)
    return tx.connection.execute(delete(_block).where(here)).rowcount > 0


def _block_of(row: Row[tuple[object, ...]]) -> Block:
    return Block(**row._asdict())
