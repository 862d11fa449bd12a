from __future__ import annotations

from functools import partial

from sqlalchemy import insert

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import account_aliases, accounts, schema
from watchword.store.accounts import Account
from watchword.store.tx import Tx

OTHER = "444455556666"


def test_an_account_has_one_alias(store: StoreInHand) -> None:
    store.change(partial(accounts.add, account=Account(OTHER, b"sealed", NOW)))
    store.change(lambda tx: account_aliases.put(tx, ACCOUNT, "blue"))
    store.change(lambda tx: account_aliases.put(tx, ACCOUNT, "green"))
    store.change(lambda tx: account_aliases.put(tx, OTHER, "blue"))
    assert store.read(lambda tx: account_aliases.of(tx, ACCOUNT)) == "green"
    assert store.read(lambda tx: account_aliases.holder(tx, "blue")) == OTHER
    store.change(lambda tx: account_aliases.remove(tx, ACCOUNT))
    assert store.read(lambda tx: account_aliases.of(tx, ACCOUNT)) is None
    assert store.read(lambda tx: account_aliases.holder(tx, "green")) is None


def test_what_an_account_is_called(store: StoreInHand) -> None:
    assert store.read(lambda tx: account_aliases.names(tx, ACCOUNT)) == set()

    def joined(tx: Tx) -> None:
        account_aliases.put(tx, ACCOUNT, "blue")
        named = {"name": "Blue Team", "email": "Blue@example.com", "email_key": "blue@example.com"}
        tx.connection.execute(insert(schema.account_contact).values(account_id=ACCOUNT, **named))

    store.change(joined)
    assert store.read(lambda tx: account_aliases.names(tx, ACCOUNT)) == {"blue", "Blue Team", "Blue@example.com"}
