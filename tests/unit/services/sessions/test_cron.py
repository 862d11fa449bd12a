"""When a schedule comes round: always later than now, whatever a clock change does."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from watchword.services.sessions.cron import next_run

BERLIN = ZoneInfo("Europe/Berlin")
REPEATED = datetime(2026, 10, 25, 2, 0, tzinfo=BERLIN, fold=1).timestamp()
"""The second time that it is two o'clock in that night."""
LEFT_OUT = datetime(2026, 3, 29, 1, 59, tzinfo=BERLIN).timestamp()


@pytest.mark.parametrize("expression", ["30 2 * * *", "15 2 * * 0", "*/15 1-3 * * *", "* * * * *", "0 * * * *"])
@pytest.mark.parametrize("minutes", range(-120, 120, 7))
def test_the_next_time_is_still_to_come(expression: str, minutes: int) -> None:
    for change in (REPEATED, LEFT_OUT):
        now = change + minutes * 60 + 0.5
        assert next_run(expression, "Europe/Berlin", now) > now


def test_what_a_clock_change_repeats_runs_once() -> None:
    first = next_run("30 2 * * *", "Europe/Berlin", REPEATED - 3_600)
    assert first == REPEATED - 1_800
    assert next_run("30 2 * * *", "Europe/Berlin", first) - first > 86_400


def test_what_a_clock_change_leaves_out_runs_right_after_it() -> None:
    assert next_run("30 2 * * *", "Europe/Berlin", LEFT_OUT) == LEFT_OUT + 60


def test_a_time_beyond_all_calendars() -> None:
    with pytest.raises(ValueError, match="UTC"):
        next_run("* * * * *", "UTC", 1e12)
