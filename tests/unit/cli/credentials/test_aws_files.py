"""Changing AWS's shared files: whole or not at all, and by their owner alone."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from watchword.cli.credentials import aws_files
from watchword.cli.credentials.aws_files import Files, Place
from watchword.cli.exits import Stop

TEXT = "# mine\n[work]\naws_access_key_id = AKIA1\naws_secret_access_key = one\n"
NEW = {"aws_access_key_id": "AKIA2", "aws_secret_access_key": "two"}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "credentials"
    file.write_text(TEXT)
    file.chmod(0o600)
    return file


def test_where_they_are() -> None:
    found = aws_files.files({})
    assert found == Files(Path.home() / ".aws/credentials", Path.home() / ".aws/config")
    found = aws_files.files({"AWS_SHARED_CREDENTIALS_FILE": "~/c", "AWS_CONFIG_FILE": "/etc/x"})
    assert found == Files(Path.home() / "c", Path("/etc/x"))
    assert aws_files.files({"AWS_CONFIG_FILE": "/x"}, Path("/data/p")) == Files(Path("/data/p"), Path("/data/p"))


def test_a_change(path: Path) -> None:
    assert aws_files.write(Place(path, "work"), NEW) is None
    assert path.read_text() == TEXT.replace("AKIA1", "AKIA2").replace("one", "two")
    assert mode(path) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_what_a_killed_process_left_is_taken_away(path: Path) -> None:
    (path.parent / ".credentials.new").write_text("half")
    aws_files.write(Place(path, "work"), NEW)
    assert list(path.parent.iterdir()) == [path]


def test_others_may_no_longer_read_a_file_with_a_secret(path: Path) -> None:
    path.chmod(0o644)
    note = aws_files.write(Place(path, "work"), NEW)
    assert note is not None
    assert "0644" in note
    assert mode(path) == 0o600
    path.chmod(0o644)
    assert aws_files.write(Place(path, "work"), {"region": "x"}) is None
    assert mode(path) == 0o644


def test_a_new_file_and_its_directory(tmp_path: Path) -> None:
    path = tmp_path / ".aws" / "credentials"
    aws_files.write(Place(path, "work"), NEW)
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)


def test_a_link_stays_one(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(path)
    aws_files.write(Place(link, "work"), NEW)
    assert link.is_symlink()
    assert "AKIA2" in path.read_text()


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    for path in (tmp_path, Path("/dev/null")):
        with pytest.raises(Stop, match=r"not a file|cannot be read"):
            aws_files.write(Place(path, "work"), NEW)
    assert not Path("/dev/null").is_file()


def test_bytes_that_are_no_text_stay(path: Path) -> None:
    path.write_bytes(b"# \xff\xfe\r\n[work]\r\nx = 1\r\n")
    aws_files.write(Place(path, "work"), {"y": "2"})
    assert path.read_bytes() == b"# \xff\xfe\r\n[work]\r\nx = 1\r\ny = 2\r\n"


def test_a_value_is_one_line(path: Path) -> None:
    with pytest.raises(Stop, match="one line") as refused:
        aws_files.write(Place(path, "work"), {"aws_secret_access_key": "a\nb = hidden"})
    assert "hidden" not in refused.value.message
    assert path.read_text() == TEXT


def test_what_another_wrote_meanwhile_stays(path: Path) -> None:
    """The other program writes after we read: we read again."""
    others = iter(["\n[other]\nx = 1\n"])

    def at(point: str) -> None:
        if point.startswith("write "):
            path.write_text(path.read_text() + next(others, ""))

    aws_files.write(Place(path, "work"), NEW, at=at)
    assert set(aws_files.read(path)) == {"work", "other"}
    assert Place(path, "work").values() == NEW


def test_one_that_never_rests_is_told(path: Path) -> None:
    def at(_point: str) -> None:
        path.write_text(path.read_text() + "#\n")

    with pytest.raises(Stop, match="another program"):
        aws_files.write(Place(path, "work"), NEW, at=at)


def test_two_writers_lose_nothing(path: Path) -> None:
    def write(name: str) -> None:
        for count in range(20):
            aws_files.write(Place(path, name), {"x": str(count)})

    writers = [threading.Thread(target=write, args=(name,)) for name in ("a", "b", "c")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert {name: aws_files.read(path)[name] for name in "abc"} == {name: {"x": "19"} for name in "abc"}


def test_a_file_that_cannot_be_used_is_told_without_its_lines(path: Path) -> None:
    path.write_text("secret-in-a-wrong-place\n" + TEXT)
    with pytest.raises(Stop, match="mend it") as refused:
        aws_files.read(path)
    assert "secret-in" not in refused.value.message
    assert str(path) in refused.value.message


def test_where_the_key_of_a_profile_stands(tmp_path: Path) -> None:
    where = Files(tmp_path / "credentials", tmp_path / "config")
    where.config.write_text("[profile a]\naws_access_key_id = AKIAA\n[profile b]\nregion = x\n[default]\n")
    where.credentials.write_text("[b]\naws_access_key_id = AKIAB\n[c]\naws_access_key_id = AKIAA\n")
    assert aws_files.key_place(where, "a") == Place(where.config, "profile a")
    assert aws_files.key_place(where, "b") == Place(where.credentials, "b")
    assert aws_files.key_place(where, "new") == Place(where.credentials, "new")
    assert aws_files.holders(where) == {"AKIAA": ["c", "a"], "AKIAB": ["b"]}


def test_one_file_may_be_both(tmp_path: Path) -> None:
    both = tmp_path / "aws-profile"
    both.write_text("[profile watchword]\nregion = us-east-1\n\n[watchword]\naws_access_key_id = AKIA1\n")
    where = Files(both, both)
    assert aws_files.config_place(where, "watchword").values() == {"region": "us-east-1"}
    assert aws_files.key_place(where, "watchword").section == "watchword"
    assert aws_files.holders(where) == {"AKIA1": ["watchword"]}
