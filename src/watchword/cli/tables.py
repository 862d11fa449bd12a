"""One way to tell rows: a table for people, CSV and JSON for machines. Rows are data and go to standard output."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import click

if TYPE_CHECKING:
    from rich.text import Text

Row = TypeVar("Row")
Value = str | int | bool | datetime | Sequence[Any] | None

FORMS = ("table", "csv", "json")
UNBOUND = 10_000
"""Columns of a terminal that is none: a file takes lines of any length."""

output = click.option(
    "--output", "form", type=click.Choice(FORMS), default="table", show_default=True, help="How to print the rows."
)


@dataclass(frozen=True, slots=True)
class Sheet(Generic[Row]):
    """How rows of one kind are told."""

    names: tuple[str, ...]
    """What each row has, in this order: the header of the CSV and the members of the JSON."""
    record: Callable[[Row], Mapping[str, Value]]
    columns: Mapping[str, Callable[[Row], str]]
    """Headings of the table, and what stands under them; a column in which nothing stands is left out."""


def sheet_of(kind: type[Row], columns: Mapping[str, Callable[[Row], str]]) -> Sheet[Row]:
    """Tell rows of a dataclass by its fields."""
    names = tuple(member.name for member in fields(kind))  # type: ignore[arg-type]  # no TypeVar asks for a dataclass
    return Sheet(names, lambda row: {name: getattr(row, name) for name in names}, columns)


def write(form: str, sheet: Sheet[Row], rows: Iterable[Row]) -> None:
    """Print rows. CSV and JSON are printed as they come; a table has to know its widest rows first."""
    _WRITERS[form](sheet, rows)


def shown(text: str) -> Text:
    """Show what a stranger may have chosen as what it is: no markup, and no command to the terminal."""
    from rich.text import Text  # noqa: PLC0415 - a twentieth of a second, for tables alone

    return Text("".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text))


Follow = Callable[[str, Iterable[Any], int | None], Iterable[Any]]
"""Goes through items, so many as told, and may show how far it is."""


def follow(form: str) -> Follow:
    """Show how far it is on a terminal's standard error, but where rows would run into that."""
    bar = sys.stderr.isatty() and (form == "table" or not sys.stdout.isatty())
    return _with_bar if bar else lambda _doing, items, _total: items


def _with_bar(doing: str, items: Iterable[Any], total: int | None) -> Iterable[Any]:
    from rich.console import Console  # noqa: PLC0415 - likewise
    from rich.progress import track  # noqa: PLC0415 - likewise

    return track(items, doing, total=total, console=Console(stderr=True), transient=True)


def _table(sheet: Sheet[Any], rows: Iterable[Any]) -> None:
    from rich.console import Console  # noqa: PLC0415 - likewise
    from rich.table import Table  # noqa: PLC0415 - likewise

    lines = [[tell(row) for tell in sheet.columns.values()] for row in rows]
    table = Table(box=None, pad_edge=False, header_style="bold")
    kept = [place for place in range(len(sheet.columns)) if not lines or any(line[place] for line in lines)]
    for place, heading in enumerate(sheet.columns):
        if place in kept:  # what is one word stays one: an identifier has to be copied
            table.add_column(heading, no_wrap=not any(" " in line[place] for line in lines))
    for line in lines:
        table.add_row(*(shown(line[place]) for place in kept))
    Console(width=None if sys.stdout.isatty() else UNBOUND).print(table)


def _csv(sheet: Sheet[Any], rows: Iterable[Any]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(sheet.names)
    for row in rows:
        record = sheet.record(row)
        writer.writerow([_cell(record[name]) for name in sheet.names])


def _cell(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)


def _json(sheet: Sheet[Any], rows: Iterable[Any]) -> None:
    """Print one array, a row on each line."""
    before = "[\n"
    for row in rows:
        sys.stdout.write(before + encoded(sheet.record(row)))
        before = ",\n"
    sys.stdout.write("[]\n" if before == "[\n" else "\n]\n")


def encoded(record: Mapping[str, Value]) -> str:
    """Write one record as JSON, instants in UTC with `Z`."""
    import msgspec  # noqa: PLC0415 - likewise

    return msgspec.json.encode(record).decode()


_WRITERS = {"table": _table, "csv": _csv, "json": _json}
