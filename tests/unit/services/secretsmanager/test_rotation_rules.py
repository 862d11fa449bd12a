"""When windows open and close."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from watchword.services.secretsmanager.rotation_rules import follows_changes, read


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


ROTATED = at("2024-02-28T13:45:10")


@pytest.mark.parametrize(
    ("rules", "opens", "closes"),
    [
        ({"AutomaticallyAfterDays": 1}, "2024-02-29T00:00", "2024-02-29T23:59:59"),
        ({"AutomaticallyAfterDays": 30, "Duration": "3h"}, "2024-03-29T00:00", "2024-03-29T02:59:59"),
        ({"ScheduleExpression": "rate(10 days)"}, "2024-03-09T00:00", "2024-03-09T23:59:59"),
        ({"ScheduleExpression": "rate(4 hours)"}, "2024-02-28T17:00", "2024-02-28T17:59:59"),
        ({"ScheduleExpression": "rate(48 hours)"}, "2024-03-01T13:00", "2024-03-01T13:59:59"),
        ({"ScheduleExpression": "rate(12 hours)", "Duration": "12h"}, "2024-02-29T01:00", "2024-02-29T12:59:59"),
        ({"ScheduleExpression": "cron(0 8 1 * ? *)"}, "2024-03-01T08:00", "2024-03-01T23:59:59"),
        ({"ScheduleExpression": "cron(0 8 L * ? *)", "Duration": "16h"}, "2024-02-29T08:00", "2024-02-29T23:59:59"),
        ({"ScheduleExpression": "cron(0 0/8 * * ? *)"}, "2024-02-28T16:00", "2024-02-28T16:59:59"),
        ({"ScheduleExpression": "cron(0 4 ? * 1 *)"}, "2024-03-03T04:00", "2024-03-03T23:59:59"),  # a Sunday
        ({"ScheduleExpression": "cron(0 4 ? * 2-6 *)"}, "2024-02-29T04:00", "2024-02-29T23:59:59"),
        ({"ScheduleExpression": "cron(0 4 ? * 2#1 *)"}, "2024-03-04T04:00", "2024-03-04T23:59:59"),
        ({"ScheduleExpression": "cron(0 4 ? * 6L *)"}, "2024-03-29T04:00", "2024-03-29T23:59:59"),
        ({"ScheduleExpression": "cron(0 4 ? * MON#2 *)"}, "2024-03-11T04:00", "2024-03-11T23:59:59"),
        ({"ScheduleExpression": "cron(0 4 1 JAN,JUL ? *)"}, "2024-07-01T04:00", "2024-07-01T23:59:59"),
    ],
)
def test_windows(rules: dict[str, Any], opens: str, closes: str) -> None:
    found = read(rules, ROTATED)
    assert found.opens(ROTATED) == at(opens)
    assert found.closes(found.opens(ROTATED)) == at(closes)


def test_only_days_count_from_changes_by_hand() -> None:
    assert follows_changes({"AutomaticallyAfterDays": 3})
    assert not follows_changes({"ScheduleExpression": "rate(3 days)"})
    assert not follows_changes({})
