"""Listings by name, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from watchword.services import positions
from watchword.services.operation import Call
from watchword.services.positions import Unknown
from watchword.services.watchword.refusals import InvalidParameter

MOST = 100

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page begins, and how much it holds."""

    call: Call
    listing: str
    after: str
    limit: int

    @property
    def fetch(self) -> int:
        """One row more than is told, to know whether others follow."""
        return self.limit + 1

    def reply(
        self, member: str, rows: Sequence[Row], told: Callable[[Row], dict[str, Any]], *, name: Callable[[Row], str]
    ) -> dict[str, Any]:
        """Tell a page, and where the next begins."""
        some = rows[: self.limit]
        reply: dict[str, Any] = {member: [told(row) for row in some]}
        if len(rows) > self.limit:
            reply["NextToken"] = positions.seal(self.call, name(some[-1]), listing=self.listing)
        return reply


def page(call: Call, listing: str, max_results: int | None, next_token: str | None) -> Page:
    """Begin a page.

    Raises InvalidParameter.
    """
    return Page(call, listing, position(call, listing, next_token) or "", max_results or MOST)


def position(call: Call, listing: str, next_token: str | None) -> str | None:
    """Read where a page begins; None for the first.

    Raises InvalidParameter.
    """
    try:
        return None if next_token is None else positions.unseal(call, next_token, listing=listing)
    except Unknown as error:
        raise InvalidParameter(message="The NextToken was not given by this listing.") from error
