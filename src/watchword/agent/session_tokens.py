"""IMDSv2 session tokens: what a metadata endpoint gives to a PUT and asks for with every GET.

A token is its own record: the instant it ends, some chance, and a tag over both by a key that lives as long as the
process. Nothing is kept, so nobody can fill a table; a token of another process is as unknown as one made up.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import struct

from watchword.domain.ids import Random

KEY_BYTES, CHANCE_BYTES, TAG_BYTES = 32, 8, 32
HEAD = struct.Struct(f">d{CHANCE_BYTES}s")
LENGTH = (HEAD.size + TAG_BYTES) * 4 // 3


class SessionTokens:
    """Mints and knows tokens."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._key = random(KEY_BYTES)

    def mint(self, now: float, ttl: int) -> str:
        """Make a token that is good for `ttl` seconds, of characters that fit into any header."""
        head = HEAD.pack(now + ttl, self._random(CHANCE_BYTES))
        return base64.urlsafe_b64encode(head + self._tag(head)).decode("ascii")

    def knows(self, token: str, now: float) -> bool:
        """Whether a token is ours, whole, and not over."""
        if len(token) != LENGTH:
            return False
        try:
            text = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        except (UnicodeEncodeError, binascii.Error):
            return False
        head, tag = text[: HEAD.size], text[HEAD.size :]
        if not hmac.compare_digest(tag, self._tag(head)):
            return False
        ends: float = HEAD.unpack(head)[0]
        return now < ends

    def _tag(self, head: bytes) -> bytes:
        return hmac.digest(self._key, head, "sha256")
