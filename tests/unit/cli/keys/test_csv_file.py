"""The CSV of a key, in each form that AWS ever gave out."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from watchword.cli.exits import Stop
from watchword.cli.keys.csv_file import Line, NewCsv, read
from watchword.domain.secret import Secret

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


@pytest.mark.parametrize(
    ("text", "user"),
    [
        (f"\ufeffAccess key ID,Secret access key\r\nAKIA1,{SECRET}\r\n", ""),
        (f"Access key ID,Secret access key\nAKIA1,{SECRET}", ""),
        (
            f"User name,Password,Access key ID,Secret access key,Console login link\nann,,AKIA1,{SECRET},https://x\n",
            "ann",
        ),
        (f'"USER NAME","ACCESS KEY ID","SECRET ACCESS KEY"\n"ann"," AKIA1 ","{SECRET}"\n\n', "ann"),
        (f"Access key ID,Secret access key,User name\nAKIA1,{SECRET},ann\n", "ann"),
    ],
)
def test_reading(tmp_path: Path, text: str, user: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text, newline="")
    assert read(path) == [Line("AKIA1", Secret(SECRET), user)]


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", f"Access key ID,x\nAKIA1,{SECRET}\n".encode()]
)
def test_what_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(Stop, match="is not a CSV of access keys") as refused:
        read(path)
    assert SECRET not in refused.value.message


def test_a_line_without_a_key(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"Access key ID,Secret access key\n{SECRET}\n")
    with pytest.raises(Stop, match="line 2") as refused:
        read(path)
    assert SECRET not in refused.value.message
    with pytest.raises(Stop, match="cannot be read"):
        read(tmp_path / "none.csv")


def test_writing(tmp_path: Path) -> None:
    new = NewCsv(tmp_path / "x.csv")
    new.reserve()
    assert stat.S_IMODE(new.path.stat().st_mode) == 0o600
    with pytest.raises(Stop, match="exists already"):
        new.reserve()
    line = Line("AKIA1", Secret(SECRET), "ann")
    new.write(line)
    assert new.path.read_bytes() == f"Access key ID,Secret access key,User name\r\nAKIA1,{SECRET},ann\r\n".encode()
    assert read(new.path) == [line]
    new.release()
    assert not new.path.exists()
