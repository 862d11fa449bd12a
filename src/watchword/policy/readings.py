"""Numbers, dates and addresses: how a text becomes comparable. Each raises ValueError for what it is not."""

from __future__ import annotations

import ipaddress
import re
from decimal import Decimal
from functools import lru_cache

_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?")
_EPOCH = re.compile(r"([0-9]{1,19})(\.[0-9]{1,9})?")
_DATE = re.compile(
    r"(?P<year>-?[0-9]{4,9})-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
    r"(?:[Tt](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?)?"
    r"(?P<zone>[Zz]|(?P<sign>[+-])(?P<east>[0-9]{2})(?::?(?P<east_minutes>[0-9]{2}))?)?)?)?"
)
_LIMITS = (("month", 1, 12), ("day", 1, 31), ("hour", 0, 23), ("minute", 0, 59), ("second", 0, 59), ("east", 0, 23))
_V4 = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:/[0-9]{1,2})?")

Network = tuple[int, int, int]
"""IP version, address and mask as integers."""


def number(text: str) -> Decimal:
    """Read an integer or a decimal; `10` and `10.0` are equal."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


@lru_cache(maxsize=4096)
def moment(text: str) -> int | float:
    """Read an instant, in epoch seconds: a W3C form of ISO 8601 (UTC where no zone is told), or epoch seconds.

    Four digits alone are seconds, not a year, as AWS reads them.
    """
    epoch = _EPOCH.fullmatch(text)
    if epoch:
        return float(text) if epoch[2] else int(text)
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError(text)
    values = {name: int(value or 0) for name, value in found.groupdict().items() if name not in {"zone", "sign"}}
    values["day"] = int(found["day"] or 1)
    for name, least, most in _LIMITS:
        if not least <= values[name] <= most:
            raise ValueError(text)
    east = values["east"] * 3600 + values["east_minutes"] * 60
    seconds = _days(values["year"], values["month"], values["day"]) * 86_400
    seconds += values["hour"] * 3600 + values["minute"] * 60 + values["second"]
    seconds -= -east if found["sign"] == "-" else east
    return seconds + float(f"0.{found['fraction']}") if found["fraction"] else seconds


def _days(year: int, month: int, day: int) -> int:
    """Count days from 1970-01-01 in the Gregorian calendar, for any year: AWS takes years far past 9999.

    Years are counted from March, so that a leap day comes last.
    """
    year -= month < 3  # noqa: PLR2004 - January and February belong to the year before
    month = (month + 9) % 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month + 2) // 5 + day - 719_469


def network(text: str) -> Network:
    """Read a CIDR block; an address alone is a block of one."""
    if _V4.fullmatch(text):
        v4 = ipaddress.IPv4Network(text, strict=False)
        return 4, int(v4.network_address), int(v4.netmask)
    v6 = ipaddress.IPv6Network(text, strict=False)
    return 6, int(v6.network_address), int(v6.netmask)


@lru_cache(maxsize=4096)
def address(text: str) -> tuple[int, int]:
    """Read one address: IP version, and the address as an integer."""
    if ":" in text:
        return 6, int(ipaddress.IPv6Address(text))
    return 4, int(ipaddress.IPv4Address(text))
