"""The tokens by which workloads are known: one file each, read at every request, so that a new one counts at once."""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

LONGEST = 65_536
"""Bytes; a service account's JWT has some thousands."""
SHORTEST = 16
"""Characters that a token has at least: less could be guessed."""
BYTES = 32


class UnusableToken(Exception):  # noqa: N818 - what is wrong, not whose error it is
    """A token file cannot be used; the message names it, and nothing of what is in it."""


def read(file: Path) -> str:
    """Read a token. A line end after it is dropped, as HTTP would.

    Raises UnusableToken.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(LONGEST + 1)
    except OSError as error:
        raise UnusableToken(f"cannot read `{file}`: {error.strerror}") from error
    try:
        token = content.decode("ascii").strip()
    except UnicodeDecodeError:
        token = ""
    if not SHORTEST <= len(token) <= LONGEST or not token.isprintable():
        raise UnusableToken(f"`{file}` holds no token; write {SHORTEST} or more printable ASCII characters")
    return token


def ends_with_line(file: Path) -> bool:
    """Whether a line end follows the token, with which the SDKs for Python and JavaScript cannot use the file."""
    return file.read_bytes().endswith((b"\n", b"\r"))


def make(file: Path) -> None:
    """Write a new token into a file that is not there yet; only its owner may read it.

    Raises FileExistsError, OSError.
    """
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(secrets.token_urlsafe(BYTES))


def holder(token: str, files: Mapping[str, Path]) -> str | None:
    """Tell whose token this is, by one comparison with each, of a time that tells nothing; None when it is not one's.

    A file that cannot be used knows no token; a token that two workloads share is nobody's.
    """
    given = token.encode()
    found = []
    for name, file in files.items():
        try:
            expected = read(file)
        except UnusableToken:
            continue
        if hmac.compare_digest(given, expected.encode()):
            found.append(name)
    return found[0] if len(found) == 1 else None
