"""What can be wrong with a store, and what a failing database means for the work at hand."""

from __future__ import annotations

import sqlite3
from enum import Enum

from sqlalchemy.exc import DBAPIError


class StoreFault(Exception):  # noqa: N818 - the base of what an operator is told, one line each
    """A store cannot be opened or made; the message is one line for the operator."""


class NoStore(StoreFault):
    """Nothing of ours is there."""


class NotAStore(StoreFault):
    """Something is there, and it is not ours."""


class NewerStore(StoreFault):
    """It was written by a later version of this program."""


class StoreExists(StoreFault):
    """A new one was asked for where there is one."""


class Unreachable(StoreFault):
    """The database does not answer, or does not let us in."""


class Fate(Enum):
    """What becomes of a group of work whose transaction failed."""

    AGAIN = "again"  # nothing is wrong with the work: the connection went, or another node was first
    REFUSE = "refuse"  # the store takes nothing now: no room, busy, read-only
    APART = "apart"  # one piece may have spoiled it for the others


_SQLITE_REFUSES = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOTADB,
}
_PRIMARY_CODE = 0xFF
_POSTGRES_CONFLICTS = {"40001", "40P01"}
"""Serialization failure and deadlock.  Source: PostgreSQL manual, Appendix A, class 40."""
_POSTGRES_GONE = ("08", "57P")
"""Connection exceptions and operator intervention (a server that stops or starts)."""
_POSTGRES_REFUSES = ("25006", "53", "55P03", "57014", "58")
"""Read-only, insufficient resources, lock not available, cancelled, system error."""


def fate_of(error: DBAPIError) -> Fate:
    """Judge what a failed transaction means for the work that was in it."""
    origin = error.orig
    if isinstance(origin, sqlite3.Error):
        code = getattr(origin, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _PRIMARY_CODE
        return Fate.REFUSE if code in _SQLITE_REFUSES else Fate.APART
    state = getattr(origin, "sqlstate", None) or ""
    if state in _POSTGRES_CONFLICTS or state.startswith(_POSTGRES_GONE):
        return Fate.AGAIN
    if state.startswith(_POSTGRES_REFUSES):
        return Fate.REFUSE
    # A connection that breaks under psycopg has no state of its own.
    return Fate.AGAIN if error.connection_invalidated or not state else Fate.APART


def spoils_the_transaction(error: DBAPIError) -> bool:
    """Whether what failed inside one piece of work makes the whole transaction useless."""
    return fate_of(error) is not Fate.APART
