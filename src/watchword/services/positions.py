"""Where a listing goes on, sealed: only the account that it was handed to can go on from it, in the same listing."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode

from watchword.crypto.sealing import BrokenSeal
from watchword.services.operation import Call


class Unknown(ValueError):  # noqa: N818 - each service refuses it in its own words
    """A text that was not sealed here, or not for this listing."""


def seal(call: Call, position: str, *, listing: str) -> str:
    """Give a position as URL-safe text that opens for the caller's account and this listing alone."""
    return urlsafe_b64encode(call.vault.seal(position.encode(), to=listing)).decode("ascii")


def unseal(call: Call, text: str, *, listing: str) -> str:
    """Open a position.

    Raises Unknown.
    """
    try:
        return call.vault.open(b64decode(text, altchars=b"-_", validate=True), to=listing).decode()
    except (ValueError, BrokenSeal) as error:
        raise Unknown from error
