"""Days on which exemptions end."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta


def end_of(day: date) -> float:
    """Tell the instant at which a day is over, by UTC: who is exempt until a day is so for the whole of it.

    Raises ValueError for the last day that there is.
    """
    try:
        return datetime.combine(day + timedelta(days=1), time(), UTC).timestamp()
    except OverflowError as wrong:
        raise ValueError(str(wrong)) from None
