"""Settings from the command line and the environment, and the one line in which commands fail."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from watchword.cli import options
from watchword.cli.main import COMMANDS, main
from watchword.settings import Settings

DATA = Path("data")
VARIABLES = ("DATABASE", "MASTER_KEY_FILE", "LISTEN", "WORKERS", "TRUSTED_PROXIES", "PATIENCE")


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(f"WATCHWORD_{name}", raising=False)


def test_defaults() -> None:
    assert options.settings(DATA) == Settings(DATA)


def test_the_environment_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHWORD_DATABASE", "postgresql://h/d")
    monkeypatch.setenv("WATCHWORD_MASTER_KEY_FILE", "/keys/it")
    monkeypatch.setenv("WATCHWORD_LISTEN", "127.0.0.1:1")
    monkeypatch.setenv("WATCHWORD_WORKERS", "3")
    read = options.settings(DATA)
    assert (read.database_url, read.master_key_path) == ("postgresql://h/d", Path("/keys/it"))
    assert (read.address, read.workers) == (("127.0.0.1", 1), 3)


def test_the_command_line_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHWORD_LISTEN", "127.0.0.1:1")
    monkeypatch.setenv("WATCHWORD_WORKERS", "3")
    read = options.settings(DATA, listen="127.0.0.1:2", workers=None)
    assert (read.listen, read.workers) == ("127.0.0.1:2", 3)


@pytest.mark.parametrize("text", ["", "two", "-1", "1.5", "0"])
def test_workers_are_a_whole_number(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("WATCHWORD_WORKERS", text)
    with pytest.raises(click.UsageError, match="`WATCHWORD_WORKERS` is "):
        options.settings(DATA)


@pytest.mark.parametrize("text", ["", "soon", "nan", "1e999", "0", "-1"])
def test_patience_is_a_number_of_seconds(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("WATCHWORD_PATIENCE", "2.5")
    assert options.settings(DATA).patience == 2.5
    monkeypatch.setenv("WATCHWORD_PATIENCE", text)
    with pytest.raises(click.UsageError, match="`WATCHWORD_PATIENCE` is "):
        options.settings(DATA)


def test_faults_become_one_line() -> None:
    with pytest.raises(click.ClickException, match=r"^first second$"), options.one_line(ValueError):
        raise ValueError("first\nsecond")


def test_other_faults_stay_what_they_are() -> None:
    with pytest.raises(KeyError), options.one_line(ValueError):
        raise KeyError("ours")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_does(command: str) -> None:
    done = CliRunner().invoke(main, [command, "--help"])
    assert done.exit_code == 0
    assert done.stdout.startswith("Usage: ")
    assert "  --help" in done.stdout


def test_the_whole_says_what_there_is() -> None:
    done = CliRunner().invoke(main, ["--help"])
    for command in COMMANDS:
        assert f"\n  {command} " in done.stdout


def test_an_unknown_command() -> None:
    done = CliRunner().invoke(main, ["dance"])
    assert done.exit_code == 2
    assert "No such command 'dance'" in done.stderr
