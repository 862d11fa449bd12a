"""Rows in three forms; what a stranger chose is shown as what it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

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
