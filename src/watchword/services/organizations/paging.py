"""Listings by page: a token is sealed to the account and the listing that handed it out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from watchword.services import positions
from watchword.services.operation import Call
from watchword.services.organizations.refusals import InvalidNextToken

LARGEST = 20
"""Source: Organizations API, MaxResults."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """The rows past `after`, at most `size` of them."""

    call: Call
    listing: str
    after: str
    size: int

    @property
    def fetch(self) -> int:
        """How many rows to read: one more tells whether the listing goes on."""
        return self.size + 1

    def reply(
        self, member: str, rows: Sequence[T], *, tell: Callable[[T], Any], position: Callable[[T], str]
    ) -> dict[str, Any]:
        """Write one page under the name of its member, with a token where the listing goes on."""
        found: dict[str, Any] = {member: [tell(row) for row in rows[: self.size]]}
        if len(rows) > self.size:
            found["NextToken"] = self.token(position(rows[self.size - 1]))
        return found

    def token(self, position: str) -> str:
        """Seal where the listing goes on."""
        return positions.seal(self.call, position, listing=_purpose(self.listing))


def page(call: Call, listing: str, next_token: str | None, max_results: int | None) -> Page:
    """Read where a listing is to go on.

    Raises InvalidNextToken.
    """
    size = max_results or LARGEST
    try:
        after = "" if next_token is None else positions.unseal(call, next_token, listing=_purpose(listing))
    except positions.Unknown as error:
        raise InvalidNextToken from error
    return Page(call, listing, after, size)


def _purpose(listing: str) -> str:
    return f"page {listing}"
