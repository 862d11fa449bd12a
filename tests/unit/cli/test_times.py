"""How long ago, in the largest unit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
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


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("24h", NOW - timedelta(days=1)),
        ("0s", NOW),
        ("2026-01-31T09:00Z", datetime(2026, 1, 31, 9, tzinfo=UTC)),
        ("2026-01-31 09:00", datetime(2026, 1, 31, 9, tzinfo=UTC)),
        ("2026-01-31T09:00+01:00", datetime(2026, 1, 31, 8, tzinfo=UTC)),
    ],
)
def test_moments(text: str, meant: datetime) -> None:
    assert times.instant(times.Moment().convert(text, None, None), lambda: NOW) == meant


@pytest.mark.parametrize("text", ["", "soon", "1w", "25:00", "2026-13-01"])
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is no time; write `24h`"):
        times.Moment().convert(text, None, None)
