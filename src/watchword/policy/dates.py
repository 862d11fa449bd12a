"""Dates in a document, as AWS's older parser reads them when a policy is written: wider than what a request holds."""

from __future__ import annotations

import re

_MOST_SECONDS = 2**63 - 1
_YEARS = range(-292_275_054, 292_278_994)
_DATE = re.compile(r"(-?[0-9]+)(?:-([0-9]+))?(?:-([0-9]+))?")
_TIME = re.compile(r"([0-9]+)(?::([0-9]+))?(?::([0-9]+)(?:\.([0-9]{1,9}))?)?(?:z|[+-]([0-9]{2})(?::?([0-9]{2}))?)?")


def is_legacy_date(text: str) -> bool:
    """Tell whether AWS takes this as a date: parts of ISO 8601 in their ranges, or an integer from 0 to 2^63-1."""
    lowered = text.lower()
    if "t" not in lowered and "-" not in lowered:
        return text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= _MOST_SECONDS  # noqa: PLR2004
    date, _t, time = lowered.partition("t")
    found = _DATE.fullmatch(date)
    if not found or not _in_ranges(found.groups()[1:], ((1, 12), (1, 31))):
        return False
    if len(found[1]) > 10 or int(found[1]) not in _YEARS:  # noqa: PLR2004 - longer than any such year
        return False
    if not time:
        return True
    clock = _TIME.fullmatch(time)
    return clock is not None and _in_ranges(
        (*clock.groups()[:3], *clock.groups()[4:]), ((0, 23), (0, 59), (0, 59), (0, 23), (0, 59))
    )


def _in_ranges(values: tuple[str | None, ...], ranges: tuple[tuple[int, int], ...]) -> bool:
    return all(
        value is None or (len(value) <= 4 and least <= int(value) <= most)  # noqa: PLR2004 - no part is longer
        for value, (least, most) in zip(values, ranges, strict=True)
    )
