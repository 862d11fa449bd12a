"""`watchword journal`: read from the store itself, with or without a server."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from watchword.cli.main import main
from watchword.settings import Settings
from watchword.store.journal import Entry
from watchword.store.opening import open_store
from watchword.store.writer import Writer


def journal(data: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["journal", "--data", str(data), *options])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    assert CliRunner().invoke(main, ["init", "--data", str(tmp_path)]).exit_code == 0
    return tmp_path


def write(data: Path, *entries: Entry) -> None:
    store = open_store(Settings(data).database_url)
    writer = Writer(store)
    writer.start()
    for entry in entries:
        writer.record_now(entry)
    writer.close()
    store.close()


def entry(number: int, **more: object) -> Entry:
    plain: dict[str, object] = {"service": "iam", "event": "GetUser", "access_key_id": f"AKIA{number}"}
    return Entry(request_id=str(number), at=1_700_000_000 + number, **(plain | more))  # type: ignore[arg-type]  # of many types


def test_an_empty_journal(data: Path) -> None:
    assert journal(data, "--json").stdout == ""
    assert journal(data).exit_code == 0


def test_the_newest_are_shown_the_oldest_first(data: Path) -> None:
    write(data, *(entry(number) for number in range(30)))
    lines = journal(data, "--json", "--last", "3").stdout.splitlines()
    assert [msgspec.json.decode(one)["requestId"] for one in lines] == ["27", "28", "29"]
    assert len(journal(data, "--json").stdout.splitlines()) == 20


def test_one_keys_entries(data: Path) -> None:
    write(data, *(entry(number % 2) for number in range(6)))
    lines = journal(data, "--json", "--access-key-id", "AKIA1").stdout.splitlines()
    assert {msgspec.json.decode(one)["accessKeyId"] for one in lines} == {"AKIA1"}
    assert len(lines) == 3


def test_people_see_who_asked_for_what(data: Path) -> None:
    write(data, entry(1, principal="arn:aws:iam::1:user/ann"), entry(2, error="AccessDenied", service="", event=""))
    lines = journal(data).stdout.splitlines()
    assert lines[1].split() == ["2023-11-14", "22:13:21", "user/ann", "AKIA1", "iam:GetUser", "ok"]
    assert lines[2].split() == ["2023-11-14", "22:13:22", "?", "AKIA2", "?", "AccessDenied"]


@pytest.mark.parametrize("strange", ["[/red]", "[bold]x", "\x1b]0;title\x07", "\x9b2J", "a\nb", "\u202egnp"])
def test_what_a_stranger_sent_is_shown_and_not_obeyed(data: Path, strange: str) -> None:
    write(data, entry(1, access_key_id=strange, principal=f"arn:aws:iam::1:user/{strange}"))
    done = journal(data)
    assert done.exit_code == 0, done.exception
    assert len(done.stdout.splitlines()) == 2
    assert not set(done.stdout) & set("\x1b\x07\x9b\u202e")
    if strange.isprintable():
        assert done.stdout.count(strange) == 2


def test_a_sandboxs_entries_say_so(data: Path) -> None:
    write(data, entry(1, sandbox=True))
    assert journal(data).stdout.endswith("SANDBOX: these are a sandbox's entries.\n")


def test_no_store(tmp_path: Path) -> None:
    done = journal(tmp_path)
    assert done.exit_code == 1
    assert "make one with `watchword init`" in done.stderr
