"""A town with its ledger, for one test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.rotation_world import House, Town, ledger_in


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    ledger = ledger_in(tmp_path)
    yield House(Town(), ledger)
    ledger.close()
