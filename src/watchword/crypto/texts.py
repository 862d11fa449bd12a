"""Base64 texts that carry sealed bytes: one text for each value, and no other text for it."""

from __future__ import annotations

import base64


def url_base64(raw: bytes) -> str:
    """Write bytes as URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def canonical_base64(text: str) -> bytes | None:
    """Read what `url_base64` wrote; None for every other text.

    The decoder skips foreign characters and ignores stray bits, so many texts would pass for one token, and a list
    of ended tokens could be walked around: only the text that encodes to itself is taken.
    """
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    return raw if url_base64(raw) == text else None
