"""The writer: the one way into the store. A thread per process commits all that has come in meanwhile as one group.

Every change on every node is strictly serial, because a group that changes anything holds the writer lock. Nothing is
answered before its change and its journal entry are durable.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext, suppress
from queue import SimpleQueue
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from watchword.domain.refusal import ServiceUnavailable
from watchword.store import changes, group
from watchword.store.engine import Store, sqlite_path
from watchword.store.faults import Fate, fate_of
from watchword.store.group import Outcome, Piece, Written
from watchword.store.journal import Entry
from watchword.store.last_used import Uses
from watchword.store.turnstile import Turnstile
from watchword.store.tx import Tx

T = TypeVar("T")
Announce = Callable[[int, frozenset[str]], None]

GROUP = 512
"""Pieces in one commit, after which no more are added."""
WAITING = 20_000
"""Pieces that may wait; beyond, work is refused rather than kept waiting."""
ATTEMPTS = 4
REMEMBERED = 10_000
"""Last uses known to be kept, so that a busy key is not written again within the same second."""


class Writer:
    """Takes work on the event loop (or, in its blocking form, anywhere) and does it on its own thread.

    `announce` is told the number and subjects of each committed change before anybody hears that it happened.
    """

    def __init__(self, store: Store, announce: Announce | None = None) -> None:
        self._store = store
        self._announce = announce
        self._queue: SimpleQueue[list[Piece] | None] = SimpleQueue()
        self._gathered: list[Piece] = []
        self._waiting = 0
        self._lock = threading.Lock()
        self._open = False
        self._connection: Connection | None = None
        self._notify = False
        self._turnstile = Turnstile(sqlite_path(store.url)) if store.on_sqlite else None
        self._turn: AbstractContextManager[None] = self._turnstile or nullcontext()
        self._remembered: Uses = {}
        self._pause = threading.Event()
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)

    def start(self) -> None:
        self._open = True
        self._thread.start()

    def close(self) -> None:
        """Finish what was taken, and stop. Later work is refused."""
        with self._lock:
            was_open, self._open = self._open, False
            self._queue.put(self._gathered)
            self._queue.put(None)
            self._gathered = []
        if was_open:
            self._thread.join()
            if self._turnstile is not None:
                self._turnstile.close()

    def change(self, run: Callable[[Tx], T], record: Callable[[T | BaseException], Entry | None]) -> asyncio.Future[T]:
        """Do a change and record it, in one transaction; to be awaited.

        `run` may be called again when the database asks for it. What it raises is recorded too, its change undone.
        `record` gives None for what is no request's doing, and changes nothing that anybody could ask about.

        Raises what `run` raises; ServiceUnavailable when nothing was changed and nothing recorded.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._gather(Piece(future, run=run, record=record), loop)
        return future

    def record(self, entry: Entry) -> asyncio.Future[None]:
        """Put an entry on record; to be awaited.

        Raises ServiceUnavailable when it is not.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        self._gather(Piece(future, entry), loop)
        return future

    def change_now(self, run: Callable[[Tx], T], record: Callable[[T | BaseException], Entry]) -> T:
        """Do as `change` does, and wait. Not for the event loop."""
        future: Future[T] = Future()
        self._take(Piece(future, run=run, record=record))
        return future.result()

    def record_now(self, entry: Entry) -> None:
        """Do as `record` does, and wait. Not for the event loop."""
        future: Future[None] = Future()
        self._take(Piece(future, entry))
        future.result()

    def _take(self, piece: Piece) -> None:
        with self._lock:
            self._count()
            self._queue.put([piece])

    def _gather(self, piece: Piece, loop: asyncio.AbstractEventLoop) -> None:
        """Keep a piece until the event loop has seen to all that is ready, and wake the writer once for all of them.

        A writer woken for the first would fight the event loop for the interpreter's lock over every other.
        """
        with self._lock:
            self._count()
            self._gathered.append(piece)
            first = len(self._gathered) == 1
        if first:
            loop.call_soon(self._hand_over)

    def _hand_over(self) -> None:
        with self._lock:
            gathered, self._gathered = self._gathered, []
            self._queue.put(gathered)

    def _count(self) -> None:
        if not self._open or self._waiting >= WAITING:
            raise ServiceUnavailable
        self._waiting += 1

    def _work(self) -> None:
        more = True
        while more:
            pieces, more = self._next_group()
            if pieces:
                _settle(self._outcomes(pieces))
                with self._lock:
                    self._waiting -= len(pieces)
        self._disconnect()

    def _next_group(self) -> tuple[list[Piece], bool]:
        """Wait for work and give all there is, and whether there may be more after it."""
        pieces: list[Piece] = []
        gathered = self._queue.get()
        while gathered is not None:
            pieces += gathered
            if len(pieces) >= GROUP or self._queue.empty():
                return pieces, True
            gathered = self._queue.get()
        return pieces, False

    def _outcomes(self, pieces: Sequence[Piece]) -> list[Outcome]:
        try:
            return self._committed(pieces)
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody may be left waiting, and nothing was answered
            self._disconnect()
            return [(piece, None, _unavailable(error)) for piece in pieces]

    def _committed(self, pieces: Sequence[Piece]) -> list[Outcome]:
        """Commit a group, trying again or piece by piece where that can help.

        Raises what the database raised when the store takes nothing now.
        """
        doubtful: Written | None = None
        for attempt in range(1, ATTEMPTS + 1):
            try:
                connection = self._connected()
                if doubtful is not None and group.happened(connection, doubtful):
                    return self._made_known(doubtful)
                doubtful = None
                with self._turn, connection.begin():
                    written = group.write(connection, pieces, self._remembered, notify=self._notify)
                    doubtful = written  # from here on the commit may have happened without our hearing of it
                return self._made_known(written)
            except Exception as error:
                self._disconnect()
                # A driver may choke on one row in its own way, with no error of the database.
                fate = fate_of(error) if isinstance(error, DBAPIError) else Fate.APART
                if fate is Fate.APART and len(pieces) > 1:
                    break
                if fate is not Fate.AGAIN or attempt == ATTEMPTS:
                    raise
                self._pause.wait(0.01 * 2**attempt)
        return [outcome for piece in pieces for outcome in self._outcomes([piece])]

    def _made_known(self, written: Written) -> list[Outcome]:
        if changes.EVERYTHING in written.touched or len(self._remembered) > REMEMBERED:
            self._remembered.clear()
        else:
            self._remembered.update(written.uses)
        if written.seq is not None and self._announce is not None:
            self._announce(written.seq, frozenset(written.touched))
        return written.outcomes

    def _connected(self) -> Connection:
        if self._connection is None:
            connection = self._store.writing.connect()
            self._notify = group.can_notify(connection)
            self._connection = connection
        return self._connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # it is being given up because it failed
                connection.close()


def _settle(outcomes: Sequence[Outcome]) -> None:
    """Tell everyone what became of their work: one wake-up for each event loop."""
    loops: dict[asyncio.AbstractEventLoop, list[Outcome]] = {}
    for outcome in outcomes:
        future = outcome[0].future
        if isinstance(future, Future):
            _tell(outcome)
        else:
            loops.setdefault(future.get_loop(), []).append(outcome)
    for loop, theirs in loops.items():
        with suppress(RuntimeError):  # the loop is closed: nobody is left to be told
            loop.call_soon_threadsafe(_tell_all, theirs)


def _tell_all(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        _tell(outcome)


def _tell(outcome: Outcome) -> None:
    piece, value, raised = outcome
    if piece.future.done():  # whoever asked has gone
        return
    if raised is None:
        piece.future.set_result(value)
    else:
        piece.future.set_exception(raised)


def _unavailable(cause: BaseException) -> ServiceUnavailable:
    refusal = ServiceUnavailable()
    refusal.__cause__ = cause
    return refusal
