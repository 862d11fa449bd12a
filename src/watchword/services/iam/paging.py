"""Listings, one page at a time. A marker is sealed: only the listing that handed it out can go on from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from watchword.services import positions
from watchword.services.iam.refusals import InvalidMarker
from watchword.services.operation import Call

Row = TypeVar("Row")

DEFAULT_SIZE = 100
"""Source: IAM API, MaxItems."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page asked for: the rows past the position `after`, at most `size` of them.

    `member` is the reply's list, for instance `Users`. The caller, the target and `member` are sealed into the marker.
    """

    call: Call
    member: str
    after: str
    size: int

    @property
    def fetch(self) -> int:
        """How many rows to read: one more than are told, to know whether others follow."""
        return self.size + 1

    def reply(
        self,
        rows: Sequence[Row],
        *,
        tell: Callable[[Row], Any],
        position: Callable[[Row], str],
        reached: str | None = None,
    ) -> Mapping[str, Any]:
        """Write the page's part of the reply; `position` is what `after` is when the listing goes on past a row.

        `reached` is what it is where the rows are fewer than were to be read and others may follow all the same.
        """
        told = rows[: self.size]
        onward = position(told[-1]) if len(rows) > self.size else reached
        reply: dict[str, Any] = {self.member: [tell(row) for row in told], "IsTruncated": onward is not None}
        if onward is not None:
            reply["Marker"] = positions.seal(self.call, onward, listing=_listing(self.call, self.member))
        return reply


def page(call: Call, member: str, marker: str | None, max_items: int | None) -> Page:
    """Read where a listing is to go on, and how far.

    Raises InvalidMarker.
    """
    try:
        after = "" if marker is None else positions.unseal(call, marker, listing=_listing(call, member))
    except positions.Unknown as error:
        raise InvalidMarker(marker=marker) from error
    return Page(call, member, after, max_items or DEFAULT_SIZE)


def _listing(call: Call, member: str) -> str:
    return f"marker {member} {call.target.arn}"
