"""A sandbox moves forward in time, and goes back to how it stood after init."""

from __future__ import annotations

import time
from typing import Any

import pytest
from sqlalchemy import insert, select

from tests.support.stores import ACCOUNT, StoreInHand
from watchword.store import accounts, ring, sandbox, schema
from watchword.store.accounts import Account
from watchword.store.ring import RingKey
from watchword.store.tx import Tx


def everything(store: StoreInHand) -> dict[str, list[Any]]:
    def rows(tx: Tx) -> dict[str, list[Any]]:
        return {
            table.name: [tuple(row) for row in tx.connection.execute(select(table))]
            for table in schema.metadata.sorted_tables
            if table.name not in {"feed", "change"}
        }

    return store.read(rows)


def add_user(tx: Tx) -> None:
    key = {"account_id": ACCOUNT, "created_at": 1}
    tx.connection.execute(insert(schema.user).values(id="AIDA1", name="ann", name_key="ann", path="/", **key))
    tx.connection.execute(insert(schema.group).values(id="AGPA1", name="g", name_key="g", path="/", **key))
    tx.connection.execute(insert(schema.membership).values(group_id="AGPA1", user_id="AIDA1"))
    row = {"owner_id": "AIDA1", "status": "Active", "sealed_secret": b"\0\xff", **key}
    tx.connection.execute(insert(schema.access_key).values(id="AKIA1", **row))


def test_a_reset_brings_back_what_was_captured(store: StoreInHand) -> None:
    store.change(add_user)
    store.change(sandbox.capture)
    before = everything(store)
    store.change(lambda tx: accounts.add(tx, Account("222233334444", b"sealed", 5)))
    store.change(lambda tx: ring.add(tx, RingKey(2, b"newer", 5)))
    store.change(lambda tx: tx.connection.execute(schema.membership.delete()) and None)
    store.change(lambda tx: sandbox.advance(tx, 1000))
    began = time.perf_counter()
    store.change(sandbox.reset)
    took = time.perf_counter() - began
    after = everything(store)
    assert len(after.pop("journal")) == 1, "the reset itself"
    before.pop("journal")
    assert after == before
    assert store.read(sandbox.ahead) == 0
    assert took < 0.5


def test_a_reset_can_be_done_again(store: StoreInHand) -> None:
    store.change(sandbox.capture)
    for _ in range(3):
        store.change(add_user)
        store.change(sandbox.reset)
    assert everything(store)["iam_user"] == []


def test_what_was_not_captured_is_not_reset(store: StoreInHand) -> None:
    with pytest.raises(LookupError):
        store.change(sandbox.reset)
    assert [account.id for account in store.read(accounts.every)] == [ACCOUNT]


def test_time_moves_forward_and_is_told(store: StoreInHand) -> None:
    assert store.read(sandbox.ahead) == 0
    assert store.change(lambda tx: sandbox.advance(tx, 60)) == 60
    assert store.change(lambda tx: sandbox.advance(tx, 40)) == 100
    assert store.read(sandbox.ahead) == 100
    told = store.read(lambda tx: tx.connection.execute(select(schema.change.c.subject)).scalars().all())
    assert list(told) == [sandbox.CLOCK] * 2
