"""AWS's shared config and credentials files: where they are, what a profile has in them, and changing that in place.

A change is whole or not at all: a file is replaced by a rename, after what is to stand there has reached the disk. Two
writers of ours exclude each other; what another program wrote meanwhile is not overwritten.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from watchword.cli.credentials import ini_text
from watchword.cli.credentials.ini_text import Unreadable, Values
from watchword.cli.credentials.places import directory
from watchword.cli.exits import Stop

KEY_ID, SECRET, TOKEN = "aws_access_key_id", "aws_secret_access_key", "aws_session_token"
PRIVATE = 0o600
OTHERS = 0o077
TRIES = 5
"""How often a file may change under our hands before we give up."""

At = Callable[[str], None]
"""Told what is about to happen, and what has happened; tests end the process there."""


def nothing(_point: str) -> None:
    """Watch nothing."""


@dataclass(frozen=True, slots=True)
class Files:
    """The two files that AWS's tools read; they may be one and the same."""

    credentials: Path
    config: Path


@dataclass(frozen=True, slots=True)
class Place:
    """One section of one file."""

    path: Path
    section: str

    def values(self) -> dict[str, str]:
        """Read what stands there; nothing where there is no such file or section.

        Raises Stop.
        """
        return read(self.path).get(self.section, {})

    def __str__(self) -> str:
        return f"[{self.section}] of {self.path}"


def files(environ: Mapping[str, str], data_profile: Path | None = None) -> Files:
    """Find the files as the AWS CLI would, or take a store's first profile, which is both.

    Source: AWS CLI User Guide, environment variables AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE.
    """
    if data_profile is not None:
        return Files(data_profile, data_profile)
    return Files(
        _path(environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials"),
        _path(environ.get("AWS_CONFIG_FILE") or "~/.aws/config"),
    )


def read(path: Path) -> dict[str, dict[str, str]]:
    """Read all sections of a file; none where there is no file.

    Raises Stop when it cannot be read.
    """
    return _parsed(path, _text(path))


def config_place(where: Files, profile: str) -> Place:
    """Find where the config file has a profile, or would have it.

    Raises Stop.
    """
    with _told(where.config):
        return Place(where.config, ini_text.header_of(_text(where.config), profile))


def key_place(where: Files, profile: str) -> Place:
    """Find where the long-term key of a profile stands; where none stands yet, it belongs in the credentials file.

    Raises Stop.   Source: botocore.credentials, the shared credentials file goes before the config file.
    """
    usual = Place(where.credentials, profile)
    if KEY_ID in usual.values():
        return usual
    other = config_place(where, profile)
    return other if KEY_ID in other.values() else usual


def holders(where: Files) -> dict[str, list[str]]:
    """Tell which profiles hold which access key, by its id.

    Raises Stop.
    """
    found: dict[str, list[str]] = {}
    named = {section: values for section, values in read(where.config).items() if ini_text.profile_of(section)}
    listed = [(ini_text.profile_of(section) or "", values) for section, values in named.items()]
    for profile, values in [*read(where.credentials).items(), *listed]:
        if profile not in found.setdefault(values.get(KEY_ID, ""), []):
            found[values.get(KEY_ID, "")].append(profile)
    found.pop("", None)
    return found


def write(place: Place, changes: Values, *, at: At = nothing) -> str | None:
    """Change some values of a section; gives a note when the file could be read by others, which it no longer can.

    Raises Stop.
    """
    _refuse_lines(place.section, *changes, *(value for value in changes.values() if value))
    path = target(place.path)
    private = any(value for name, value in changes.items() if name in {SECRET, TOKEN})
    with _alone(path):
        for _ in range(TRIES):
            before, old = _bytes(path), _mode(path)
            with _told(place.path):
                after = _encoded(ini_text.edited(_decoded(before or b""), place.section, changes))
            if after == before:
                return None
            mode = PRIVATE if private or old is None else old
            if replace(path, after, mode=mode, still=partial(_still, path, before), at=at):
                return None if old is None or not private or not old & OTHERS else _narrowed(place.path, old)
    raise Stop(f"{place.path} is changed by another program all the time; try again when that has ended")


def replace(
    path: Path, content: bytes, *, mode: int = PRIVATE, still: Callable[[], bool] = lambda: True, at: At = nothing
) -> bool:
    """Put a new file in the place of one, whole and durably; gives False, and does nothing, when it is not `still` so.

    Whoever calls holds a lock.

    Raises Stop.
    """
    at(f"write {path.name}")
    draft = path.with_name(f".{path.name}.new")  # always the same: what a killed process left, the next one takes away
    try:
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fchmod(file.fileno(), mode)
                _keep_owner(path, file.fileno())
                os.fsync(file.fileno())
            if not still():
                return False
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        _sync(path.parent)
    except OSError as error:
        raise Stop(f"{path} cannot be written: {error.strerror}; nothing in it was changed") from error
    at(f"written {path.name}")
    return True


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Wait for other writers of ours: the directory is the lock, so that none is left lying about."""
    held = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except Unreadable as error:
        raise Stop(f"{path} cannot be used: {error}; mend it with an editor, then try again") from error


def _parsed(path: Path, text: str) -> dict[str, dict[str, str]]:
    with _told(path):
        return ini_text.parsed(text)


def _text(path: Path) -> str:
    return _decoded(_bytes(path) or b"")


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.exists() else None
    except OSError as error:
        raise Stop(f"{path} cannot be read: {error.strerror}; see who owns it and who may read it") from error


def _still(path: Path, content: bytes | None) -> bool:
    return _bytes(path) == content


def _decoded(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _path(text: str) -> Path:
    return Path(os.path.expandvars(text)).expanduser()  # as botocore does


def _mode(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None


def _narrowed(path: Path, old: int) -> str:
    return f"{path} could be read by others (mode {old:04o}); now only its owner may read it (0600)"


def _keep_owner(path: Path, handle: int) -> None:
    """Let a file stay its owner's when another, such as root, changes it."""
    if not path.exists():
        return
    had, new = path.stat(), os.fstat(handle)
    if (had.st_uid, had.st_gid) != (new.st_uid, new.st_gid):
        os.fchown(handle, had.st_uid, had.st_gid)


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def target(path: Path) -> Path:
    """Find the file itself: a link to a file elsewhere stays one, and what is no file is not replaced by one.

    Raises Stop.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        raise Stop(f"{path} is not a file; see AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE")
    directory(path.parent)
    return path


def _refuse_lines(*texts: str) -> None:
    if any("\n" in text or "\r" in text for text in texts):
        raise Stop("a name or value of a profile is one line; what was given has more")
