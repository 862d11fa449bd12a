"""How long a session may last, as people say it and as each call of STS limits it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import click

from watchword.cli.exits import Exit, Stop

UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
WRITTEN = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s?)?", re.ASCII)
SHORTEST = 900
"""Seconds, for every call.  Source: STS API, DurationSeconds."""
PRESETS = (3_600, 7_200, 14_400, 28_800, 43_200)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call gives, in seconds."""

    call: str
    longest: int
    default: int


ROLE = Limits("AssumeRole", 43_200, 3_600)
"""Source: STS API, AssumeRole, DurationSeconds; the role may set a lower maximum."""
CHAINED_ROLE = Limits("AssumeRole by a role (role chaining)", 3_600, 3_600)
"""Source: IAM User Guide, "Role chaining"."""
OWN_SESSION = Limits("GetSessionToken", 129_600, 43_200)
"""Source: STS API, GetSessionToken, DurationSeconds."""
LONGEST = OWN_SESSION.longest

HELP = (
    "How long the session lasts: `2h`, `90m`, `1h30m` or seconds, from 15m. A role: 1h by default, 12h at most and 1h "
    "at most when a role assumes it; a session of one's own: 12h by default, 36h at most."
)


class Duration(click.ParamType[int]):
    """A length of time such as `2h`, `90m`, `1h30m`, `1d` or `3600`, as whole seconds, that some call of STS takes."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        seconds = value if isinstance(value, int) else read(value)
        if seconds is None:
            self.fail(f"`{value}` is not a duration; write `2h`, `90m`, `1h30m` or seconds", param, ctx)
        if not SHORTEST <= seconds <= LONGEST:
            self.fail(f"{said(seconds)} is not from 15m to {said(LONGEST)}; {presets(LONGEST)}", param, ctx)
        return seconds


class Margin(click.ParamType[int]):
    """A length of time, as `Duration` reads it, of any length."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        seconds = value if isinstance(value, int) else read(value)
        if seconds is None:
            self.fail(f"`{value}` is not a duration; write `15m`, `1h30m` or seconds", param, ctx)
        return seconds


def read(text: str) -> int | None:
    """Read a duration as whole seconds; None when it is none."""
    found = WRITTEN.fullmatch(text.strip().lower())
    if found is None or not any(found.groups()):
        return None
    return sum(int(count) * length for count, length in zip(found.groups(), UNITS.values(), strict=True) if count)


def said(seconds: float) -> str:
    """Say a length of time in its two largest units, hours at most: `36h`, `1h30m`, `45s`."""
    left, words = int(seconds), []
    for unit in ("h", "m", "s"):
        count, left = divmod(left, UNITS[unit])
        if count:
            words.append(f"{count}{unit}")
    return "".join(words[:2]) or "0s"


def presets(longest: int) -> str:
    """Name the lengths that people choose, as far as a limit lets them."""
    return "often chosen: " + ", ".join(said(length) for length in PRESETS if length <= longest)


def allowed(seconds: int, limits: Limits) -> int:
    """Check a length against what one call gives.

    Raises Stop.
    """
    if SHORTEST <= seconds <= limits.longest:
        return seconds
    raise Stop(
        f"{said(seconds)} is not what {limits.call} gives: from 15m to {said(limits.longest)}, "
        f"{said(limits.default)} by default; {presets(limits.longest)}",
        Exit.USAGE,
    )
