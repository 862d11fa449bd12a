from __future__ import annotations

from tests.support.stores import StoreInHand
from watchword.store import inline_policies
from watchword.store.tx import Tx

ANN, BOB = "AIDAANN", "AIDABOB"


def test_a_document_is_replaced_under_its_name(store: StoreInHand) -> None:
    store.change(lambda tx: inline_policies.put(tx, ANN, "own", "{1}"))
    store.change(lambda tx: inline_policies.put(tx, ANN, "own", "{2}"))
    store.change(lambda tx: inline_policies.put(tx, BOB, "own", "{3}"))
    assert store.read(lambda tx: inline_policies.document(tx, ANN, "own")) == "{2}"
    assert store.read(lambda tx: inline_policies.document(tx, ANN, "OWN")) is None
    assert store.read(lambda tx: inline_policies.documents(tx, BOB)) == {"own": "{3}"}


def test_names_are_listed_from_a_point(store: StoreInHand) -> None:
    def fill(tx: Tx) -> None:
        for name in ("c", "a", "b"):
            inline_policies.put(tx, ANN, name, "{}")

    store.change(fill)
    assert store.read(lambda tx: inline_policies.page(tx, ANN, after="", limit=2)) == ["a", "b"]
    assert store.read(lambda tx: inline_policies.page(tx, ANN, after="b", limit=2)) == ["c"]
    assert store.read(lambda tx: inline_policies.page(tx, BOB, after="", limit=2)) == []


def test_a_removal_tells_whether_there_was_one(store: StoreInHand) -> None:
    store.change(lambda tx: inline_policies.put(tx, ANN, "own", "{}"))
    assert store.read(lambda tx: inline_policies.has_any(tx, ANN))
    assert store.change(lambda tx: inline_policies.remove(tx, ANN, "own"))
    assert not store.change(lambda tx: inline_policies.remove(tx, ANN, "own"))
    assert not store.read(lambda tx: inline_policies.has_any(tx, ANN))
