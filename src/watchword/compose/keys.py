"""The master key's file: made once, readable by its owner alone, never overwritten."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from watchword.crypto.sealing import MasterKey
from watchword.domain.ids import Random

OWNER_ONLY = 0o600


class CannotRun(Exception):  # noqa: N818 - told to an operator, as one line
    """Something stands in the way that an operator can mend."""


def read_master_key(path: Path) -> MasterKey:
    """Read the master key.

    Raises CannotRun when it is missing or others may read it, WrongMasterKey when it is none.
    """
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            text = file.read(4_096)
    except OSError as error:
        raise CannotRun(f"the master key `{path}` cannot be read: {error.strerror}") from error
    if mode & 0o077:
        raise CannotRun(f"the master key `{path}` can be read by others (mode {mode:04o}); run `chmod 600 {path}`")
    return MasterKey.parse(text)


def make_master_key(path: Path, random: Random) -> MasterKey:
    """Read the master key, or make one where there is none.

    Raises CannotRun, WrongMasterKey.
    """
    if path.exists():
        return read_master_key(path)
    key = MasterKey.generate(random)
    write_private(path, key.render(), exclusive=True)
    return key


def make_directory(path: Path) -> None:
    """Make a directory that only its owner can enter, unless it is there.

    Raises CannotRun.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotRun(f"the directory `{path}` cannot be made: {error.strerror}") from error


def write_private(path: Path, text: str, *, exclusive: bool = False) -> None:
    """Write a file that only its owner can read, durably.

    Raises CannotRun.
    """
    flags = os.O_WRONLY | os.O_CREAT | (os.O_EXCL if exclusive else os.O_TRUNC)
    make_directory(path.parent)
    try:
        descriptor = os.open(path, flags, OWNER_ONLY)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), OWNER_ONLY)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise CannotRun(f"`{path}` cannot be written: {error.strerror}") from error
