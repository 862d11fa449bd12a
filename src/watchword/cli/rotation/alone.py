"""The name of a run, by which it holds users: one that was killed is gone on with under its own."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING

from watchword.cli.credentials import places

if TYPE_CHECKING:
    from watchword.cli.rotation.desk import Desk

ENDING = ".run"


@contextmanager
def run_of(desk: Desk) -> Iterator[str]:
    """Give a run's id: that of one that died here and left the same ledger half done, or a new one.

    Whoever lives holds a lock on its run's file, which the system takes from a process that dies.
    """
    from watchword.rotation.sweeping.plans import digest_of  # noqa: PLC0415 - loaded only when used
    from watchword.rotation.sweeping.sweeps import new_run_id  # noqa: PLC0415 - likewise

    directory = places.directory(places.home(environ) / "rotation" / digest_of(desk.ledger_at)[-16:])
    taken = _left(directory)
    while taken is None:  # a new name is nobody's, but for whoever looks for what the dead left, for a moment
        taken = _new(directory / f"{new_run_id(desk.clock())}{ENDING}")
    file, path = taken
    try:
        yield path.stem
        path.unlink(missing_ok=True)
    finally:
        os.close(file)


def _left(directory: Path) -> tuple[int, Path] | None:
    for path in sorted(directory.glob(f"*{ENDING}")):
        taken = _new(path)
        if taken is not None:
            return taken
    return None


def _new(path: Path) -> tuple[int, Path] | None:
    """Hold a run's file, unless another process does."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.exists() and os.fstat(file).st_ino == path.stat().st_ino:
            return file, path
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(file)
    return None
