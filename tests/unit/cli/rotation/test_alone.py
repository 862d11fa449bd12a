"""A run's name: kept by whoever lives, taken over from who died."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from watchword.cli.rotation import alone
from watchword.cli.rotation.desk import Desk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("WATCHWORD_HOME", str(tmp_path))
    return Desk()


def test_two_at_once_have_two_names(desk: Desk) -> None:
    with alone.run_of(desk) as first, alone.run_of(desk) as second:
        assert first != second


def test_what_ended_well_is_not_gone_on_with(desk: Desk) -> None:
    with alone.run_of(desk) as first:
        pass
    with alone.run_of(desk) as second:
        assert first != second


def test_what_failed_or_died_is_gone_on_with_under_its_name(desk: Desk) -> None:
    with pytest.raises(RuntimeError), alone.run_of(desk) as first:
        raise RuntimeError
    with alone.run_of(desk) as second:
        assert second == first
    killed = subprocess.run(
        [
            sys.executable,
            "-c",
            (
                "import os; from watchword.cli.rotation import alone; from watchword.cli.rotation.desk import Desk\n"
                "with alone.run_of(Desk()) as name: print(name, flush=True); os.kill(os.getpid(), 9)"
            ),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    with alone.run_of(desk) as third:
        assert third == killed.stdout.strip()


def test_another_ledger_has_other_runs(desk: Desk) -> None:
    with pytest.raises(RuntimeError), alone.run_of(desk) as first:
        raise RuntimeError
    with alone.run_of(Desk(ledger_url="sqlite:////tmp/other.db")) as second:
        assert first != second
