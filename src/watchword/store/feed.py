"""The change feed: what must be read anew, asked at the start of every request on the event loop.

A process raises its node's mark after a commit and before the answer leaves, so the next request on any process of the
node sees that there is something to read. What the mark cannot tell (other nodes; a process that died between the two)
is asked of the database: on SQLite from here, a few times a second; on PostgreSQL by a listener.
"""

from __future__ import annotations

import math
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from watchword.domain.refusal import ServiceUnavailable
from watchword.store import changes
from watchword.store.changes import Found
from watchword.store.engine import Store, raw_sqlite, sqlite_path
from watchword.store.node_mark import NodeMark

ASK_SECONDS = 0.05
"""How often a SQLite file is asked even when its mark is silent."""

NOTHING: frozenset[str] = frozenset()


class Source(Protocol):
    """Where changes are read from."""

    def since(self, last: int) -> list[Found]:
        """Give the rows of `changes.SINCE`, soon or not at all.  Raises ServiceUnavailable."""

    def close(self) -> None:
        """Let go of connections and threads."""


class Feed:
    """What one process knows of changes by all of them. `poll` is the event loop's; the rest may come from threads."""

    def __init__(
        self, source: Source, mark: NodeMark, monotonic: Callable[[], float], *, last: int, ask_every: float = math.inf
    ) -> None:
        self._source = source
        self._mark = mark
        self._monotonic = monotonic
        self._ask_every = ask_every
        self._lock = threading.Lock()
        self._heard: set[str] = set()
        self._last = last
        self._heard_at = monotonic()
        mark.lower_to(last)

    @property
    def last(self) -> int:
        """The number of the last change that is known here, with all before it."""
        return self._last

    def poll(self) -> frozenset[str]:
        """Give the subjects that changed since it was last asked; "*" stands for all.

        Everything that was answered on this node before is among them.

        Raises ServiceUnavailable when changes cannot be read: then nothing remembered may be trusted.
        """
        if not self._heard and self._mark.value <= self._last and self.silent_for() < self._ask_every:
            return NOTHING
        with self._lock:
            if self._mark.value > self._last or self.silent_for() >= self._ask_every:
                asked_at = self._monotonic()
                self._take(self._source.since(self._last), self._last, asked_at)
            heard, self._heard = frozenset(self._heard), set()
        return heard

    def announce(self, seq: int, subjects: frozenset[str]) -> None:
        """Hear of a change that this process has committed. Called by the writer, before anybody is answered."""
        with self._lock:
            self._heard |= subjects
            if seq == self._last + 1:
                self._last = seq
        self._mark.raise_to(seq)

    def hear(self, found: list[Found], last: int, asked_at: float) -> None:
        """Take what a listener found after `last`, having asked at `asked_at` by the monotonic clock."""
        with self._lock:
            self._take(found, last, asked_at)

    def silent_for(self) -> float:
        """Tell for how many seconds other nodes have not been heard. Past its limit the edge refuses sessions."""
        return self._monotonic() - self._heard_at

    def close(self) -> None:
        self._source.close()
        self._mark.close()

    def _take(self, found: list[Found], last: int, asked_at: float) -> None:
        now, subjects = changes.understand(found, last)
        if changes.EVERYTHING not in subjects:  # what this process announced meanwhile was heard already
            subjects = frozenset(
                subject for _, seq, subject in found if seq is not None and seq > self._last and subject
            )
        self._heard |= subjects
        # This process's own changes may have gone past what was found.
        if now > self._last or changes.EVERYTHING in subjects:
            self._last = now
        if now < last:  # the database went back: a standby that had not heard everything took over
            self._mark.lower_to(now)
        self._heard_at = max(asked_at, self._heard_at)


def open_feed(store: Store, run_directory: Path, monotonic: Callable[[], float]) -> Feed:
    """Begin to hear changes from now on: before anything is remembered.

    `run_directory` is shared by this node's processes on this store, and by nobody else.

    The mark may be left over from another store, so a new feed lowers it; and may just have been raised by another
    process for a change that was not read yet, so it is raised again to what is committed after that.

    Raises ServiceUnavailable when the database does not answer.
    """
    mark = NodeMark(run_directory / "changes")
    if store.on_sqlite:
        source = _SqliteSource(sqlite_path(store.url))
        feed = Feed(source, mark, monotonic, last=source.since(0)[0][0], ask_every=ASK_SECONDS)
        mark.raise_to(source.since(0)[0][0])
        return feed
    from watchword.store.listener import Listener  # noqa: PLC0415 - psycopg is an extra

    listener = Listener(store, monotonic)
    feed = Feed(listener, mark, monotonic, last=listener.since(0)[0][0])
    mark.raise_to(listener.since(0)[0][0])
    listener.start(feed)
    return feed


class _SqliteSource:
    def __init__(self, path: Path) -> None:
        self._connection = raw_sqlite(path, reading=True)
        self._query = changes.SINCE.format(last="?", limit=changes.AT_ONCE + 1)

    def since(self, last: int) -> list[Found]:
        try:
            return self._connection.execute(self._query, (last,)).fetchall()
        except sqlite3.Error as error:
            raise ServiceUnavailable from error

    def close(self) -> None:
        self._connection.close()
