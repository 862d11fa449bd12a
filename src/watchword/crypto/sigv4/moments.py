"""When a request says it was signed: reading the two date headers, and writing AWS's basic form."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

_BASIC = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_HTTP = re.compile(r"[A-Za-z]{3}, [0-9]{1,2} [A-Za-z]{3} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} (GMT|UTC|[+-][0-9]{4})")

UNREADABLE = float("-inf")
"""The instant of a date that cannot be read: older than every limit."""


def signing_time(sent: str, *, http: bool) -> tuple[str, float]:
    """Read a request's date, from a Date header when `http`: as it is signed, and in epoch seconds.

    A date that cannot be read is an empty text and UNREADABLE.
    """
    try:
        if not http:
            return sent, read_basic(sent)
        timestamp = read_http_date(sent)
        return write_basic(timestamp), timestamp
    except (ValueError, OverflowError):
        return "", UNREADABLE


@lru_cache(maxsize=1024)  # requests come many to the second; what cannot be read is not remembered
def read_basic(text: str) -> float:
    """Read `YYYYMMDDTHHMMSSZ` into epoch seconds.

    Raises ValueError.
    """
    if not _BASIC.fullmatch(text):
        msg = f"`{text}` is not YYYYMMDDTHHMMSSZ"
        raise ValueError(msg)
    return datetime.fromisoformat(text).timestamp()


def read_http_date(text: str) -> float:
    """Read a Date header into epoch seconds: HTTP's own form, or AWS's basic one.

    Raises ValueError.
    """
    if _BASIC.fullmatch(text):
        return read_basic(text)
    if not _HTTP.fullmatch(text):
        msg = f"`{text}` is not an HTTP date"
        raise ValueError(msg)
    moment = parsedate_to_datetime(text)
    # "-0000" says UTC of an unknown place, and comes back without a zone.
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def write_basic(instant: float) -> str:
    """Write epoch seconds as `YYYYMMDDTHHMMSSZ`."""
    return datetime.fromtimestamp(int(instant), UTC).strftime("%Y%m%dT%H%M%SZ")
