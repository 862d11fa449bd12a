"""The store: what is sealed comes back, and what cannot be trusted is as none."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from watchword.cli.credentials import store
from watchword.cli.credentials.store import Store
from watchword.cli.exits import Exit, Stop

NAME, CONTENT = "session.abc", b"a secret \x00 text"


class Told(list[str]):
    def __call__(self, text: str) -> None:
        self.append(text)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"WATCHWORD_HOME": str(tmp_path / "home"), "WATCHWORD_STORE": "file"}


def opened(environ: Mapping[str, str], told: Told) -> Store:
    return store.opened(environ, told)


def file_of(environ: Mapping[str, str], name: str = NAME) -> Path:
    return Path(environ["WATCHWORD_HOME"]) / "store" / f"{name}.sealed"


def test_what_is_put_is_got_by_the_next_process(environ: dict[str, str], told: Told) -> None:
    opened(environ, told).put(NAME, CONTENT)
    kept = opened(environ, told)
    assert (kept.get(NAME), kept.names(), told) == (CONTENT, [NAME], [])
    kept.delete(NAME)
    kept.delete(NAME)
    assert (kept.get(NAME), kept.names()) == (None, [])


def test_only_its_owner_reads_it_and_nobody_without_the_key(environ: dict[str, str], told: Told) -> None:
    opened(environ, told).put(NAME, CONTENT)
    home = Path(environ["WATCHWORD_HOME"])
    for path in (home, *home.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path
    assert b"secret" not in file_of(environ).read_bytes()


@pytest.mark.parametrize("damage", [b"", b"short", b"watchword-sealed-1\nshort", bytes(200)])
def test_a_damaged_entry_is_told_and_is_as_none(environ: dict[str, str], told: Told, damage: bytes) -> None:
    kept = opened(environ, told)
    kept.put(NAME, CONTENT)
    file_of(environ).write_bytes(damage)
    assert kept.get(NAME) is None
    assert "is damaged or was sealed with another key" in told[0]
    kept.put(NAME, CONTENT)
    assert kept.get(NAME) == CONTENT


def test_every_bit_of_an_entry_counts(environ: dict[str, str], told: Told) -> None:
    kept = opened(environ, told)
    kept.put(NAME, CONTENT)
    whole = file_of(environ).read_bytes()
    for place in range(len(whole)):
        file_of(environ).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert kept.get(NAME) is None, place


def test_an_entry_opens_under_its_own_name_alone(environ: dict[str, str], told: Told) -> None:
    kept = opened(environ, told)
    kept.put(NAME, CONTENT)
    file_of(environ).rename(file_of(environ, "session.other"))
    assert kept.get("session.other") is None


def test_an_entry_sealed_with_another_key(environ: dict[str, str], told: Told) -> None:
    opened(environ, told).put(NAME, CONTENT)
    (Path(environ["WATCHWORD_HOME"]) / "store.key").unlink()
    assert opened(environ, told).get(NAME) is None
    assert len(told) == 1


def test_an_entry_that_others_can_read_is_not_used(environ: dict[str, str], told: Told) -> None:
    kept = opened(environ, told)
    kept.put(NAME, CONTENT)
    file_of(environ).chmod(0o640)
    assert kept.get(NAME) is None
    assert "can be read by others; run `chmod 600" in told[0]


def test_a_link_is_not_followed(environ: dict[str, str], told: Told, tmp_path: Path) -> None:
    kept = opened(environ, told)
    kept.put(NAME, CONTENT)
    file_of(environ).rename(tmp_path / "elsewhere")
    file_of(environ).symlink_to(tmp_path / "elsewhere")
    assert kept.get(NAME) is None
    file_of(environ).unlink()
    os.mkfifo(file_of(environ), 0o600)
    assert kept.get(NAME) is None
    assert len(told) == 2


def test_a_key_that_others_can_read_is_refused(environ: dict[str, str], told: Told) -> None:
    kept = opened(environ, told)
    kept.put(NAME, CONTENT)
    (Path(environ["WATCHWORD_HOME"]) / "store.key").chmod(0o644)
    with pytest.raises(Stop, match="chmod 600"):
        kept.get(NAME)


def test_a_key_of_another_length_is_refused(environ: dict[str, str], told: Told) -> None:
    kept = opened(environ, told)
    kept.put(NAME, CONTENT)
    (Path(environ["WATCHWORD_HOME"]) / "store.key").write_bytes(b"x")
    with pytest.raises(Stop, match="is damaged; take it away"):
        kept.get(NAME)


def test_a_key_made_of_a_passphrase(environ: dict[str, str], told: Told, tmp_path: Path) -> None:
    phrase = tmp_path / "phrase"
    phrase.write_text("correct horse\n")
    phrase.chmod(0o600)
    environ = {"WATCHWORD_HOME": environ["WATCHWORD_HOME"], "WATCHWORD_PASSPHRASE_FILE": str(phrase)}
    opened(environ, told).put(NAME, CONTENT)
    assert opened(environ, told).get(NAME) == CONTENT
    assert not (Path(environ["WATCHWORD_HOME"]) / "store.key").exists()
    phrase.write_text("another")
    assert opened(environ, told).get(NAME) is None
    for wrong in ("", " \n"):
        phrase.write_text(wrong)
        with pytest.raises(Stop, match="holds no passphrase"):
            opened(environ, told).get(NAME)


@pytest.mark.parametrize("name", ["", "A", "../x", "a/b", ".a", "a" * 101])
def test_names(environ: dict[str, str], told: Told, name: str) -> None:
    with pytest.raises(ValueError, match="is not the name"):
        opened(environ, told).get(name)


def test_what_it_is_said_to_be(environ: dict[str, str], told: Told) -> None:
    described = opened(environ, told).describe()
    assert (described.kind, described.why) == ("file", "WATCHWORD_STORE says so")
    assert environ["WATCHWORD_HOME"] in described.where
    with pytest.raises(Stop) as stopped:
        opened(environ | {"WATCHWORD_STORE": "cloud"}, told)
    assert stopped.value.exit_code == Exit.USAGE


def test_a_directory_that_cannot_be_made(tmp_path: Path, told: Told) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Stop, match="WATCHWORD_HOME"):
        opened({"WATCHWORD_HOME": str(tmp_path / "file" / "x"), "WATCHWORD_STORE": "file"}, told).put(NAME, CONTENT)


def test_processes_that_come_first_together_agree_on_a_key(environ: dict[str, str], told: Told) -> None:
    put = "import os, sys; from watchword.cli.credentials import store; store.opened(os.environ).put(sys.argv[1], b'x')"
    names = [f"session.{number}" for number in range(6)]
    running = [subprocess.Popen([sys.executable, "-c", put, name], env=os.environ | environ) for name in names]
    assert [process.wait(60) for process in running] == [0] * len(names)
    kept = opened(environ, told)
    assert [kept.get(name) for name in names] == [b"x"] * len(names)
    assert told == []
