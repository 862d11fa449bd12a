"""What is found out before anybody is answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from watchword.compose.creation import Wish, create
from watchword.compose.keys import CannotRun
from watchword.compose.serving import prepare
from watchword.crypto.sealing import WrongMasterKey
from watchword.settings import Settings
from watchword.store.faults import NoStore


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(tmp_path, listen="127.0.0.1:0")
    create(settings, Wish(sandbox=True))
    return settings


def test_ready_knows_its_port_and_its_nature(settings: Settings) -> None:
    ready = prepare(settings)
    with ready.socket:
        port = ready.socket.getsockname()[1]
        assert port
        assert ready.endpoint == ready.listening == f"http://127.0.0.1:{port}"
        assert ready.sandbox


def test_everywhere_is_told_as_asked_and_called_here(settings: Settings) -> None:
    ready = prepare(Settings(settings.data, listen="0.0.0.0:0"))
    with ready.socket:
        assert ready.listening.startswith("http://0.0.0.0:")
        assert ready.endpoint.startswith("http://127.0.0.1:")


def test_a_busy_port(settings: Settings) -> None:
    ready = prepare(settings)
    with ready.socket, pytest.raises(CannotRun, match="Address already in use"):
        prepare(Settings(settings.data, listen=ready.endpoint.removeprefix("http://")))


def open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def test_nothing_stays_open_when_the_key_is_wrong(settings: Settings, tmp_path: Path) -> None:
    other = Settings(tmp_path / "other")
    create(other, Wish())
    before = open_files()
    with pytest.raises(WrongMasterKey, match="the store is sealed with the master key"):
        prepare(Settings(settings.data, master_key_file=other.master_key_path, listen="127.0.0.1:0"))
    assert open_files() == before


def test_no_store_and_nothing_made(tmp_path: Path) -> None:
    with pytest.raises(NoStore):
        prepare(Settings(tmp_path / "data"))
    assert not (tmp_path / "data").exists()
