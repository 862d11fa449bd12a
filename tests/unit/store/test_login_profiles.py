from __future__ import annotations

from dataclasses import replace

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import login_profiles, users
from watchword.store.login_profiles import MOST_REMEMBERED, LoginProfile
from watchword.store.tx import Tx
from watchword.store.users import User

ANN = User("AIDAANN", ACCOUNT, "ann", "/", None, NOW)
PROFILE = LoginProfile(ANN.id, "hash 0", reset_required=True, created_at=NOW, changed_at=NOW)


def begun(tx: Tx) -> None:
    users.add(tx, ANN)
    login_profiles.add(tx, PROFILE)


def changed(tx: Tx, number: int) -> None:
    present = login_profiles.of(tx, ANN.id)
    assert present is not None
    login_profiles.change_password(tx, present, f"hash {number}", at=NOW + number)


def test_the_life_of_a_profile(store: StoreInHand) -> None:
    store.change(begun)
    assert store.read(lambda tx: login_profiles.of(tx, ANN.id)) == PROFILE
    assert store.read(lambda tx: login_profiles.count_of_user(tx, ANN.id)) == 1
    store.change(lambda tx: changed(tx, 1))
    store.change(lambda tx: login_profiles.require_reset(tx, ANN.id, required=False))
    store.change(lambda tx: login_profiles.note_use(tx, ANN.id, at=NOW + 9))
    now = store.read(lambda tx: login_profiles.of(tx, ANN.id))
    assert now == replace(
        PROFILE, password_hash="hash 1", changed_at=NOW + 1, reset_required=False, last_used_at=NOW + 9
    )
    assert "hash 1" not in repr(now)
    store.change(lambda tx: login_profiles.remove(tx, ANN.id))
    assert store.read(lambda tx: login_profiles.of(tx, ANN.id)) is None
    assert store.read(lambda tx: login_profiles.count_of_user(tx, ANN.id)) == 0
    store.change(lambda tx: users.remove(tx, ANN.id))


def test_as_many_passwords_are_remembered_as_a_policy_may_ask_for(store: StoreInHand) -> None:
    def run(tx: Tx) -> tuple[list[str], list[str]]:
        begun(tx)
        for number in range(1, 31):
            changed(tx, number)
        every = login_profiles.remembered(tx, ANN.id, 99)
        return every, login_profiles.remembered(tx, ANN.id, 3)

    every, newest = store.change(run)
    assert every == [f"hash {number}" for number in range(30, 30 - MOST_REMEMBERED, -1)]
    assert newest == ["hash 30", "hash 29", "hash 28"]


def test_nothing_is_remembered_where_nothing_is_asked_for_or_nothing_is_there(store: StoreInHand) -> None:
    assert store.read(lambda tx: login_profiles.remembered(tx, ANN.id, 5)) == []
    store.change(begun)
    assert store.read(lambda tx: login_profiles.remembered(tx, ANN.id, 0)) == []
    assert store.read(lambda tx: login_profiles.remembered(tx, ANN.id, 1)) == ["hash 0"]


def test_root_may_set_a_password_or_not(store: StoreInHand) -> None:
    assert store.read(lambda tx: login_profiles.of_root(tx, ACCOUNT)) is None
    store.change(lambda tx: login_profiles.add_for_root(tx, ACCOUNT, at=NOW))
    assert store.read(lambda tx: login_profiles.of_root(tx, ACCOUNT)) == NOW
    store.change(lambda tx: login_profiles.remove_of_root(tx, ACCOUNT))
    assert store.read(lambda tx: login_profiles.of_root(tx, ACCOUNT)) is None
