"""What was asked and how it went: counts for the metrics, with nothing in them that a stranger wrote."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum


class Outcome(StrEnum):
    """How a request ended. These are values of a metric: keep them."""

    CREDENTIALS = "credentials"
    TOKEN = "token"  # noqa: S105 - a word, and no token
    TOLD = "told"
    BAD_REQUEST = "bad_request"
    STRANGER = "stranger"
    """A peer or a Host that is not let in."""
    FORWARDED = "forwarded"
    UNAUTHENTICATED = "unauthenticated"
    WRONG_TOKEN = "wrong_token"  # noqa: S105 - likewise
    NOT_FOUND = "not_found"
    WRONG_METHOD = "wrong_method"
    UNAVAILABLE = "unavailable"


class Tally:
    """Counts since the start, by endpoint and outcome."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, Outcome]] = Counter()

    def note(self, endpoint: str, outcome: Outcome) -> None:
        """Count one request."""
        self.requests[endpoint, outcome] += 1
