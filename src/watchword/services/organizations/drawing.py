"""Ids that are drawn: lower-case letters and digits, as all of Organizations' are."""

from __future__ import annotations

import base64

from watchword.domain.ids import Random

LONGEST = 32


def drawn(random: Random, length: int) -> str:
    """Draw so many characters, 32 at most, of five random bits each."""
    return base64.b32encode(random(LONGEST * 5 // 8)).decode("ascii").lower()[:length]
