"""What is told of a session: to machines all of it, to people in their words."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.unit.cli.sessions.telling import ACCOUNT, NOW, ended, key_id, told
from watchword.cli import tables
from watchword.cli.sessions import rows

LAST = {
    "At": NOW - timedelta(minutes=3),
    "EventSource": "iam.amazonaws.com",
    "EventName": "ListUsers",
    "SourceIp": "192.0.2.8",
    "EventId": "last",
}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (59, "59s"), (299, "4m59s"), (300, "5m"), (3_599, "59m"), (3_600, "1h"), (42_159, "11h42m")],
)
def test_left(seconds: int, text: str) -> None:
    assert rows.left(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (7_199.5, "in 2h"),
        (60, "in 1m"),
        (1, "in 1m"),
        (0, "now"),
        (-90, "now"),
        (90_000, "in 25h"),
        (260_000, "in 3 d"),
    ],
)
def test_when(seconds: float, text: str) -> None:
    assert rows.when(NOW + timedelta(seconds=seconds), NOW).startswith(f"{text} (2026-06-0")


@pytest.mark.parametrize(
    ("arn", "text"),
    [
        (f"arn:aws:iam::{ACCOUNT}:user/team/ann", "user/team/ann"),
        ("arn:aws:iam::999999999999:user/ann", "999999999999:user/ann"),
        (f"arn:aws:iam::{ACCOUNT}:root", "root"),
        ("https://issuer.example:aud:sub", "https://issuer.example:aud:sub"),
        ("", ""),
    ],
)
def test_who(arn: str, text: str) -> None:
    assert rows.short(arn, f"arn:aws:sts::{ACCOUNT}:assumed-role/ops/x") == text


def test_columns() -> None:
    session = rows.row(told(LastCall={**LAST, "ErrorCode": "AccessDenied"}), NOW, key_id(1))
    seen = {name: tell(session) for name, tell in rows.columns(NOW).items()}
    assert seen == {
        "key": key_id(1),
        "who": "user/ann",
        "as": "role/ops",
        "name": "build-1",
        "identity": "ann",
        "from": "192.0.2.7",
        "issued": "10 min ago",
        "left": "50m",
        "last call": "3 min ago iam:ListUsers (AccessDenied)",
        "state": "",
        "note": "your own",
    }


def test_what_ended_it() -> None:
    session = rows.row(ended(told()), NOW)
    assert (session.seconds_left, session.ended, session.reason) == (0, NOW, "leaked")
    seen = {name: tell(session) for name, tell in rows.columns(NOW).items()}
    assert (seen["left"], seen["state"], seen["note"]) == ("", "ended by user/admin: leaked", "")


def test_record() -> None:
    record = json.loads(tables.encoded(rows.sheet(NOW).record(rows.row(told(), NOW))))
    assert record["access_key_id"] == key_id(1)
    assert (record["state"], record["seconds_left"], record["own"]) == ("live", 3_000, False)
    assert (record["last_call"], record["ended"], record["reason"]) == (None, None, None)
    assert record["issued"] == "2026-06-01T11:50:00Z"
