"""`watchword serve` and `watchword up`: what stands in the way is told in one line, and what is printed works."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.authority import WATCHWORD, initialise
from tests.support.polling import until
from tests.support.processes import command_line, environment, on_linux, workers
from watchword.cli.main import main

BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("template") / "data"
    assert CliRunner().invoke(main, ["init", "--data", str(data)]).exit_code == 0
    return data


@pytest.fixture
def data(template: Path, tmp_path: Path) -> Path:
    """A store that is all right."""
    shutil.copytree(template, tmp_path / "data")
    return tmp_path / "data"


def wrong_key(data: Path) -> None:
    assert CliRunner().invoke(main, ["init", "--data", str(data / "other")]).exit_code == 0
    shutil.copy(data / "other" / "master.key", data / "master.key")


def no_key(data: Path) -> None:
    (data / "master.key").unlink()


def broken_key(data: Path) -> None:
    (data / "master.key").write_bytes(b"\xffnot a key\n")


def open_key(data: Path) -> None:
    (data / "master.key").chmod(0o640)


def newer(data: Path) -> None:
    with closing(sqlite3.connect(data / "watchword.db", isolation_level=None)) as database:
        database.execute("UPDATE alembic_version SET version_num = 'from_the_future'")


def not_a_database(data: Path) -> None:
    (data / "watchword.db").write_text("These are my notes on databases, and there are quite a few of them.\n" * 20)


def another_database(data: Path) -> None:
    (data / "watchword.db").unlink()
    with closing(sqlite3.connect(data / "watchword.db")) as database:
        database.execute("CREATE TABLE theirs (id INTEGER)")


def no_store(data: Path) -> None:
    (data / "watchword.db").unlink()


TROUBLES: list[tuple[Callable[[Path], None], str]] = [
    (wrong_key, "the store is sealed with the master key `"),
    (no_key, "cannot be read: No such file or directory"),
    (broken_key, "master key"),
    (open_key, "can be read by others (mode 0640); run `chmod 600 "),
    (newer, "is from a newer version (revision `from_the_future`)"),
    (not_a_database, "is not a SQLite database"),
    (another_database, "is a database, but not a Watchword store"),
    (no_store, "make one with `watchword init`"),
]


def told(*arguments: str) -> str:
    """Run a command that must fail, and give its one line."""
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 1, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert done.stdout == ""
    (only,) = done.stderr.splitlines()
    assert only.startswith("Error: ")
    return only


@pytest.mark.parametrize(("trouble", "words"), TROUBLES, ids=lambda it: getattr(it, "__name__", ""))
def test_trouble_is_one_clear_line(data: Path, trouble: Callable[[Path], None], words: str) -> None:
    trouble(data)
    assert words in told("serve", "--data", str(data), "--listen", "127.0.0.1:0")


@pytest.mark.parametrize(("trouble", "words"), TROUBLES[:-1], ids=lambda it: getattr(it, "__name__", ""))
def test_up_makes_nothing_over_trouble(data: Path, trouble: Callable[[Path], None], words: str) -> None:
    trouble(data)
    before = [path.read_bytes() for path in (data / "master.key", data / "aws-profile") if path.exists()]
    assert words in told("up", "--data", str(data), "--listen", "127.0.0.1:0")
    assert [path.read_bytes() for path in (data / "master.key", data / "aws-profile") if path.exists()] == before


def test_a_busy_port(data: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        address = f"127.0.0.1:{busy.getsockname()[1]}"
        assert told("serve", "--data", str(data), "--listen", address) == (
            f"Error: cannot listen on `{address}`: Address already in use"
        )


@pytest.mark.parametrize(
    "listen", ["nonsense", "127.0.0.1", ":80", "127.0.0.1:http", "127.0.0.1:70000", "127.0.0.1:-1"]
)
def test_an_address_that_is_none(data: Path, listen: str) -> None:
    assert f"`{listen}` is not an address; write host:port" in told("serve", "--data", str(data), "--listen", listen)


def test_a_host_that_is_not_ours(data: Path) -> None:
    assert "cannot listen on `192.0.2.1:0`: " in told("serve", "--data", str(data), "--listen", "192.0.2.1:0")


def test_up_refuses_a_bad_address_before_it_makes_anything(tmp_path: Path) -> None:
    assert "is not an address" in told("up", "--data", str(tmp_path / "data"), "--listen", "nonsense")
    assert not (tmp_path / "data").exists()


def test_a_database_that_cannot_be_reached(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHWORD_DATABASE", "postgresql://ann:my-password@127.0.0.1:1/watchword")
    only = told("serve", "--data", str(data))
    assert "cannot be reached" in only
    assert "my-password" not in only


@pytest.mark.parametrize("url", ["mysql://h/d", "ann:my-password", "sqlite://", "postgresql+asyncpg://h/d"])
def test_a_database_of_another_kind(data: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("WATCHWORD_DATABASE", url)
    only = told("serve", "--data", str(data))
    assert "use `sqlite:///FILE` or `postgresql://HOST/NAME`" in only
    assert "my-password" not in only


def printed(process: subprocess.Popen[str]) -> list[str]:
    """Read what a server prints, up to the last line."""
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or lines[-1].strip() != "aws sts get-caller-identity":
        text = process.stdout.readline()
        assert text, (lines, process.wait(5))
        lines.append(text.rstrip("\n"))
    return lines


def test_what_up_prints_is_enough_for_the_aws_cli(tmp_path: Path) -> None:
    data = tmp_path / "it's a place" / "data"
    with subprocess.Popen(
        [*WATCHWORD, "up", "--data", str(data), "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            lines = printed(process)
            plain = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
            shell = subprocess.run(
                ["/bin/sh", "-c", "\n".join(one for one in lines if one.startswith("  "))],
                env=plain | {"PATH": f"{BIN}:{os.environ['PATH']}", "AWS_EC2_METADATA_DISABLED": "true"},
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
            assert shell.returncode == 0, shell.stderr
            assert ":user/admin" in shell.stdout
        finally:
            process.terminate()
        assert process.wait(20) == 0
    assert lines[0].startswith("New store in ")
    assert lines[1].startswith("Watchword listens on http://127.0.0.1:")
    assert not any("SANDBOX" in one for one in lines)


@on_linux
def test_a_sandbox_says_so_at_its_start_and_no_process_shows_a_secret(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = initialise(data, "--sandbox")
    secrets = [first["secret_access_key"].encode(), *(data / "master.key").read_bytes().split()[-1:]]
    command = [*WATCHWORD, "serve", "--data", str(data), "--listen", "127.0.0.1:0", "--workers", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert printed(process)[0] == "SANDBOX: for tests only. Its clock can be moved."
            until(lambda: len(workers(process.pid)) == 2)
            for pid in (process.pid, *workers(process.pid)):
                for shown in (command_line(pid), environment(pid)):
                    assert shown
                    assert not any(secret in shown for secret in secrets)
        finally:
            process.terminate()
        assert process.wait(30) == 0
