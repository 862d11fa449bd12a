"""One group of work in one transaction: each piece in its own savepoint, then all their journal entries."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from watchword.store import changes, issued, journal, last_used
from watchword.store.faults import spoils_the_transaction
from watchword.store.journal import Entry, Row
from watchword.store.last_used import Uses
from watchword.store.tx import Tx

Run = Callable[[Tx], Any]
Record = Callable[[Any], Entry | None]

ROWS_AT_ONCE = 64
"""Rows in one statement."""

_NOTIFY = text("SELECT pg_notify(:channel, :seq)").bindparams(channel=changes.CHANNEL)


@dataclass(slots=True)
class Piece:
    """Work for one request: an entry alone, or a change and how its outcome is recorded."""

    future: asyncio.Future[Any] | Future[Any]
    entry: Entry | None = None
    run: Run | None = None
    record: Record | None = None


Outcome = tuple[Piece, Any, BaseException | None]
"""A piece with what it gave or raised."""


@dataclass(slots=True)
class Written:
    """What a group leaves behind once it is committed."""

    outcomes: list[Outcome] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    sessions: list[issued.Row] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    uses: Uses = field(default_factory=dict)
    locked: bool = False
    last: int = 0
    """The number of the last change before."""
    seq: int | None = None
    """The number of the change, if anything was touched."""


def write(connection: Connection, pieces: Sequence[Piece], remembered: Uses, *, notify: bool) -> Written:
    """Do all the work of a group within the connection's transaction; the caller commits.

    `remembered` are last uses known to be kept already.

    Raises DBAPIError when the transaction is spoiled; then nothing of the group has happened.
    """
    tx = Tx(connection)
    written = Written(locked=any(piece.run for piece in pieces))
    last = written.last = changes.lock(tx) if written.locked else 0
    for piece in pieces:
        written.outcomes.append(_carry_out(piece, connection, written))
    _write_rows(connection, "journal", journal.COLUMNS, written.rows)
    _write_rows(connection, "session", issued.Row._fields, written.sessions)
    uses = last_used.gather(written.entries)
    written.uses = {subject: use for subject, use in uses.items() if remembered.get(subject) != use}
    last_used.write(tx, written.uses)
    if written.touched:
        written.seq = last + 1
        changes.announce(tx, written.seq, written.touched)
        if notify:
            connection.execute(_NOTIFY, {"seq": str(written.seq)})
    return written


def _carry_out(piece: Piece, connection: Connection, written: Written) -> Outcome:
    """Do one piece and lay out its entry. What it raises is its own outcome, unless all is spoiled."""
    try:
        if piece.run is None or piece.record is None:
            _lay_out(piece.entry, written)
            return piece, None, None
        return piece, *_change(piece.run, piece.record, connection, written)
    except DBAPIError:
        raise
    except Exception as error:  # noqa: BLE001 - told to the one who asked; the others' work goes on
        return piece, None, error


def _change(run: Run, record: Record, connection: Connection, written: Written) -> tuple[Any, Exception | None]:
    # Said to the driver: SQLAlchemy compiles its own savepoints anew each time, a fifth of a change's cost.
    connection.exec_driver_sql("SAVEPOINT piece")
    tx = Tx(connection, last=written.last)
    try:
        value = run(tx)
        _lay_out(record(value), written)  # in here: what cannot be recorded does not happen
    except Exception as error:
        if isinstance(error, DBAPIError) and spoils_the_transaction(error):
            raise
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT piece")
        kept = Tx(connection)
        for change in tx.lasting:
            change(kept)
        connection.exec_driver_sql("RELEASE SAVEPOINT piece")
        written.touched |= kept.touched
        _lay_out(record(error), written)
        return None, error
    connection.exec_driver_sql("RELEASE SAVEPOINT piece")
    written.touched |= tx.touched
    return value, None


def happened(connection: Connection, written: Written) -> bool:
    """Whether a group whose commit was never confirmed is in the store, and its transaction over."""
    with connection.begin():
        tx = Tx(connection)
        if written.locked:
            changes.lock(tx)
        return bool(written.rows) and journal.holds(tx, written.rows)


def can_notify(connection: Connection) -> bool:
    """Whether the database carries notices between nodes; where it does not, they poll."""
    if connection.dialect.name == "sqlite":
        return False
    try:
        with connection.begin():
            connection.execute(_NOTIFY, {"seq": ""})
    except DBAPIError as error:
        if spoils_the_transaction(error):
            raise
        return False
    return True


def _lay_out(entry: Entry | None, written: Written) -> None:
    if entry is not None:
        written.rows.extend(journal.rows_of(entry))
        written.entries.append(entry)
        if entry.issued is not None:
            written.sessions.append(issued.row_of(entry.issued, entry.request_id))


def _write_rows(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Write rows straight for the driver, many in one statement.

    Not one execution for each: SQLite's driver gives up the interpreter's lock at every step, and under load waits
    milliseconds to have it back.
    """
    style = connection.dialect.paramstyle
    for start in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[start : start + ROWS_AT_ONCE]
        connection.exec_driver_sql(_insert(style, table, columns, len(some)), tuple(chain.from_iterable(some)))


@cache
def _insert(paramstyle: str, table: str, columns: Sequence[str], rows: int) -> str:
    row = ", ".join(["?" if paramstyle == "qmark" else "%s"] * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([f'({row})'] * rows)}"  # noqa: S608 - constants only
