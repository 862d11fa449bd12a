"""Rows in three forms; what a stranger chose is shown as what it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from watchword.cli import tables

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    at: datetime | None
    is_on: bool
    tags: tuple[str, ...] = ()


SHEET = tables.sheet_of(Row, {"name": lambda row: row.name, "tags": lambda row: " ".join(row.tags)})
ROWS = [Row("ann", AT, is_on=True, tags=("a", "b")), Row('b,"o"b', None, is_on=False)]


def told(capsys: pytest.CaptureFixture[str], form: str, *rows: Row) -> str:
    tables.write(form, SHEET, iter(rows))
    return capsys.readouterr().out


def test_csv(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "csv", *ROWS) == (
        'name,at,is_on,tags\nann,2026-01-02T03:04:05Z,true,a; b\n"b,""o""b",,false,\n'
    )
    assert told(capsys, "csv") == "name,at,is_on,tags\n"


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, "json", *ROWS)
    assert json.loads(text)[0] == {"name": "ann", "at": "2026-01-02T03:04:05Z", "is_on": True, "tags": ["a", "b"]}
    assert len(text.splitlines()) == 4
    assert told(capsys, "json") == "[]\n"


def test_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "table", *ROWS).splitlines() == ["name    tags", "ann     a b ", 'b,"o"b      ']
    assert told(capsys, "table") == "name  tags\n"
    assert told(capsys, "table", ROWS[1]) == 'name  \nb,"o"b\n'


def test_strangers(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, "table", Row("[red]\x1b[2Jx[/red]", None, is_on=True))
    assert "[red]\N{REPLACEMENT CHARACTER}[2Jx[/red]" in text
    assert "\x1b" not in text
    assert len(told(capsys, "table", Row("x" * 500, None, is_on=True)).splitlines()) == 2


FOLDING = tables.sheet_of(Row, {"name": lambda row: row.name, "tags": lambda row: "".join(row.tags)}, ("tags",))
LONG = Row("ASIA0123456789012345", None, is_on=True, tags=("x" * 30,))


def test_what_is_to_be_copied_stays_whole_where_it_is_narrow() -> None:
    lines = drawn(32)
    assert lines[1:] == [f"{LONG.name}  {'x' * 10}"] + [f"{' ' * 22}{'x' * 10}"] * 2


def test_one_line_each() -> None:
    assert drawn(32, in_one_line=True)[1:] == [f"{LONG.name}  {'x' * 9}…"]


CALLS = tables.sheet_of(
    Row, {"name": lambda row: row.name, "result": lambda _: "would be ended", "last call": lambda row: row.tags[0]}
)
CALL = Row("ASIA0123456789012345", None, is_on=True, tags=("just now iam:ListUsers",))


def test_lines_are_broken_at_spaces_while_every_word_has_room() -> None:
    for width in range(45, 60):
        assert all("iam:ListUsers" in line or "iam:" not in line for line in sheet_drawn(CALLS, CALL, width))
    assert sheet_drawn(CALLS, CALL, 45)[1:] == [
        f"{CALL.name}  would be  just now",
        f"{' ' * 22}ended     iam:ListUsers",
    ]


def test_a_word_is_broken_where_it_has_no_room_and_other_words_are_not() -> None:
    lines = sheet_drawn(CALLS, CALL, 40)
    assert [line[22:] for line in lines] == [
        "result  last call",
        "would   just now",
        "be      iam:ListUs",
        "ended   ers",
    ]
    assert all(len(line) <= 40 for line in lines)


def test_a_heading_folds_before_a_word_is_broken() -> None:
    sheet = tables.sheet_of(Row, {"the name": lambda _: "ann", "last call": lambda row: row.tags[0]})
    lines = sheet_drawn(sheet, CALL, 19)
    assert lines == ["the", "name  last call", "ann   just now", "      iam:ListUsers"]


def test_what_has_no_room_at_all_goes_on_in_the_terminals_next_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tables, "console", lambda **_: Console(width=30))
    tables.write("table", CALLS, [CALL])
    assert capsys.readouterr().out.splitlines()[1] == f"{CALL.name}  would be ended  just now iam:ListUsers"


def test_what_has_room_is_in_one_line() -> None:
    assert len(sheet_drawn(CALLS, CALL, 80)) == 2


def drawn(width: int, **more: bool) -> list[str]:
    return sheet_drawn(FOLDING, LONG, width, **more)


def sheet_drawn(sheet: tables.Sheet[Row], row: Row, width: int, **more: bool) -> list[str]:
    console = Console(file=StringIO(), width=width)
    console.print(tables.drawn(sheet, [row], width=width, **more))
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return [line.rstrip() for line in text.splitlines()]


def test_one_row(capsys: pytest.CaptureFixture[str]) -> None:
    tables.write_one("json", SHEET, ROWS[1])
    assert json.loads(capsys.readouterr().out)["name"] == 'b,"o"b'
    tables.write_one("csv", SHEET, ROWS[1])
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_talk_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    tables.preview(SHEET, ROWS)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines()[0] == "name    tags"
