"""One access key and its owner by a single statement, without SQLAlchemy in the way: for the event loop, on SQLite.

A look takes less time than handing the request to another thread would (docs/decisions/0005). Readers of a write-ahead
log wait for no writer, so that the loop does not either.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from watchword.domain.refusal import ServiceUnavailable
from watchword.store.access_keys import KEY_AND_OWNER, KeyAndOwner
from watchword.store.engine import raw_sqlite

_LOOK = KEY_AND_OWNER.replace(":id", "?")


class QuickLook:
    """Holds one connection, for one thread."""

    def __init__(self, path: Path) -> None:
        self._connection = raw_sqlite(path, reading=True)
        self._connection.execute("PRAGMA busy_timeout = 0")
        self._cursor = self._connection.cursor()

    def key(self, key_id: str) -> KeyAndOwner | None:
        """Find an access key as it is at this moment.

        Raises ServiceUnavailable when the file cannot be read.
        """
        try:
            row = self._cursor.execute(_LOOK, (key_id,)).fetchone()
        except (sqlite3.Error, UnicodeEncodeError) as error:
            raise ServiceUnavailable from error
        return None if row is None else KeyAndOwner(*row)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
