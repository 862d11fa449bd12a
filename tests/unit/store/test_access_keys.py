from __future__ import annotations

from dataclasses import replace
from functools import partial

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import access_keys, last_used
from watchword.store.access_keys import ACTIVE, INACTIVE, AccessKey
from watchword.store.last_used import LastUsed
from watchword.store.tx import Tx

KEY = AccessKey("AKIAB", ACCOUNT, "AIDAANN", ACTIVE, b"\x00sealed\xff", NOW)


def test_a_key_is_found_by_its_id_alone(store: StoreInHand) -> None:
    store.change(lambda tx: access_keys.add(tx, KEY))
    assert store.read(lambda tx: access_keys.by_id(tx, "AKIAB")) == KEY
    assert store.read(lambda tx: access_keys.by_id(tx, "akiab")) is None


def test_an_owners_keys_are_counted_and_listed(store: StoreInHand) -> None:
    for key in (KEY, replace(KEY, id="AKIAA", status=INACTIVE), replace(KEY, id="AKIAC", owner_id=ACCOUNT)):
        store.change(partial(access_keys.add, key=key))
    assert store.read(lambda tx: access_keys.count(tx, "AIDAANN")) == 2
    page = store.read(lambda tx: access_keys.page(tx, "AIDAANN", after="", limit=9))
    assert [key.id for key in page] == ["AKIAA", "AKIAB"]
    rest = store.read(lambda tx: access_keys.page(tx, "AIDAANN", after="AKIAA", limit=9))
    assert [key.id for key in rest] == ["AKIAB"]


def test_every_change_touches_the_key(store: StoreInHand) -> None:
    def run(tx: Tx) -> list[set[str]]:
        access_keys.add(tx, KEY)
        seen = [set(tx.touched)]
        tx.touched.clear()
        access_keys.set_status(tx, KEY.id, INACTIVE)
        seen.append(set(tx.touched))
        tx.touched.clear()
        access_keys.remove(tx, KEY.id)
        return [*seen, set(tx.touched)]

    assert store.change(run) == [{KEY.id}] * 3


def test_a_removed_key_takes_its_last_use_along(store: StoreInHand) -> None:
    store.change(lambda tx: access_keys.add(tx, KEY))
    store.change(lambda tx: last_used.write(tx, {KEY.id: LastUsed(NOW, "sts", "us-east-1")}))
    store.change(lambda tx: access_keys.remove(tx, KEY.id))
    assert store.read(lambda tx: access_keys.by_id(tx, KEY.id)) is None
    assert store.read(lambda tx: last_used.of(tx, [KEY.id])) == {}
