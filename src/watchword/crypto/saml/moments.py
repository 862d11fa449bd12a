"""Instants as XML Schema writes them."""

from __future__ import annotations

import re
from datetime import datetime

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,12})?(?:Z|[+-]00:00)?", re.ASCII)


def instant(text: str) -> float:
    """Read an xs:dateTime to epoch seconds. SAML's are UTC, whether they say so or not; another zone is refused.

    Raises ValueError.   Source: SAML Core, 1.3.3.
    """
    parts = _INSTANT.fullmatch(text.strip())
    if parts is None:
        msg = f"`{text[:64]}` is no date and time in UTC"
        raise ValueError(msg)
    return datetime.fromisoformat(parts[1] + "+00:00").timestamp() + float(parts[2] or 0)
