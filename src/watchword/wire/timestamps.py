"""Instants on the wire: ISO 8601, epoch seconds and HTTP dates. Inside, an instant is epoch seconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from watchword.domain.clock import iso8601

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})?")
_EPOCH = re.compile(r"-?[0-9]{1,11}(\.[0-9]{1,9})?")
_FIRST, _PAST = -62_135_596_800, 253_402_300_800
"""The years 1 and 10000 in epoch seconds: what is outside could be read and never written."""


def parse_instant(text: str) -> int | float:
    """Read an instant in whichever of the three forms it came.

    Raises ValueError.
    """
    if _EPOCH.fullmatch(text):
        return bounded(float(text) if "." in text else int(text))
    try:
        moment = datetime.fromisoformat(text) if _ISO.fullmatch(text) else parsedate_to_datetime(text)
    except OverflowError as error:
        raise ValueError(text) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return bounded(moment.timestamp())


def bounded(instant: float) -> int | float:
    """Let an instant pass that a calendar can hold.

    Raises ValueError.
    """
    if not _FIRST <= instant < _PAST:
        raise ValueError("the instant is outside the calendar")
    return whole(instant)


def whole(instant: float) -> int | float:
    """Write whole seconds without a fraction, and the rest to the millisecond as AWS does."""
    return int(instant) if instant == int(instant) else round(instant, 3)


def iso_date(instant: float) -> str:
    """Write an instant in ISO 8601, UTC, whole seconds."""
    return iso8601(instant)


def http_date(instant: float) -> str:
    """Write an instant as HTTP headers do.  Source: RFC 9110, section 5.6.7."""
    return format_datetime(datetime.fromtimestamp(int(instant), UTC), usegmt=True)
