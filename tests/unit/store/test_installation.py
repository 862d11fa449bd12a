"""The first rows of a store, its accounts and its key ring."""

from __future__ import annotations

from sqlalchemy import select

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import accounts, ring, schema
from watchword.store.accounts import Account
from watchword.store.installation import Installation
from watchword.store.ring import RingKey


def test_the_first_rows_are_there(store: StoreInHand) -> None:
    expected = Installation(created_at=NOW, master_key_id="test", sandbox=True, first_account_id=ACCOUNT)
    assert store.opened.installation() == expected
    assert store.read(accounts.every) == [Account(ACCOUNT, b"sealed", NOW)]
    assert store.read(ring.every) == [RingKey(1, b"sealed", NOW)]
    assert store.read(lambda tx: tx.connection.execute(select(schema.feed)).all()) == [(1, 0)]
    assert store.read(lambda tx: tx.connection.execute(select(schema.sandbox)).all()) == [(1, 0)]


def test_accounts_are_found_by_number(store: StoreInHand) -> None:
    other = Account("000000000001", b"\0\xff", 5)
    store.change(lambda tx: accounts.add(tx, other))
    assert store.read(lambda tx: accounts.by_id(tx, "000000000001")) == other
    assert store.read(lambda tx: accounts.by_id(tx, "9")) is None
    assert [account.id for account in store.read(accounts.every)] == ["000000000001", ACCOUNT]


def test_the_newest_ring_key_is_first(store: StoreInHand) -> None:
    store.change(lambda tx: ring.add(tx, RingKey(2, b"newer", NOW + 1)))
    assert [key.id for key in store.read(ring.every)] == [2, 1]
