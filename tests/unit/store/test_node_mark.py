"""The mark rises for everyone who has the file mapped."""

from __future__ import annotations

import stat
from pathlib import Path

from watchword.store.node_mark import NodeMark


def test_all_see_it_rise_and_it_does_not_fall(tmp_path: Path) -> None:
    mine, theirs = NodeMark(tmp_path / "changes"), NodeMark(tmp_path / "changes")
    assert mine.value == 0
    theirs.raise_to(7)
    mine.raise_to(3)
    assert (mine.value, theirs.value) == (7, 7)
    mine.lower_to(9)
    assert theirs.value == 7
    mine.lower_to(5)
    assert theirs.value == 5
    mine.close()
    theirs.close()


def test_it_outlives_its_processes_and_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "changes"
    mark = NodeMark(path)
    mark.raise_to(2**40)
    mark.close()
    again = NodeMark(path)
    assert again.value == 2**40
    again.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
