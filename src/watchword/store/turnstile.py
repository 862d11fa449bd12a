"""Whose turn it is to write, among the processes that share a SQLite file.

SQLite's own lock keeps them apart; but who waits for it sleeps and looks again, for up to a tenth of a second, and may
be overtaken for ever. Waiting here ends when the other is done. The kernel lets go of it when a process dies.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class Turnstile:
    """A context manager that one process at a time is in. One for each thread that writes."""

    def __init__(self, database: Path) -> None:
        # Not the database's own file: closing a second handle on that would drop SQLite's locks.
        place = database.with_name(database.name + "-turn")
        self._file = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def __enter__(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self._file)
