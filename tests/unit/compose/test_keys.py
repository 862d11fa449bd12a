"""The master key's file: its owner's alone, and never overwritten."""

from __future__ import annotations

import secrets
import stat
from pathlib import Path

import pytest

from watchword.compose.keys import CannotRun, make_directory, make_master_key, read_master_key, write_private
from watchword.crypto.sealing import WrongMasterKey


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_key_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"
    key = make_master_key(path, secrets.token_bytes)
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    assert make_master_key(path, secrets.token_bytes).id == read_master_key(path).id == key.id


@pytest.mark.parametrize("others", [0o640, 0o604, 0o620, 0o601, 0o777])
def test_a_key_that_others_may_touch_is_not_used(tmp_path: Path, others: int) -> None:
    path = tmp_path / "master.key"
    make_master_key(path, secrets.token_bytes)
    path.chmod(others)
    with pytest.raises(CannotRun, match=f"mode {others:04o}"):
        read_master_key(path)
    with pytest.raises(CannotRun, match="run `chmod 600"):
        make_master_key(path, secrets.token_bytes)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a" * 10_000, b"\n"])
def test_what_is_no_key_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(WrongMasterKey):
        make_master_key(path, secrets.token_bytes)
    assert path.read_bytes() == content


def test_a_missing_key(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="cannot be read: No such file or directory"):
        read_master_key(tmp_path / "master.key")


def test_a_private_file_replaces_one_that_others_could_read(tmp_path: Path) -> None:
    path = tmp_path / "profile"
    path.write_text("older and longer")
    path.chmod(0o644)
    write_private(path, "new")
    assert (path.read_text(), mode(path)) == ("new", 0o600)


def test_an_exclusive_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("there")
    with pytest.raises(CannotRun, match="cannot be written: File exists"):
        write_private(path, "new", exclusive=True)
    assert path.read_text() == "there"


def test_a_directory_where_there_can_be_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(CannotRun, match="cannot be made"):
            make_directory(place)
