"""Initialised stores for tests, on both databases, with a writer started."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import delete

from tests.support.postgres import Postgres, postgres_server
from watchword.store import accounts, installation, schema
from watchword.store.accounts import Account
from watchword.store.engine import Store
from watchword.store.installation import Installation
from watchword.store.journal import Entry
from watchword.store.opening import create_store, open_store
from watchword.store.ring import RingKey
from watchword.store.tx import Tx
from watchword.store.writer import Writer

T = TypeVar("T")

ACCOUNT = "111122223333"
NOW = 1_700_000_000
DATABASES = ["sqlite", "postgresql"]


@dataclass(frozen=True)
class StoreInHand:
    """An open store and its started writer, in blocking forms that suit tests."""

    url: str
    opened: Store
    writer: Writer
    account: str = ACCOUNT

    def read(self, fn: Callable[[Tx], T]) -> T:
        """Call `fn` in a reading transaction."""
        with self.opened.read() as tx:
            return fn(tx)

    def change(self, fn: Callable[[Tx], T]) -> T:
        """Call `fn` in the writer, as a handler is, and wait until it is committed. Raises what `fn` raises."""
        return self.writer.change_now(fn, entry_of)


def entry_of(outcome: object) -> Entry:
    return Entry(
        request_id="00000000-0000-7000-8000-000000000000",
        at=NOW,
        service="test",
        event="Change",
        error=type(outcome).__name__ if isinstance(outcome, BaseException) else "",
    )


def fill(tx: Tx) -> None:
    """Write the first rows of a test's store: a sandbox with one account."""
    installation.create(
        tx,
        Installation(created_at=NOW, master_key_id="test", sandbox=True, first_account_id=ACCOUNT),
        Account(id=ACCOUNT, sealed_data_key=b"sealed", created_at=NOW),
        RingKey(id=1, sealed=b"sealed", created_at=NOW),
    )


def fill_anew(url: str) -> None:
    """Empty every table of a store that nobody has open, and write its first rows again."""
    opened = open_store(url)
    with opened.writing.connect() as connection, connection.begin():
        for table in reversed(schema.metadata.sorted_tables):
            connection.execute(delete(table))
        accounts.add(Tx(connection), Account(accounts.AWS, b"", 0))  # as revision 0002 leaves it
        fill(Tx(connection))
    opened.close()


@contextmanager
def in_hand(url: str) -> Iterator[StoreInHand]:
    """Open a store and start its writer; close both in the end."""
    opened = open_store(url)
    writer = Writer(opened)
    writer.start()
    try:
        yield StoreInHand(url, opened, writer)
    finally:
        writer.close()
        opened.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server, started when the first test asks for it."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_database(postgres: Postgres) -> str:
    """The name of a database that holds a store, to be emptied and filled for each test."""
    name = postgres.create()
    create_store(postgres.url(name), fill).close()
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that holds an initialised store, to be copied."""
    path = tmp_path_factory.mktemp("template") / "watchword.db"
    create_store(f"sqlite:///{path}", fill).close()
    return path


@pytest.fixture(params=DATABASES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a fresh initialised store of this test's own is; nothing has it open."""
    if request.param == "sqlite":
        path = tmp_path / "watchword.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        database: str = request.getfixturevalue("postgres_database")
        server.disconnect_all(database)
        fill_anew(server.url(database))
        yield server.url(database)


@pytest.fixture
def store(store_url: str) -> Iterator[StoreInHand]:
    """A fresh store, once on SQLite and once on PostgreSQL: a test that takes it runs on both.

    It holds the account `store.account` ("111122223333") and nothing else. No event loop is needed:

        def test_a_user_is_found_by_name(store):
            store.change(lambda tx: users.add(tx, ann))
            assert store.read(lambda tx: users.named(tx, store.account, "Ann")) == ann

    `store.change(fn)` calls `fn(tx)` in the writer's thread, within the transaction that every change runs in, waits
    for the commit and gives what `fn` gave; what `fn` raises is raised, its changes undone. `store.read(fn)` calls
    `fn(tx)` in a reading transaction, which can change nothing. `store.opened` is the `Store`, `store.writer` the
    `Writer`, `store.url` the place.
    """
    with in_hand(store_url) as held:
        yield held
