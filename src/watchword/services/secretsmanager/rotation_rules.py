"""When a secret is rotated: every so many days or hours, or as a cron expression says. Pure.

A rotation starts with its window. A rate in days counts whole days of UTC from the last rotation, one in hours whole
hours. Source: Secrets Manager User Guide, "Schedule expressions in Secrets Manager rotation".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any

from cronsim import CronSim, CronSimError

from watchword.services.secretsmanager.refusals import InvalidParameter

HOUR, DAY = 3_600, 24 * 3_600
FEWEST_HOURS, MOST_DAYS = 4, 999
LOOKED_AT = 50
"""Occurrences of a cron expression that are held against the limits."""

_RATE = re.compile(r"rate\(([1-9][0-9]{0,3}) (hours?|days?)\)")
_CRON = re.compile(r"cron\(([^()]+)\)")
_WEEKDAY = re.compile(r"(?<![0-9#/])([1-7])")
_CRON_FIELDS = 6
_INVALID = "The ScheduleExpression isn't valid: {why}."


@dataclass(frozen=True, slots=True)
class Rules:
    """A schedule: every so many `seconds`, or as `cron` says.

    `unit` is an hour or a day, in seconds: what it goes by. `duration` is in seconds, 0 for none told.
    """

    unit: int
    seconds: int
    cron: str
    duration: int

    def opens(self, after: float) -> int:
        """Give when the next window opens for what was last rotated at an instant, both in epoch seconds."""
        if self.cron:
            return next(_occurrences(self.cron, after))
        return int(after) - int(after) % self.unit + self.seconds

    def closes(self, opened_at: int) -> int:
        """Give the last second of a window: an hour, or what is left of the day, unless it is told."""
        left = DAY - opened_at % DAY
        return opened_at + (self.duration or (HOUR if self.unit == HOUR else left)) - 1


def read(passed: Mapping[str, Any], now: float) -> Rules:
    """Read the rules of a request, or such as are kept.

    Raises InvalidParameter.
    """
    duration = int(passed.get("Duration", "0h")[:-1]) * HOUR
    days, expression = passed.get("AutomaticallyAfterDays"), passed.get("ScheduleExpression")
    if days is not None and expression is None:
        rules = Rules(DAY, days * DAY, "", duration)
    elif expression is not None and days is None:
        rules = _expressed(expression, duration)
    else:
        raise InvalidParameter(
            message="You must specify either AutomaticallyAfterDays or ScheduleExpression in RotationRules, not both."
        )
    if "Duration" in passed:
        _check_window(rules, now)
    return rules


def follows_changes(kept: Mapping[str, Any]) -> bool:
    """Tell whether a value that is put by hand counts as a rotation.

    Source: secretsmanager model, AutomaticallyAfterDays.
    """
    return "AutomaticallyAfterDays" in kept


@lru_cache(maxsize=1_024)
def _expressed(expression: str, duration: int) -> Rules:
    if found := _RATE.fullmatch(expression):
        many, in_hours = int(found[1]), found[2].startswith("hour")
        if (many < FEWEST_HOURS) if in_hours else (many > MOST_DAYS):
            raise _unfit(f"a secret is rotated every {FEWEST_HOURS} hours at most, every {MOST_DAYS} days at least")
        unit = HOUR if in_hours else DAY
        return Rules(unit, many * unit, "", duration)
    found = _CRON.fullmatch(expression)
    fields = found[1].split() if found else []
    if len(fields) != _CRON_FIELDS:
        raise _unfit("write rate(10 days), rate(12 hours) or cron(0 8 1 * ? *), with six fields")
    return Rules(DAY if fields[1].isdecimal() else HOUR, 0, _as_cron(fields), duration)


def _as_cron(fields: list[str]) -> str:
    """Write AWS's six fields as the five of cron, whose week begins with a 0."""
    minutes, hours, day, month, weekday, year = fields
    if minutes != "0" or year != "*":
        raise _unfit("windows open at the full hour, in every year: the minutes are 0, the year is *")
    if (day == "?") is (weekday == "?"):
        raise _unfit("either the day of the month or the day of the week is ?")
    expression = " ".join(("0", hours, day.replace("?", "*"), month, _WEEKDAY.sub(_earlier, weekday.replace("?", "*"))))
    try:
        opens = list(islice(_occurrences(expression, 0.0), LOOKED_AT))
    except (CronSimError, ValueError, RuntimeError) as error:
        raise _unfit("its fields cannot be read") from error
    if not opens:
        raise _unfit("it never comes round")
    if any(later - one < FEWEST_HOURS * HOUR for one, later in pairwise(opens)):
        raise _unfit(f"a secret is rotated every {FEWEST_HOURS} hours at most")
    return expression


def _earlier(found: re.Match[str]) -> str:
    return str(int(found[1]) - 1)


def _occurrences(cron: str, after: float) -> Iterator[int]:
    moments = CronSim(cron, datetime.fromtimestamp(after, UTC))
    return (int(moment.timestamp()) for moment in moments if moment.timestamp() > after)


def _check_window(rules: Rules, now: float) -> None:
    opens = [rules.opens(now)]
    opens.append(rules.opens(opens[0]))
    over = opens[0] % DAY + rules.duration > DAY and (rules.cron or rules.unit == DAY)
    if not rules.duration or over or opens[0] + rules.duration > opens[1]:
        raise InvalidParameter(
            message="The Duration isn't valid: the window must not extend into the next UTC day or the next window."
        )


def _unfit(why: str) -> InvalidParameter:
    return InvalidParameter(message=_INVALID.format(why=why))
