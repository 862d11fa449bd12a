"""How the change feed hears of other nodes on PostgreSQL: LISTEN, and asking four times a second whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from watchword.domain.refusal import ServiceUnavailable
from watchword.store import changes
from watchword.store.changes import Found
from watchword.store.engine import Store

POLL_SECONDS = 0.25
"""The longest another node's change stays unheard while the database answers."""
PATIENCE_MS = 500
"""How long the event loop waits for the one query that catches up."""

_SINCE = changes.SINCE.format(last="%s", limit=changes.AT_ONCE + 1)


class Hearer(Protocol):
    """The part of a feed that a listener fills."""

    @property
    def last(self) -> int: ...

    def hear(self, found: list[Found], last: int, asked_at: float) -> None: ...


class Listener:
    """Two connections: one follows on a thread of its own, one answers the event loop. See `feed.Source`."""

    def __init__(self, store: Store, monotonic: Callable[[], float]) -> None:
        self._store = store
        self._monotonic = monotonic
        self._asking: Connection | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, feed: Hearer) -> None:
        """Begin to follow other nodes' changes."""
        self._thread = threading.Thread(target=self._listen, args=(feed,), name="feed", daemon=True)
        self._thread.start()

    def since(self, last: int) -> list[Found]:
        """Ask once, on the event loop: one indexed query.  Raises ServiceUnavailable."""
        try:
            if self._asking is None:
                self._asking = self._connect()
                _driver(self._asking).execute(f"SET statement_timeout = {PATIENCE_MS}")
            return _since(_driver(self._asking), last)
        except (psycopg.Error, DBAPIError) as error:
            self._hang_up()
            raise ServiceUnavailable from error

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self._hang_up()

    def _listen(self, feed: Hearer) -> None:
        while not self._stop.is_set():
            # A failure is told by the feed's `silent_for`, and tried again.
            with suppress(psycopg.Error, DBAPIError), self._connect() as connection:
                self._follow(_driver(connection), feed)
            self._stop.wait(POLL_SECONDS)

    def _follow(self, connection: psycopg.Connection, feed: Hearer) -> None:
        told = _can_listen(connection)
        while not self._stop.is_set():
            asked_at, last = self._monotonic(), feed.last
            feed.hear(_since(connection, last), last, asked_at)
            if told:
                for _ in connection.notifies(timeout=POLL_SECONDS, stop_after=1):
                    pass
            else:
                self._stop.wait(POLL_SECONDS)

    def _connect(self) -> Connection:
        return self._store.writing.connect().execution_options(isolation_level="AUTOCOMMIT")

    def _hang_up(self) -> None:
        connection, self._asking = self._asking, None
        if connection is not None:
            connection.invalidate()
            connection.close()


def _driver(connection: Connection) -> psycopg.Connection:
    found = connection.connection.driver_connection
    if not isinstance(found, psycopg.Connection):
        raise TypeError("not a psycopg connection")
    return found


def _since(connection: psycopg.Connection, last: int) -> list[Found]:
    return connection.execute(_SINCE, (last,)).fetchall()


def _can_listen(connection: psycopg.Connection) -> bool:
    try:
        connection.execute(f"LISTEN {changes.CHANNEL}")
    except psycopg.errors.FeatureNotSupported:
        return False
    return True
