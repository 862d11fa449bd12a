"""Opening and making stores: what is wrong is told in one line."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, make_url, text

from tests.support.postgres import Postgres
from tests.support.stores import ACCOUNT, DATABASES, NOW, entry_of, fill, in_hand
from watchword.store import accounts, journal, migrations, opening, schema, users
from watchword.store.engine import connect, sqlite_path
from watchword.store.faults import NewerStore, NoStore, NotAStore, StoreExists, StoreFault, Unreachable
from watchword.store.migrations.versions import first
from watchword.store.opening import create_store, open_store
from watchword.store.tx import Tx


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a store may be made, on both databases."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/watchword.db"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        name = server.create()
        yield server.url(name)
        server.drop(name)


def execute(url: str, statement: str) -> None:
    store = connect(make_url(url))
    with store.writing.connect() as connection, connection.begin():
        connection.execute(text(statement))
    store.close()


def test_a_store_is_made_once_and_opened_after(empty_url: str) -> None:
    create_store(empty_url, fill).close()
    with pytest.raises(StoreExists, match="already holds a store"):
        create_store(empty_url, fill)
    store = open_store(empty_url)
    assert store.installation().first_account_id == ACCOUNT
    assert store.installation().created_at == NOW
    assert store.installation().sandbox is True
    store.close()


def test_a_store_that_could_not_be_filled_is_not_there(empty_url: str) -> None:
    def fail(tx: Tx) -> None:
        fill(tx)
        raise KeyError

    with pytest.raises(KeyError):
        create_store(empty_url, fail)
    with pytest.raises(NoStore):
        open_store(empty_url)
    create_store(empty_url, fill).close()


def test_no_store_is_told(empty_url: str) -> None:
    with pytest.raises(NoStore, match=r"there is no store at .* make one with `watchword init`"):
        open_store(empty_url)


def test_a_newer_store_is_told(empty_url: str) -> None:
    create_store(empty_url, fill).close()
    execute(empty_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerStore, match="revision `9999`"):
        open_store(empty_url)


def test_another_programs_tables_are_left_alone(empty_url: str) -> None:
    if empty_url.startswith("sqlite"):
        sqlite3.connect(empty_url.removeprefix("sqlite:///")).close()
        Path(empty_url.removeprefix("sqlite:///")).touch()
    execute(empty_url, "CREATE TABLE theirs (id INTEGER)")
    with pytest.raises(NotAStore, match="not a Watchword store"):
        open_store(empty_url)
    with pytest.raises(NotAStore, match="not ours"):
        create_store(empty_url, fill)


def made_by_another(place: Path, how: str) -> Path:
    """Make another program's file: at rest in either mode, or as its program left it when it was killed."""
    path = place / "theirs.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as theirs:
        theirs.execute(f"PRAGMA journal_mode = {'DELETE' if how == 'rollback' else 'WAL'}")
        theirs.execute("CREATE TABLE theirs (id INTEGER)")
        theirs.execute("INSERT INTO theirs VALUES (1)")
        if how == "killed":
            (place / "killed").mkdir()
            for name in (path.name, f"{path.name}-wal"):
                shutil.copy(place / name, place / "killed" / name)
            path = place / "killed" / path.name
    return path


def bytes_beside(path: Path) -> dict[str, bytes]:
    """Give the bytes of a database and of what lies beside it; not its shared memory, which says nothing."""
    return {file.name: file.read_bytes() for file in path.parent.iterdir() if file.name != f"{path.name}-shm"}


@pytest.mark.parametrize("how", ["rollback", "wal", "killed"])
def test_another_programs_file_stays_as_it_is_byte_for_byte(tmp_path: Path, how: str) -> None:
    (tmp_path / "place").mkdir()
    path = made_by_another(tmp_path / "place", how)
    before = bytes_beside(path)
    assert len(before) == (2 if how == "killed" else 1)
    with pytest.raises(NotAStore, match="not a Watchword store"):
        open_store(f"sqlite:///{path}")
    assert bytes_beside(path) == before
    with pytest.raises(NotAStore, match="not ours"):
        create_store(f"sqlite:///{path}", fill)
    assert bytes_beside(path) == before


def test_what_is_no_store_yet_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "watchword.db"
    with closing(sqlite3.connect(path)) as theirs:
        theirs.execute("PRAGMA user_version = 7")
    before = bytes_beside(path)
    with pytest.raises(NoStore):
        open_store(f"sqlite:///{path}")
    assert bytes_beside(path) == before


def test_a_store_whose_server_was_killed_is_opened(tmp_path: Path) -> None:
    """All of it still lies in the write-ahead log."""
    (tmp_path / "killed").mkdir()
    store = create_store(f"sqlite:///{tmp_path}/watchword.db", fill)
    with store.read():
        for name in ("watchword.db", "watchword.db-wal"):
            shutil.copy(tmp_path / name, tmp_path / "killed" / name)
    store.close()
    opened = open_store(f"sqlite:///{tmp_path}/killed/watchword.db")
    assert opened.installation().first_account_id == ACCOUNT
    opened.close()


