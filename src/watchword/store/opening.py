"""Opening a store and making a new one, with one clear line for everything that can be wrong.

An older store is brought up to date when it is opened: under the writer lock, so that of several processes that start
at once one does it and the others find it done.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, inspect, select
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError

from watchword.store import aws_policies, changes, installation, migrations, schema
from watchword.store.engine import Store, connect, glance, parse_url, sqlite_path
from watchword.store.faults import NewerStore, NoStore, NotAStore, StoreExists, StoreFault, Unreachable
from watchword.store.tx import Tx


def open_store(url: str) -> Store:
    """Open the store at `url`, bringing it up to date if an older version made it.

    Raises NoStore, NotAStore, NewerStore, Unreachable; StoreFault for a URL that cannot be one.
    """
    place = parse_url(url)
    _expect_file(place)
    store = connect(place)
    try:
        with _told(place):
            _bring_up_to_date(store)
    except StoreFault:
        store.close()
        raise
    return store


def create_store(url: str, fill: Callable[[Tx], None]) -> Store:
    """Make a store: its tables and whatever `fill` writes, in one transaction.

    Raises StoreExists, NotAStore, Unreachable; StoreFault for a URL that cannot be one.
    """
    place = parse_url(url)
    _make_file(place)
    store = connect(place)
    try:
        with _told(place), store.writing.connect() as connection, connection.begin():
            _expect_empty(place, inspect(connection).get_table_names())
            migrations.upgrade(connection)
            fill(Tx(connection))
    except BaseException:
        # An empty file may stay: it counts as no store. Removing it could remove what another init made meanwhile.
        store.close()
        raise
    return store


def _bring_up_to_date(store: Store) -> None:
    with store.reading.connect() as connection:
        if _revision(store.url, connection) == migrations.HEAD and not aws_policies.outdated(Tx(connection)):
            return
    with store.writing.connect() as connection, connection.begin():
        connection.execute(select(schema.feed.c.seq).where(schema.feed.c.id == installation.ONLY).with_for_update())
        found = _revision(store.url, connection)
        if found not in migrations.known():
            raise NewerStore(
                f"the store at `{_shown(store.url)}` is from a newer version (revision `{found}`); "
                f"this one knows up to `{migrations.HEAD}`: upgrade watchword"
            )
        if found != migrations.HEAD:  # nobody else was first
            migrations.upgrade(connection)
        _refresh_policies(Tx(connection))


def _refresh_policies(tx: Tx) -> None:
    """Bring AWS's policies up to this package, and let the nodes that run already hear of it."""
    seq = changes.lock(tx)
    for policy in aws_policies.outdated(tx):
        aws_policies.refresh(tx, policy)
    if tx.touched:
        changes.announce(tx, seq + 1, tx.touched)


def _revision(place: URL, connection: Connection) -> str:
    _expect_tables(place, inspect(connection).get_table_names())
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if found is None:
        raise NotAStore(_not_ours(place))
    return str(found)


def _expect_tables(place: URL, tables: Collection[str]) -> None:
    if not tables:
        raise NoStore(_no_store(place))
    if not {"alembic_version", schema.installation.name}.issubset(tables):
        raise NotAStore(_not_ours(place))


def _expect_empty(place: URL, tables: Collection[str]) -> None:
    if schema.installation.name in tables:
        raise StoreExists(f"`{_shown(place)}` already holds a store; choose another place")
    if tables:
        raise NotAStore(f"`{_shown(place)}` holds tables that are not ours; choose an empty database")


def _expect_file(place: URL) -> None:
    """See that a file is a store before it is opened as one: opening for writing would change somebody else's."""
    if not _is_file(place):
        return
    if not sqlite_path(place).is_file():
        raise NoStore(_no_store(place))
    with _told(place):
        _expect_tables(place, glance(sqlite_path(place)))


def _make_file(place: URL) -> None:
    """Make an empty file that only its owner may read, unless there is an empty database already.

    SQLite gives its side files the same mode.
    """
    if not _is_file(place):
        return
    path = sqlite_path(place)
    try:
        # A file that is there is not even opened: closing it again would drop this process's SQLite locks on it.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        with _told(place):
            _expect_empty(place, glance(path))
    except OSError as error:
        raise Unreachable(f"`{path}` cannot be made: {error.strerror}") from error


@contextmanager
def _told(place: URL) -> Iterator[None]:
    """Turn what a driver says into one line."""
    try:
        yield
    except DBAPIError as error:
        raise _told_as(place, error) from error
    except sqlite3.Error as error:
        raise _told_as(place, error) from error


def _told_as(place: URL, error: DBAPIError | sqlite3.Error) -> StoreFault:
    origin = error.orig if isinstance(error, DBAPIError) else error
    line = (str(origin).strip().splitlines() or [type(origin).__name__])[0]
    if getattr(origin, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
        return NotAStore(f"`{_shown(place)}` is not a SQLite database")
    if isinstance(error, ProgrammingError | IntegrityError):
        return StoreExists(f"`{_shown(place)}` was filled by someone else meanwhile: {line}")
    if isinstance(error, OperationalError | sqlite3.OperationalError):
        return Unreachable(f"`{_shown(place)}` cannot be reached: {line}")
    return StoreFault(f"`{_shown(place)}` failed: {line}")


def _is_file(place: URL) -> bool:
    return place.get_backend_name() == "sqlite"


def _not_ours(place: URL) -> str:
    return f"`{_shown(place)}` is a database, but not a Watchword store"


def _no_store(place: URL) -> str:
    return f"there is no store at `{_shown(place)}`; make one with `watchword init`"


def _shown(place: URL) -> str:
    if _is_file(place):
        return str(sqlite_path(place))
    return place.render_as_string(hide_password=True)
