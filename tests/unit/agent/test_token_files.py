"""Tokens of workloads: whose they are, and files that hold none."""

from __future__ import annotations

from pathlib import Path

import pytest

from watchword.agent import token_files
from watchword.agent.token_files import UnusableToken, ends_with_line, holder, read

ANN, BEN = "ann-0123456789abcdef", "ben-0123456789abcdef"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    found = {name: tmp_path / name for name in ("ann", "ben")}
    found["ann"].write_text(ANN)
    found["ben"].write_text(BEN)
    return found


def test_whose_it_is(files: dict[str, Path]) -> None:
    assert holder(ANN, files) == "ann"
    assert holder(BEN, files) == "ben"


@pytest.mark.parametrize(
    "token", ["", " ", ANN[:-1], f"{ANN}x", ANN.upper(), f"Bearer {ANN}", f"{ANN} {BEN}", "é" * 20]
)
def test_nobodys(files: dict[str, Path], token: str) -> None:
    assert holder(token, files) is None


def test_a_rotated_one_counts_at_once(files: dict[str, Path]) -> None:
    files["ann"].write_text("new-0123456789abcdef")
    assert holder(ANN, files) is None
    assert holder("new-0123456789abcdef", files) == "ann"


def test_a_shared_one_is_nobodys(files: dict[str, Path]) -> None:
    files["ben"].write_text(ANN)
    assert holder(ANN, files) is None


def test_a_file_that_is_gone_knows_nobody_and_stands_in_nobodys_way(files: dict[str, Path]) -> None:
    files["ann"].unlink()
    assert holder(ANN, files) is None
    assert holder(BEN, files) == "ben"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"short",
        b"0123456789abcde",
        b"\xff" * 20,
        b"0123456789\n0123456789",
        b"0123456789\x000123456789",
        b"x" * 65_537,
    ],
)
def test_no_token(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)
    with pytest.raises(UnusableToken, match="holds no token"):
        read(file)


def test_not_to_be_read(tmp_path: Path) -> None:
    with pytest.raises(UnusableToken, match=r"cannot read .*: No such file"):
        read(tmp_path / "token")
    with pytest.raises(UnusableToken, match=r"cannot read .*: Is a directory"):
        read(tmp_path)


def test_a_line_end_is_seen(files: dict[str, Path]) -> None:
    assert not ends_with_line(files["ann"])
    files["ann"].write_text(f"{ANN}\n")
    assert ends_with_line(files["ann"])
    assert holder(ANN, files) == "ann"


def test_a_new_one_is_its_owners_and_has_no_line_end(tmp_path: Path) -> None:
    file = tmp_path / "token"
    token_files.make(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(read(file)) == 43
    assert not ends_with_line(file)
    with pytest.raises(FileExistsError):
        token_files.make(file)
