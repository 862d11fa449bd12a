"""What a reading transaction sees and says."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from tests.support.postgres import Postgres
from tests.support.stores import StoreInHand
from watchword.domain.refusal import ServiceUnavailable
from watchword.store import accounts, schema
from watchword.store.accounts import Account
from watchword.store.tx import Tx


def test_a_reading_transaction_sees_one_moment(store: StoreInHand) -> None:
    count = select(func.count()).select_from(schema.account)
    with store.opened.read() as tx:
        before = tx.connection.execute(count).scalar_one()
        store.change(lambda writing: accounts.add(writing, Account("5", b"sealed", 1)))
        assert tx.connection.execute(count).scalar_one() == before
    assert store.read(lambda later: later.connection.execute(count).scalar_one()) == before + 1


def test_a_wrong_question_is_our_fault_and_not_the_databases(store: StoreInHand) -> None:
    with pytest.raises(DBAPIError), store.opened.read() as tx:
        tx.connection.execute(text("SELECT nothing FROM nowhere"))
    assert store.read(accounts.every)


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_lost_connection_is_a_refusal_and_the_next_reader_is_served(
    store: StoreInHand, postgres: Postgres, postgres_database: str
) -> None:
    def lose_the_connection(tx: Tx) -> None:
        postgres.disconnect_all(postgres_database)
        accounts.every(tx)

    with pytest.raises(ServiceUnavailable):
        store.read(lose_the_connection)
    assert store.read(accounts.every)
