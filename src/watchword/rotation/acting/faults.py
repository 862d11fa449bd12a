"""What can go wrong with one user's turn, and how it is told: one line, and never a secret."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from watchword.rotation.access import Unreachable, one_line
from watchword.rotation.keeping import Unkept

STOPS = (ClientError, BotoCoreError, Unreachable, Unkept)
"""What stops the turn of one user, and of no other."""
_NOT_MADE = frozenset(range(400, 500)) - {408}
"""Answers by which nothing was made; a request that timed out may still have been carried out."""
_LENGTH = 600


class Disowned(Exception):  # noqa: N818 - what became of it, not whose error it is
    """A new key was given up: its secret could not be kept, or the key did not prove to be the user's."""


class Refused(Exception):  # noqa: N818 - what is told to whoever asked for it
    """What was asked for cannot be done; the text says why, and what can."""


def reason(error: Exception) -> str:
    """Say what went wrong, as one line."""
    return one_line(error)[:_LENGTH]


def code(error: Exception) -> str:
    """Give AWS's code of an error; empty for what AWS did not answer."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def status(error: Exception) -> int:
    """Give the HTTP status of an answer; 0 where there was none."""
    if not isinstance(error, ClientError):
        return 0
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def nothing_was_made(error: Exception) -> bool:
    """Whether the answer to a create says that it did not happen."""
    return status(error) in _NOT_MADE


def may_pass(error: Exception) -> bool:
    """Whether asking again may help: no answer, a fault of the server, or too many requests."""
    if isinstance(error, Unkept | Unreachable):
        return False
    return not isinstance(error, ClientError) or status(error) >= 500 or "Throttl" in code(error)  # noqa: PLR2004
