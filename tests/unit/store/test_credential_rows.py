"""What everybody proves themselves with, read live."""

from __future__ import annotations

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import access_keys, credential_rows, last_used, users
from watchword.store.access_keys import ACTIVE, AccessKey
from watchword.store.last_used import LastUsed
from watchword.store.tx import Tx
from watchword.store.users import User


def test_never_used_is_told_apart_from_unknown(store: StoreInHand) -> None:
    def furnish(tx: Tx) -> None:
        users.add(tx, User("AIDAANN", ACCOUNT, "ann", "/", None, NOW))
        for key_id, made in (("AKIA1", NOW - 1), ("AKIA2", NOW), ("AKIA3", NOW - 1)):
            access_keys.add(tx, AccessKey(key_id, ACCOUNT, "AIDAANN", ACTIVE, b"sealed", made))
        last_used.write(tx, {"AKIA3": LastUsed(NOW, "iam", "us-east-1")})

    store.change(furnish)
    (ann,) = store.read(lambda tx: credential_rows.page(tx, ACCOUNT, after="", limit=10))
    assert [(key.used is not None, key.tracked) for key in ann.keys] == [
        (False, False),  # older than the installation: nobody knows
        (False, True),  # never used
        (True, False),
    ]


def test_all_are_given_slice_by_slice(store: StoreInHand) -> None:
    def furnish(tx: Tx) -> None:
        for number in range(7):
            users.add(tx, User(f"AIDA{number}", ACCOUNT, f"User{number}", "/", None, NOW))

    store.change(furnish)
    found = store.read(lambda tx: list(credential_rows.live(tx, ACCOUNT)))
    assert [one.name for one in found] == [None, *(f"User{number}" for number in range(7))]
    page = store.read(lambda tx: credential_rows.page(tx, ACCOUNT, after="user2", limit=2))
    assert [one.name for one in page] == ["User3", "User4"]


def test_an_account_hears_of_its_own_alone(store: StoreInHand) -> None:
    store.change(lambda tx: users.add(tx, User("AIDAANN", ACCOUNT, "ann", "/", None, NOW)))
    assert store.read(lambda tx: credential_rows.page(tx, "444455556666", after="", limit=10)) == []
    root = store.read(lambda tx: credential_rows.root(tx, ACCOUNT))
    assert (root.name, root.created_at, root.keys, root.mfa) == (None, NOW, (), False)
