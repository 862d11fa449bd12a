"""Where a person's credentials are kept meanwhile, and how files are written, read and held there: by them alone."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from watchword.cli.exits import Stop

POLL = 0.05
"""Seconds between two tries for a lock that another process holds."""
PATIENCE = 150.0
"""Seconds: a person in the other process may be looking for their phone."""
OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Exposed(Exception):  # noqa: N818 - the name is what is wrong with the file
    """A file of secrets belongs to somebody else, is not a plain file, or can be read by others."""


def home(environ: Mapping[str, str]) -> Path:
    """Give the directory of a person's state; it need not exist yet."""
    if given := environ.get("WATCHWORD_HOME"):
        return Path(given).expanduser()
    state = environ.get("XDG_STATE_HOME", "")
    # Source: XDG Base Directory Specification: a path that is not absolute is to be ignored
    return (Path(state) if state.startswith("/") else Path.home() / ".local" / "state") / "watchword"


def directory(path: Path) -> Path:
    """Make a directory that only its owner may enter, if there is none, and likewise those above it.

    Raises Stop.
    """
    missing = [each for each in (path, *path.parents) if not each.is_dir()]
    try:
        for each in reversed(missing):
            each.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise Stop(f"`{path}` cannot be made: {error.strerror}; set WATCHWORD_HOME to a directory of yours") from error
    return path


def write_private(path: Path, content: bytes) -> None:
    """Write a file of mode 0600, whole or not at all, in place of what may stand there.

    Raises Stop.
    """
    directory(path.parent)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - a descriptor
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise Stop(f"`{path}` cannot be written: {error.strerror}; see the space and the rights there") from error


def read_private(path: Path) -> bytes | None:
    """Read a file that only its owner may read; None when there is none.

    Raises Exposed when others could have read or chosen it.
    """
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise Exposed(f"`{path}` cannot be read: {error.strerror}") from error
    with open(file, "rb") as opened:  # noqa: PTH123 - the very file whose mode is looked at
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
            raise Exposed(f"`{path}` is not a plain file of yours")
        if found.st_mode & OTHERS:
            raise Exposed(f"`{path}` can be read by others; run `chmod 600 {path}`")
        return opened.read()


@contextmanager
def held(path: Path, *, waiting: Callable[[], None] = lambda: None, patience: float = PATIENCE) -> Iterator[None]:
    """Be the only one, process or thread, that holds this lock; `waiting` is called once if another one does.

    Raises Stop after `patience` seconds.
    """
    directory(path.parent)
    until, told = time.monotonic() + patience, False
    while (file := _taken(path)) is None:
        if time.monotonic() > until:
            raise Stop(f"another process has held `{path}` for {patience:.0f} s; end it, then try again")
        if not told:
            waiting()
        told = True
        time.sleep(POLL)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(file)


def _taken(path: Path) -> int | None:
    """Try once to take a lock. Whoever gives one back takes its file away: the one taken has to be there still."""
    import fcntl  # noqa: PLC0415 - what is kept is handed out without a lock

    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(file).st_ino == path.stat().st_ino:
            return file
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(file)
    return None
