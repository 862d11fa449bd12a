"""`watchword sandbox`: durations, and the two operations as an operator calls them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.support.authority import Authority, initialise, serving
from tests.support.refusals import refused
from watchword.cli.main import main


def sandbox(authority: Authority, *words: str) -> Result:
    return CliRunner().invoke(
        main, ["sandbox", *words, "--data", str(authority.data), "--endpoint-url", authority.endpoint]
    )


@pytest.mark.parametrize(
    ("duration", "seconds", "shown"),
    [
        ("91d", 91 * 86_400, "91 d 0 h 0 min"),
        ("36h", 36 * 3_600, "1 d 12 h 0 min"),
        ("15m", 900, "0 d 0 h 15 min"),
        ("30s", 30, "0 d 0 h 0 min"),
    ],
)
def test_the_clock_goes_forward(authority: Authority, duration: str, seconds: int, shown: str) -> None:
    done = sandbox(authority, "advance", duration)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("The sandbox's clock stands at ")
    assert f"UTC, {shown} ahead." in done.stdout
    assert authority.client("watchword").get_server_information()["AheadSeconds"] == seconds


@pytest.mark.parametrize("duration", ["", "d", "91", "1w", "-1d", "1.5h", "1d 2h", "9999999999s", "٣d"])
def test_what_is_no_duration(duration: str) -> None:
    done = CliRunner().invoke(main, ["sandbox", "advance", "--", duration])
    assert done.exit_code == 2
    assert "is not a duration; write `91d`, `12h`, `15m` or `30s`" in done.stderr


def test_the_clock_has_an_end(authority: Authority) -> None:
    done = sandbox(authority, "advance", "999999999d")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr


def test_reset(authority: Authority) -> None:
    iam = authority.client("iam")
    iam.create_user(UserName="ann")
    authority.advance(86_400)
    done = sandbox(authority, "reset")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("The sandbox is as it was after init. Its clock stands at ")
    assert [user["UserName"] for user in iam.list_users()["Users"]] == ["admin"]
    assert authority.client("watchword").get_server_information()["AheadSeconds"] == 0


def test_outside_a_sandbox_both_are_refused(tmp_path: Path) -> None:
    with serving(tmp_path, initialise(tmp_path)) as real:
        for call in (("advance", "1d"), ("reset",)):
            done = sandbox(real, *call)
            assert done.exit_code == 1
            assert "(SandboxOnlyException)" in done.stderr
            assert len(done.stderr.splitlines()) == 1
        with refused("SandboxOnlyException", status=400):
            real.advance(1)
        with refused("SandboxOnlyException", status=400):
            real.reset()
        assert real.client("watchword").get_server_information()["Sandbox"] is False


def test_nobody_there(tmp_path: Path) -> None:
    initialise(tmp_path, "--sandbox")
    done = CliRunner().invoke(
        main, ["sandbox", "reset", "--data", str(tmp_path), "--endpoint-url", "http://127.0.0.1:1"]
    )
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: Could not connect to the endpoint URL")
    assert len(done.stderr.splitlines()) == 1
