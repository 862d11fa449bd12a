"""Fresh ledgers on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.postgres import Postgres
from tests.support.stores import DATABASES
from watchword.rotation.ledger import Ledger


@pytest.fixture(params=DATABASES)
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a ledger of this test's own may be made."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/kept/ledger.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    database = server.create()
    yield server.url(database)
    server.drop(database)


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    """A fresh ledger: a test that takes it runs on both databases."""
    opened = Ledger.open(ledger_url)
    yield opened
    opened.close()
