"""How long ago, in the largest unit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from watchword.cli import times

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "just now"), (59, "just now"), (60, "1 min ago"), (3_599, "59 min ago"), (7_200, "2 h ago"),
     (86_399, "23 h ago"), (86_400, "1 d ago"), (100 * 86_400, "100 d ago"), (-3_600, "in 1 h")],
)  # fmt: skip
def test_ago(seconds: int, text: str) -> None:
    assert times.ago(NOW - timedelta(seconds=seconds), NOW) == text


def test_both() -> None:
    assert times.both(NOW - timedelta(days=2), NOW) == "2 d ago (2026-05-30 12:00 UTC)"


def test_days_are_never_less_than_none() -> None:
    assert (times.days(NOW, NOW + timedelta(days=2)), times.days(NOW + timedelta(days=2), NOW)) == (2, 0)
