"""What changed between two looks, each change told once and in its own words. Nothing here waits."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.console import Console

from tests.unit.cli.sessions.telling import NOW, Listing, ended, key_id, told
from watchword.cli.sessions import following
from watchword.cli.sessions.changes import Watch

ONE, TWO, THREE = told(1, ago=300), told(2, ago=200), told(3, ago=100)


def watching(*looks: list[dict[str, Any]]) -> Watch:
    return Watch(Listing(*looks), {"Role": "ops"}, lambda: NOW, own=key_id(3))


def events(watched: Watch) -> list[tuple[str, str]]:
    return [(str(change.event), change.session.access_key_id) for change in watched.look()]


class Enough:
    """Pauses so many times, and then is interrupted."""

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt


def test_what_is_live_at_first_is_no_change() -> None:
    watched = watching([THREE, TWO, ONE], [THREE, TWO, ONE])
    assert (watched.look(), watched.look()) == ([], [])
    assert [row.access_key_id for row in watched.rows(NOW)] == [key_id(3), key_id(2), key_id(1)]


def test_beginning_and_ending() -> None:
    watched = watching([ONE], [THREE, TWO, ONE], [THREE, ended(TWO), ended(ONE)], [THREE])
    watched.look()
    assert events(watched) == [("began", key_id(2)), ("began", key_id(3))]
    assert events(watched) == [("ended", key_id(2)), ("ended", key_id(1))]
    assert watched.client.asked[-1]["State"] == "ALL"
    assert watched.client.asked[-1]["IssuedAfter"] == ONE["IssuedAt"]
    assert all(asked["Role"] == "ops" for asked in watched.client.asked)
    assert events(watched) == []


def test_what_expires_is_not_asked_about() -> None:
    short = told(4, ago=900, lasts=900)
    watched = watching([short], [])
    watched.look()
    assert events(watched) == [("expired", key_id(4))]
    assert len(watched.client.asked) == 2


def test_blocked_for_a_while() -> None:
    watched = watching([ONE], [ended(ONE, "BLOCKED")], [ONE], [ONE])
    watched.look()
    assert events(watched) == [("blocked", key_id(1))]
    assert events(watched) == [("unblocked", key_id(1))]
    assert events(watched) == []


def test_a_clock_that_was_moved() -> None:
    watched = watching([told(1, ago=-9_000)])
    watched.look()
    assert watched.now == told(1, ago=-9_000)["IssuedAt"]


def test_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt):
        following.in_lines(watching([ONE], [TWO, ended(ONE)]), Enough(1), as_json=False)
    shown = capsys.readouterr()
    assert shown.err == "1 live; what changes is told from here on\n"
    who = "user/ann as role/ops"
    assert shown.out.splitlines() == [
        f"2026-06-01 11:56:40  began      {key_id(2)}  {who} build-2 from 192.0.2.7, 56m left",
        f"2026-06-01 12:00:00  ended      {key_id(1)}  {who} build-1 from 192.0.2.7, ended by user/admin: leaked",
    ]


def test_a_stranger_cannot_command_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt):
        following.in_lines(watching([], [told(5, SessionName="\x1b[2J")]), Enough(1), as_json=False)
    assert "\x1b" not in capsys.readouterr().out


def test_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt):
        following.in_lines(watching([], [ONE]), Enough(1), as_json=True)
    [line] = capsys.readouterr().out.splitlines()
    record = json.loads(line)
    assert (record["event"], record["at"], record["access_key_id"]) == ("began", "2026-06-01T11:55:00Z", key_id(1))


def test_picture() -> None:
    watched = watching([THREE, TWO, ONE], [THREE, TWO, ended(ONE)])
    watched.look()
    changes = watched.look()
    console = Console(file=io.StringIO(), width=200)
    console.print(following.picture(watched, changes, 1))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert f"{key_id(3)}  user/ann  role/ops" in shown
    assert "your own" in shown
    assert key_id(2) not in shown
    assert f"ended      {key_id(1)}" in shown
    assert "2 live at 12:00:00 UTC, the newest 1 are shown; Ctrl-C to leave" in shown
