"""One number shared by all processes of a node through a mapped file: how far any of them has changed the store."""

from __future__ import annotations

import fcntl
import mmap
import os
from pathlib import Path

_BYTES = 8


class NodeMark:
    """A number that rises. Reading it costs tens of nanoseconds; raising it, a lock on the file."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self._file, _BYTES)
        self._map = mmap.mmap(self._file, _BYTES)
        self._cell = memoryview(self._map).cast("Q")

    @property
    def value(self) -> int:
        return self._cell[0]

    def raise_to(self, value: int) -> None:
        """Make it at least `value`."""
        with _Locked(self._file):
            self._cell[0] = max(self._cell[0], value)

    def lower_to(self, value: int) -> None:
        """Make it at most `value`: it may be left over from another store that had this place."""
        with _Locked(self._file):
            self._cell[0] = min(self._cell[0], value)

    def close(self) -> None:
        self._cell.release()
        self._map.close()
        os.close(self._file)


class _Locked:
    def __init__(self, file: int) -> None:
        self._file = file

    def __enter__(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)
