"""Connections to the two databases, and the `Store` that hands out reading transactions.

Nothing here writes: `writer` does, through the `writing` engine, and `opening` makes and upgrades.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlalchemy.pool import NullPool, QueuePool

from watchword.domain.refusal import ServiceUnavailable
from watchword.store import installation
from watchword.store.faults import Fate, StoreFault, Unreachable, fate_of
from watchword.store.installation import Installation
from watchword.store.tx import Tx

BUSY_SECONDS = 5.0
"""How long one process waits for another's write on SQLite."""
READERS = 8
"""Connections kept open for worker threads; as many again may be opened for a while."""
POSTGRES_OPTIONS = {
    "connect_timeout": "3",
    "tcp_user_timeout": "3000",
    "keepalives_idle": "5",
    "keepalives_interval": "1",
    "keepalives_count": "3",
    "application_name": "watchword",
}
"""A peer that vanished is noticed in seconds.  Source: libpq, "Parameter key words"."""


class Store:
    """One open store: a database of either kind. Make it with `opening.open_store`."""

    def __init__(self, url: URL, reading: Engine, writing: Engine) -> None:
        self.url = url
        self.writing = writing
        self.reading = reading

    @property
    def on_sqlite(self) -> bool:
        return self.writing.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Give a transaction that sees one moment and can change nothing. For worker threads.

        Raises ServiceUnavailable when the database does not answer.
        """
        try:
            with self.reading.connect() as connection:
                yield Tx(connection)
        except NoFreeConnection as error:
            raise ServiceUnavailable from error
        except DBAPIError as error:
            if fate_of(error) is Fate.APART:  # the database is well: the question was wrong
                raise
            raise ServiceUnavailable from error

    def installation(self) -> Installation:
        """Give what was chosen when the store was made."""
        with self.read() as tx:
            return installation.the(tx)

    def close(self) -> None:
        """Let go of every connection."""
        self.reading.dispose()
        self.writing.dispose()


def connect(url: URL) -> Store:
    """Make the engines for a store; nothing is opened yet."""
    if url.get_backend_name() == "sqlite":
        path = sqlite_path(url)
        return Store(url, _sqlite(path, reading=True), _sqlite(path, reading=False))
    writing = _postgres(url, poolclass=NullPool)
    # A snapshot is put together from several queries: they must see the same moment.
    reading = _postgres(url, pool_size=READERS, max_overflow=READERS).execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )
    return Store(url, reading, writing)


def parse_url(text: str) -> URL:
    """Understand where a store is.

    Raises StoreFault when it is neither `sqlite:///…` nor `postgresql://…`.
    """
    try:
        url = make_url(text)
    except ArgumentError as error:
        # The text may hold a password: it is not shown.
        raise StoreFault("the store's URL cannot be read; use `sqlite:///FILE` or `postgresql://HOST/NAME`") from error
    if url.drivername == "sqlite" and url.database and url.database != ":memory:":
        return url
    if url.drivername in {"postgresql", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg")
    raise StoreFault(f"`{url.drivername}` stores are not known; use `sqlite:///FILE` or `postgresql://HOST/NAME`")


def sqlite_path(url: URL) -> Path:
    """Give the file of a SQLite store."""
    return Path(url.database or "")


def raw_sqlite(path: Path, *, reading: bool) -> sqlite3.Connection:
    """Open the file as it must always be opened: never created, durable at each commit, transactions left to us."""
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode=rw",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        if reading:
            connection.execute("PRAGMA query_only = ON")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def glance(path: Path) -> frozenset[str]:
    """Name the tables in a file that may be somebody else's, and change nothing: not its mode, not by recovering it.

    Without a write-ahead log beside it the file says everything itself, and is read without making one.

    Raises sqlite3.Error.   Source: SQLite, "Write-Ahead Logging", "Read-Only Databases".
    """
    alone = not path.with_name(f"{path.name}-wal").exists()
    place = f"file:{quote(str(path))}?mode=ro" + ("&immutable=1" if alone else "")
    with closing(sqlite3.connect(place, uri=True, timeout=BUSY_SECONDS)) as connection:
        found = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
        )
        return frozenset(name for (name,) in found)


def _sqlite(path: Path, *, reading: bool) -> Engine:
    def creator() -> sqlite3.Connection:
        return raw_sqlite(path, reading=reading)

    if reading:
        engine = create_engine(
            "sqlite://", creator=creator, poolclass=QueuePool, pool_size=READERS, max_overflow=READERS
        )
    else:
        engine = create_engine("sqlite://", creator=creator, poolclass=NullPool)
    # A writer that began as a reader could be refused halfway (SQLITE_BUSY_SNAPSHOT): it takes the lock at once.
    begin = "BEGIN" if reading else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgres(url: URL, **pool: object) -> Engine:
    try:
        return create_engine(url, connect_args=POSTGRES_OPTIONS, **pool)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise Unreachable("PostgreSQL needs psycopg: `pip install 'watchword[postgres]'`") from error