def test_an_older_store_is_brought_up_to_date_by_one_of_many(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several processes that start at once on a store of an older version: one upgrades, all open."""
    create_store(empty_url, fill).close()
    created_at = migrations.HEAD
    upgraded: list[int] = []

    def upgrade(connection: Connection) -> None:
        upgraded.append(1)
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    monkeypatch.setattr(migrations, "HEAD", "9999")
    monkeypatch.setattr(migrations, "upgrade", upgrade)
    monkeypatch.setattr(migrations, "known", lambda: frozenset({created_at, "9999"}))
    opened: list[str] = []

    def start() -> None:
        store = open_store(empty_url)
        opened.append(store.installation().first_account_id)
        store.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [ACCOUNT] * 4
    assert len(upgraded) == 1


def make_first_revision(url: str) -> None:
    """Make a store as the first revision's program did, with a user and a journal entry."""
    store = connect(make_url(url))
    if store.on_sqlite:
        sqlite_path(store.url).touch()
    with store.writing.connect() as connection, connection.begin():
        with Operations.context(MigrationContext.configure(connection)):
            first.upgrade()
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('0001')"))
        fill(Tx(connection))
        user = {"id": "AIDAANN", "account": ACCOUNT, "at": NOW}
        connection.execute(
            text("INSERT INTO iam_user VALUES (:id, :account, 'Ann', 'ann', '/', NULL, :at)"),
            user,
        )
        row = dict(zip(journal.COLUMNS, journal.rows_of(entry_of(None))[0], strict=True))
        old = [name for name in journal.COLUMNS if name not in NEW_IN_SECOND]
        names, marks = ", ".join(old), ", ".join(f":{name}" for name in old)
        connection.execute(text(f"INSERT INTO journal ({names}) VALUES ({marks})"), {name: row[name] for name in old})
    store.close()


NEW_IN_SECOND = {"user_name", "read_only", "resources", "named_key_id"}


def test_a_store_of_the_first_revision_goes_on(empty_url: str) -> None:
    make_first_revision(empty_url)
    with in_hand(empty_url) as kept:
        assert kept.read(lambda tx: accounts.by_id(tx, accounts.AWS)) is not None
        assert kept.read(lambda tx: [account.id for account in accounts.every(tx)]) == [ACCOUNT]
        ann = kept.read(lambda tx: users.named(tx, ACCOUNT, "ann"))
        assert ann is not None
        kept.change(lambda tx: users.add(tx, replace(ann, id="AIDABOB", name="bob")))
        assert kept.read(lambda tx: users.count(tx, ACCOUNT)) == 2
        assert [entry.event for entry in kept.read(lambda tx: journal.newest(tx, 10))] == ["Change", "Change"]
        with kept.opened.reading.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, schema.metadata) == []


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "watchword.db"
    path.write_text(
        "this is a letter to my aunt, and it is longer than a hundred characters, as letters to aunts are" * 2
    )
    with pytest.raises(NotAStore, match="is not a SQLite database"):
        open_store(f"sqlite:///{path}")
    with pytest.raises(NotAStore, match="is not a SQLite database"):
        create_store(f"sqlite:///{path}", fill)
    assert path.exists()


def test_a_file_from_an_init_that_was_killed_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "watchword.db"
    path.touch()
    create_store(f"sqlite:///{path}", fill).close()


def test_only_its_owner_may_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a %20 strange?name#.db"
    store = create_store(f"sqlite:///{str(path).replace('?', '%3F')}", fill)
    with store.read() as tx:
        assert accounts.by_id(tx, ACCOUNT) is not None
        for file in tmp_path.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    store.close()


def test_a_place_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="cannot be made"):
        create_store(f"sqlite:///{tmp_path}/nowhere/watchword.db", fill)


def test_an_unreachable_database_is_told_without_its_password() -> None:
    with pytest.raises(Unreachable, match="cannot be reached") as told:
        open_store("postgresql://ann:hunter2@127.0.0.1:1/watchword")
    assert "hunter2" not in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("url", ["mysql://localhost/x", "not a url", "sqlite://", "sqlite:///:memory:"])
def test_a_url_of_another_kind_is_told(url: str) -> None:
    with pytest.raises(StoreFault, match="use `sqlite:///FILE`"):
        open_store(url)


def test_two_inits_at_once_make_one_store(empty_url: str) -> None:
    told: list[str] = []

    def init() -> None:
        try:
            opening.create_store(empty_url, fill).close()
            told.append("made")
        except StoreExists:
            told.append("exists")

    threads = [threading.Thread(target=init) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["exists", "exists", "made"]
    open_store(empty_url).close()
