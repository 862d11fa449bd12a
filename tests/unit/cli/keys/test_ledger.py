"""What is recorded of rotations: whole, private, and never guessed at."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.cli.exits import Stop
from watchword.cli.keys.ledger import Ledger, ledger_in
from watchword.cli.keys.machine import Rotation

ROTATION = Rotation("123456789012", "AIDAANN", "ann", "work", "/c", "work", "AKIAOLD")


def test_keeping_and_forgetting(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path / "home")
    assert ledger.every() == []
    ledger.keep(ROTATION)
    assert ledger.every() == [ROTATION]
    (file,) = ledger.folder.glob("*.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert ledger.find(lambda known: known.user == "bob") is None
    ledger.forget(ROTATION)
    ledger.forget(ROTATION)
    assert ledger.every() == []


@given(st.builds(Rotation, *[st.text(max_size=3)] * 7, attempts=st.lists(st.floats(0, 1e10)).map(tuple)))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, rotation: Rotation) -> None:
    path = tmp_path_factory.mktemp("ledger")
    known = Rotation(
        **{name: getattr(rotation, name) for name in Rotation.__struct_fields__} | {"account": "1", "user_id": "2"}
    )
    Ledger(path).keep(known)
    assert Ledger(path).every() == [known]


@pytest.mark.parametrize("content", ["", "{}", '{"account": "1", "more": 2}', "\x00"])
def test_what_cannot_be_read_is_told(tmp_path: Path, content: str) -> None:
    ledger = Ledger(tmp_path)
    (tmp_path / "1-2.json").write_text(content)
    with pytest.raises(Stop, match="records which keys a rotation owns"):
        ledger.every()


def test_one_at_a_time(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    with ledger.alone(), pytest.raises(Stop, match="another process"), Ledger(tmp_path).alone(patience=0.0):
        raise AssertionError
    with ledger.alone(patience=0.0):
        pass
