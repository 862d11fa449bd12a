"""Opening a ledger: where it is, its tables, and transactions on it.

A ledger that is not there is made, an older one brought up to date: of several processes that start at once one does
it, and the others find it done.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from watchword.rotation.ledger import migrations
from watchword.rotation.ledger.faults import LedgerFault

BUSY_SECONDS = 30.0
"""How long one writer waits for the others on SQLite."""
ATTEMPTS = 5
"""How often the tables are looked at while others may be making them."""
CONNECTIONS = 8
"""Kept open for threads; as many again may be opened for a while."""
_READS = "rotation_reads"
_POOL: dict[str, Any] = {"poolclass": QueuePool, "pool_size": CONNECTIONS, "max_overflow": CONNECTIONS}


def open_engine(url: str) -> Engine:
    """Open the ledger at `url` with its tables as this version needs them.

    Raises LedgerFault.
    """
    place = _understood(url)
    engine = _sqlite(_file(place)) if place.get_backend_name() == "sqlite" else _postgres(place)
    try:
        for attempt in range(1, ATTEMPTS + 1):
            if _brought_up_to_date(engine, last=attempt == ATTEMPTS):
                break
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a transaction that may change things, and is durable when it has ended. Raises LedgerFault."""
    with _told(), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a transaction that changes nothing. Raises LedgerFault."""
    with _told(), engine.connect().execution_options(**{_READS: True}) as connection:
        yield connection


def _understood(text: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # The text may hold a password, and the error some of the text: neither is shown.
        url = None
    if url is None:
        raise LedgerFault("the ledger's URL cannot be read; use `sqlite:////FILE` or `postgresql://HOST/NAME`")
    if url.drivername == "sqlite" and url.database and url.database != ":memory:":
        return url
    if url.drivername in {"postgresql", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg")
    raise LedgerFault(
        f"a ledger cannot be kept in `{url.drivername}`; use `sqlite:////FILE` or `postgresql://HOST/NAME`"
    )


def _file(url: URL) -> Path:
    """Make the file, and its directory, for nobody but us to read. SQLite gives its side files the same mode."""
    path = Path(url.database or "")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A file that is there is not even opened: closing it again would drop this process's SQLite locks on it.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        pass
    except OSError as error:
        raise LedgerFault(f"`{path}` cannot be made: {error.strerror}") from error
    return path


def _sqlite(path: Path) -> Engine:
    def creator() -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode=rw",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    # The pool is named, as SQLAlchemy would take another for a file that it does not see in the URL.
    engine = create_engine("sqlite://", creator=creator, **_POOL)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer that began as a reader could be refused halfway (SQLITE_BUSY_SNAPSHOT): it takes the lock at once.
        reads = connection.get_execution_options().get(_READS)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _postgres(url: URL) -> Engine:
    try:
        return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": "5"}, **_POOL)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise LedgerFault("PostgreSQL needs psycopg: `pip install 'watchword[postgres]'`") from error


def _brought_up_to_date(engine: Engine, *, last: bool) -> bool:
    """Make the tables, or bring them up; False when somebody else was at it meanwhile."""
    with _told():
        try:
            with engine.connect().execution_options(**{_READS: True}) as connection:
                if _revision(connection) == migrations.HEAD:
                    return True
            with engine.begin() as connection:
                if _revision(connection) != migrations.HEAD:
                    migrations.upgrade(connection)
        except (IntegrityError, ProgrammingError, OperationalError):
            if last:
                raise
            return False
        return True


def _revision(connection: Connection) -> str:
    if migrations.VERSION_TABLE not in inspect(connection).get_table_names():
        return ""
    found = connection.exec_driver_sql(f"SELECT version_num FROM {migrations.VERSION_TABLE}").scalar()  # noqa: S608 - a name of ours
    if found and found not in migrations.known():
        raise LedgerFault(f"the ledger is from a newer version (revision `{found}`): upgrade watchword")
    return str(found or "")


@contextmanager
def _told() -> Iterator[None]:
    """Turn what a driver says into one line, which shows no URL."""
    try:
        yield
    except PoolTimeout as error:
        raise LedgerFault("the ledger cannot be used: every connection to it was busy for too long") from error
    except DBAPIError as error:
        line = (str(error.orig).strip().splitlines() or [type(error.orig).__name__])[0]
        raise LedgerFault(f"the ledger cannot be used: {line}") from error
