"""Schedules: what is understood, when it comes, and that it is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from watchword.rotation.results import Mode
from watchword.rotation.sweeping import schedules
from watchword.rotation.sweeping.choice import Choice
from watchword.rotation.sweeping.schedules import BadSchedule, Schedule
from watchword.rotation.sweeping.workers import work_url
from watchword.rotation.sweeping.workflows import Wish


def test_a_time_of_the_day_is_a_cron_expression() -> None:
    assert schedules.daily("03:05") == "5 3 * * *"
    with pytest.raises(BadSchedule, match="no time of the day"):
        schedules.daily("3 o'clock")


@pytest.mark.parametrize(
    ("expression", "zone"), [("* * *", "UTC"), ("0 3 * * *", "Nowhere/Land"), ("61 3 * * *", "UTC")]
)
def test_what_cannot_be_understood_is_refused(expression: str, zone: str) -> None:
    with pytest.raises(BadSchedule):
        schedules.checked(expression, zone)


def test_it_comes_by_its_own_zone() -> None:
    midnight = 1_767_225_600.0  # 2026-01-01 00:00 UTC
    assert Schedule("0 3 * * *", "UTC", Wish()).next_at(midnight) == midnight + 3 * 3600
    assert Schedule("0 3 * * *", "Europe/Berlin", Wish()).next_at(midnight) == midnight + 2 * 3600


def test_it_is_kept_held_and_taken_away(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'work.db'}"
    wish = Wish(mode=Mode.PLAN, choice=Choice(accounts=("1",)), by="me")
    assert schedules.find(url) is None
    schedules.put(url, Schedule("0 3 * * *", "UTC", wish))
    assert schedules.find(url) == Schedule("0 3 * * *", "UTC", wish)
    schedules.switch(url, on=False)
    assert schedules.find(url) == Schedule("0 3 * * *", "UTC", wish, on=False)
    schedules.put(url, Schedule("0 4 * * *", "UTC", Wish()))
    assert schedules.find(url) == Schedule("0 4 * * *", "UTC", Wish())
    schedules.drop(url)
    assert schedules.find(url) is None


def test_the_queue_is_beside_the_ledger() -> None:
    assert work_url("sqlite:////home/x/rotation.db") == "sqlite:////home/x/rotation-work.db"
    assert work_url("postgresql://u:p@db/rotation") == "postgresql://u:p@db/rotation"
