"""The commands: each explains itself with an example, and says what to do where it cannot go on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from watchword.cli.main import main
from watchword.cli.rotation import VERBS, rotation
from watchword.cli.rotation.ahead import Ahead, instant
from watchword.cli.rotation.desk import SandboxClock


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("WATCHWORD_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return CliRunner()


@pytest.mark.parametrize("verb", VERBS)
def test_every_command_has_an_example(verb: str) -> None:
    command = rotation.get_command(click.Context(rotation), verb)
    assert command is not None
    assert f"watchword rotation {verb}" in (command.help or "")


def test_an_unknown_command_is_none() -> None:
    assert rotation.get_command(click.Context(rotation), "nonsense") is None


def test_wrong_rules_are_told_with_their_lines(runner: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "rotation.toml").write_text("[ages]\nreplace = 'x'\nnonsense = 1\n")
    done = runner.invoke(main, ["rotation", "plan"])
    assert done.exit_code == 2
    assert "rotation.toml:2" in done.output
    assert "rotation.toml:3" in done.output
    assert "mend the rules" in done.output


def test_status_asks_the_ledger_alone(runner: CliRunner) -> None:
    done = runner.invoke(main, ["rotation", "status"])
    assert done.exit_code == 0, done.output
    assert "nothing is under way" in done.output
    assert runner.invoke(main, ["rotation", "status", "--ledger", "mysql://x"]).exit_code == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["quarantine", "nonsense", "--why", "x"], "no access key id"),
        (["quarantine", "AKIA2SDCGFTJUMKLWJ7X", "--why", "x"], "add `--yes`"),
        (["ack", "bob"], "say one of"),
        (["exempt"], "say whom"),
        (["undo", "bob", "--why", "x"], "nothing of the kind is under way"),
        (["resume", "bob"], "nothing of the kind is under way"),
        (["report", "--last"], "there was no run yet"),
        (["schedule", "--daily", "03:00", "--cron", "0 3 * * *"], "not both"),
        (["schedule", "--off"], "there is no schedule"),
        (["schedule", "--remove", "--daily", "03:00"], "goes with nothing else"),
        (["schedule", "--time-zone", "Europe/Berlin"], "say when, too"),
        (["schedule", "--dry-run"], "say when, too"),
        (["quarantine", "AKIAIOSFODNN7EXAMPLE", "--why", "x", "--yes"], "say which with `--account`"),
        (["exempt", "bob", "--until", "2020-01-01", "--reason", "x", "--account", "1" * 12], "is over already"),
        (["exempt", "bob", "--until", "900d", "--reason", "x", "--account", "1" * 12], "within a year"),
        (["exempt", "bob", "--until", "30d", "--account", "1" * 12], "an end and a reason"),
        (["apply", "rotation.toml"], "does not exist"),
    ],
)
def test_what_cannot_be_done_says_what_can(runner: CliRunner, words: list[str], says: str) -> None:
    done = runner.invoke(main, ["rotation", *words])
    assert done.exit_code in {1, 2}
    assert says in done.output


def test_an_instant_ahead_is_a_day_or_a_length() -> None:
    ahead = Ahead()
    assert ahead.convert("30d", None, None) == 30 * 86_400
    assert instant(30 * 86_400, 50.0) == 30 * 86_400 + 50
    assert ahead.convert("2026-12-31", None, None) == datetime(2026, 12, 31, tzinfo=UTC)
    assert instant(datetime(2026, 12, 31, tzinfo=UTC), 50.0) == datetime(2026, 12, 31, tzinfo=UTC).timestamp()
    for wrong in ("soon", "30", "d"):
        with pytest.raises(click.BadParameter):
            ahead.convert(wrong, None, None)


def test_a_sandbox_clock_is_asked_now_and_then() -> None:
    class Client:
        meta = type("Meta", (), {"endpoint_url": "http://127.0.0.1:1"})
        asked = 0

        def get_server_information(self) -> dict[str, int]:
            self.asked += 1
            return {"AheadSeconds": 1000 * self.asked}

    class Account:
        made = Client()

        def learn(self, _models: Path) -> None: ...

        def client(self, _name: str) -> Client:
            return self.made

    now = [50.0]
    clock = SandboxClock(Account(), lambda: now[0])  # type: ignore[arg-type]  # no more than is asked of it
    assert clock() == 1050.0
    now[0] = 60.0
    assert clock() == 1060.0
    now[0] = 90.0
    assert clock() == 2090.0


def test_the_sandbox_clock_may_be_asked_for_by_the_environment(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHWORD_FOLLOW_SANDBOX_CLOCK", "1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    done = runner.invoke(main, ["rotation", "plan"])
    assert done.exit_code == 2
    assert "AWS is no sandbox" in done.output


def test_that_there_are_no_rules_is_told(runner: CliRunner) -> None:
    done = runner.invoke(main, ["rotation", "plan", "--profile", "nobody"])
    assert done.exit_code == 2
    assert "the ordinary rules hold" in done.output
