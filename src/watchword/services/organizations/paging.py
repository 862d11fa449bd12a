"""Listings by page: a token is sealed to the account and the listing that handed it out."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass

from watchword.crypto.sealing import BrokenSeal
from watchword.services.operation import Call
from watchword.services.organizations.refusals import InvalidNextToken

LARGEST = 20
"""Source: Organizations API, MaxResults."""


@dataclass(frozen=True, slots=True)
class Page:
    """The rows past `after`, at most `size` of them."""

    call: Call
    listing: str
    after: str
    size: int

    def token(self, position: str) -> str:
        """Seal where the listing goes on."""
        return urlsafe_b64encode(self.call.vault.seal(position.encode(), to=f"page {self.listing}")).decode("ascii")


def page(call: Call, listing: str, next_token: str | None, max_results: int | None) -> Page:
    """Read where a listing is to go on.

    Raises InvalidNextToken.
    """
    size = max_results or LARGEST
    if next_token is None:
        return Page(call, listing, "", size)
    try:
        raw = b64decode(next_token, altchars=b"-_", validate=True)
        return Page(call, listing, call.vault.open(raw, to=f"page {listing}").decode(), size)
    except (ValueError, BrokenSeal) as error:
        raise InvalidNextToken from error
