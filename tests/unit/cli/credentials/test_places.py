"""A person's own directory, its files and its locks."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from watchword.cli.credentials import places
from watchword.cli.exits import Stop


def test_home() -> None:
    assert places.home({"WATCHWORD_HOME": "/w", "XDG_STATE_HOME": "/x"}) == Path("/w")
    assert places.home({"XDG_STATE_HOME": "/x"}) == Path("/x/watchword")
    assert places.home({"XDG_STATE_HOME": "x"}) == places.home({}) == Path.home() / ".local" / "state" / "watchword"


def test_directories_are_for_their_owner_alone(tmp_path: Path) -> None:
    places.write_private(tmp_path / "a" / "b" / "file", b"x")
    for path in (tmp_path / "a", tmp_path / "a" / "b"):
        assert path.stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "a" / "b" / "file").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["file"]


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(Stop, match="cannot be written"):
        places.write_private(tmp_path / "file", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_one_holds_a_lock_at_a_time(tmp_path: Path) -> None:
    lock, inside, most = tmp_path / "locks" / "a", 0, 0
    counted = threading.Lock()

    def work() -> None:
        nonlocal inside, most
        for _ in range(20):
            with places.held(lock):
                with counted:
                    inside += 1
                    most = max(most, inside)
                with counted:
                    inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert list((tmp_path / "locks").iterdir()) == []


def test_whoever_waits_is_told_and_does_not_wait_for_ever(tmp_path: Path) -> None:
    lock, told = tmp_path / "a", []
    with (
        places.held(lock),
        pytest.raises(Stop, match="another process has held"),
        places.held(lock, waiting=lambda: told.append(1), patience=0.12),
    ):
        pass
    assert told == [1]
    with places.held(lock):
        assert lock.exists()


def test_a_lock_is_given_back_when_its_block_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), places.held(tmp_path / "a"):
        raise ZeroDivisionError
    with places.held(tmp_path / "a", patience=0):
        pass
