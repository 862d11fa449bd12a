"""When a cron expression comes round, in a time zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

FIELDS = 5


def next_run(expression: str, time_zone: str, after: float) -> int:
    """Give the first time past an instant, both in epoch seconds. What a clock change leaves out runs right after it.

    What a clock change repeats runs once: in its second hour, the time of the first has passed.

    Raises ValueError for what is no expression of five fields, no time zone, or never comes round.
    """
    if len(expression.split()) != FIELDS:
        raise ValueError("Expression is not minute, hour, day of month, month and day of week")
    try:
        moment = datetime.fromtimestamp(after, ZoneInfo(time_zone))
    except (ZoneInfoNotFoundError, ValueError, OSError, OverflowError) as error:
        raise ValueError(f"`{time_zone}` is not a time zone") from error
    try:
        return next(int(run.timestamp()) for run in CronSim(expression, moment) if run.timestamp() > after)
    except CronSimError as error:
        raise ValueError(f"Expression is not one of cron: {error}") from error
    except StopIteration as error:
        raise ValueError("Expression never comes round") from error
