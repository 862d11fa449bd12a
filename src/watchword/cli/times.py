"""Lengths of time as people write them, and instants as they read them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import click

UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
DURATION = re.compile(r"([0-9]{1,9})([smhd])")
DAY = UNITS["d"]
Instant = datetime | timedelta
"""When, or how long ago."""


class Duration(click.ParamType[int]):
    """A length of time such as `91d`, `12h`, `15m` or `30s`, as whole seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        found = DURATION.fullmatch(value)
        if found is None:
            self.fail(f"`{value}` is not a duration; write `91d`, `12h`, `15m` or `30s`", param, ctx)
        return int(found[1]) * UNITS[found[2]]


class Moment(click.ParamType[Instant]):
    """How long ago, `24h`, or an instant in ISO 8601, which is UTC where it does not say."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Instant:
        found = DURATION.fullmatch(value) if isinstance(value, str) else None
        if found:
            return timedelta(seconds=int(found[1]) * UNITS[found[2]])
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"`{value}` is no time; write `24h`, `7d` or `2026-01-31T09:00Z`", param, ctx)
        return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def instant(moment: Instant, now: Callable[[], datetime]) -> datetime:
    """Tell which instant was meant; what time it is, is asked only where that matters."""
    return now() - moment if isinstance(moment, timedelta) else moment


def days(since: datetime, until: datetime) -> int:
    """Count the whole days between two instants; 0 where clocks differ."""
    return max(0, (until - since).days)


def ago(then: datetime, now: datetime) -> str:
    """Say how long ago something was, in its largest unit."""
    seconds = int((now - then).total_seconds())
    for unit, length in (("d", UNITS["d"]), ("h", UNITS["h"]), ("min", UNITS["m"])):
        if abs(seconds) >= length:
            count = f"{abs(seconds) // length} {unit}"
            return f"{count} ago" if seconds > 0 else f"in {count}"
    return "just now"


def both(then: datetime, now: datetime) -> str:
    """Say when something was: how long ago, and the minute in UTC."""
    return f"{ago(then, now)} ({then:%Y-%m-%d %H:%M} UTC)"
