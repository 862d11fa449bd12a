"""What one process does with what it hears of changes."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from tests.support.stores import entry_of
from watchword.compose.authority import opened
from watchword.compose.creation import Wish, create
from watchword.domain.http import HttpRequest
from watchword.settings import Settings
from watchword.store import sandbox

UNSIGNED = HttpRequest("POST", b"/", b"", (), b"Action=GetCallerIdentity&Version=2011-06-15")
ADVANCED = 86_400


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(tmp_path / "data")
    create(settings, Wish(sandbox=True))
    return settings


def test_a_clock_that_could_not_be_read_is_read_later_and_nothing_is_decided_until_then(settings: Settings) -> None:
    """The feed tells only once that the clock has moved."""
    file, away = settings.data / "watchword.db", settings.data / "away.db"

    async def requests() -> list[int]:
        async with opened(settings) as pipeline:
            before = (await pipeline.answer(UNSIGNED)).status
            pipeline.writer.change_now(lambda tx: sandbox.advance(tx, ADVANCED), entry_of)
            pipeline.store.close()  # its next reader has to open the file anew
            file.rename(away)
            try:
                while_away = [(await pipeline.answer(UNSIGNED)).status for _ in range(2)]
                assert not await pipeline.ready()
            finally:
                away.rename(file)
            after = (await pipeline.answer(UNSIGNED)).status
            assert pipeline.tools.clock.now() > time.time() + ADVANCED - 1
            return [before, *while_away, after]

    assert asyncio.run(requests()) == [403, 503, 503, 403]
