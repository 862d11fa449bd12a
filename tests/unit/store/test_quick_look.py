"""A look finds what is committed, holds nothing back, and changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import partial

import pytest

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.domain.refusal import ServiceUnavailable
from watchword.store import access_keys, users
from watchword.store.access_keys import ACTIVE, INACTIVE, AccessKey, KeyAndOwner
from watchword.store.engine import raw_sqlite, sqlite_path
from watchword.store.quick_look import QuickLook
from watchword.store.users import User

KEY = AccessKey("AKIAANN", ACCOUNT, "AIDAANN", ACTIVE, b"sealed", NOW)
ROOTS = AccessKey("AKIAROOT", ACCOUNT, ACCOUNT, ACTIVE, b"sealed", NOW)


@pytest.fixture
def look(store: StoreInHand) -> Iterator[QuickLook]:
    if not store.opened.on_sqlite:
        pytest.skip("only SQLite is looked at from the event loop")
    store.change(lambda tx: users.add(tx, User("AIDAANN", ACCOUNT, "Ann", "/ops/", None, NOW)))
    for key in (KEY, ROOTS):
        store.change(partial(access_keys.add, key=key))
    one = QuickLook(sqlite_path(store.opened.url))
    yield one
    one.close()


def test_a_key_is_found_with_its_owner(look: QuickLook, store: StoreInHand) -> None:
    expected = KeyAndOwner("AKIAANN", ACCOUNT, "AIDAANN", ACTIVE, b"sealed", "Ann", "/ops/")
    assert look.key("AKIAANN") == store.read(lambda tx: access_keys.with_owner(tx, "AKIAANN")) == expected
    assert look.key("AKIAROOT") == expected._replace(id="AKIAROOT", owner_id=ACCOUNT, owner_name=None, owner_path=None)
    assert look.key("akiaann") is look.key("AKIAOTHER") is None


def test_a_change_is_seen_at_once(look: QuickLook, store: StoreInHand) -> None:
    assert look.key("AKIAANN") is not None
    store.change(lambda tx: access_keys.set_status(tx, "AKIAANN", INACTIVE))
    found = look.key("AKIAANN")
    assert found is not None
    assert found.status == INACTIVE
    store.change(lambda tx: access_keys.remove(tx, "AKIAANN"))
    assert look.key("AKIAANN") is None


def test_what_the_owner_is_called_follows_it(look: QuickLook, store: StoreInHand) -> None:
    store.change(lambda tx: users.rename(tx, "AIDAANN", name="Anna", path="/"))
    found = look.key("AKIAANN")
    assert found is not None
    assert (found.owner_name, found.owner_path) == ("Anna", "/")
    store.change(lambda tx: users.remove(tx, "AIDAANN"))
    found = look.key("AKIAANN")
    assert found is not None
    assert (found.owner_name, found.owner_path) == (None, None)


def test_a_look_holds_no_transaction(look: QuickLook, store: StoreInHand) -> None:
    """Else the write-ahead log could never begin anew."""
    assert look.key("AKIAANN") is not None
    other = raw_sqlite(sqlite_path(store.opened.url), reading=False)
    try:
        busy, _, _ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        other.close()
    assert busy == 0


def test_what_cannot_be_read_is_refused(look: QuickLook) -> None:
    with pytest.raises(ServiceUnavailable):
        look.key("\ud800")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        look._connection.execute("DELETE FROM access_key")
    look.close()
    with pytest.raises(ServiceUnavailable):
        look.key("AKIAANN")
