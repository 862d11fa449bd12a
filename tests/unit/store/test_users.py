from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import tags, users
from watchword.store.tx import Tx
from watchword.store.users import User

ANN = User("AIDAANN", ACCOUNT, "Ann", "/staff/", None, NOW)


def keep(store: StoreInHand, *kept: User) -> None:
    for user in kept:
        store.change(partial(users.add, user=user))


def touched_by(store: StoreInHand, change: Callable[[Tx], None]) -> set[str]:
    def run(tx: Tx) -> set[str]:
        change(tx)
        return set(tx.touched)

    return store.change(run)


def test_a_user_is_found_by_name_in_any_case_and_by_id(store: StoreInHand) -> None:
    keep(store, ANN)
    assert store.read(lambda tx: users.named(tx, ACCOUNT, "aNN")) == ANN
    assert store.read(lambda tx: users.by_id(tx, "AIDAANN")) == ANN
    assert store.read(lambda tx: users.named(tx, "999999999999", "Ann")) is None
    assert store.read(lambda tx: users.by_id(tx, "aidaann")) is None
    assert ANN.arn == f"arn:aws:iam::{ACCOUNT}:user/staff/Ann"


def test_pages_go_on_past_a_name(store: StoreInHand) -> None:
    keep(store, *(replace(ANN, id=f"AIDA{name}", name=name) for name in ("bob", "Ann", "carl")))
    names = [user.name for user in store.read(lambda tx: users.page(tx, ACCOUNT, path_prefix="/", after="", limit=2))]
    assert names == ["Ann", "bob"]
    rest = store.read(lambda tx: users.page(tx, ACCOUNT, path_prefix="/", after="bob", limit=2))
    assert [user.name for user in rest] == ["carl"]
    assert store.read(lambda tx: users.count(tx, ACCOUNT)) == 3


def test_a_path_prefix_is_plain_text_and_letter_case_counts(store: StoreInHand) -> None:
    paths = {"a": "/x%/", "b": "/xy/", "c": "/X%/", "d": "/x%/deep/", "e": "/x_/"}
    keep(store, *(replace(ANN, id=f"AIDA{name}", name=name, path=path) for name, path in paths.items()))
    found = store.read(lambda tx: users.page(tx, ACCOUNT, path_prefix="/x%/", after="", limit=9))
    assert [user.name for user in found] == ["a", "d"]


def test_every_change_tells_whom_it_touches(store: StoreInHand) -> None:
    assert touched_by(store, lambda tx: users.add(tx, ANN)) == {ANN.id}
    assert touched_by(store, lambda tx: users.rename(tx, ANN.id, name="Anna", path="/")) == {ANN.id}
    assert touched_by(store, lambda tx: users.set_boundary(tx, ANN.id, "arn:x")) == {ANN.id}
    renamed = replace(ANN, name="Anna", path="/", boundary_arn="arn:x")
    assert store.read(lambda tx: users.named(tx, ACCOUNT, "anna")) == renamed
    assert touched_by(store, lambda tx: users.remove(tx, ANN.id)) == {ANN.id}
    assert store.read(lambda tx: users.by_id(tx, ANN.id)) is None


def test_a_removed_user_leaves_no_tags(store: StoreInHand) -> None:
    keep(store, ANN)
    store.change(lambda tx: tags.put(tx, ANN.id, {"team": "blue"}))
    store.change(lambda tx: users.remove(tx, ANN.id))
    assert store.read(lambda tx: tags.of(tx, ANN.id)) == {}
