"""One way to tell rows: a table for people, CSV and JSON for machines. Rows are data and go to standard output."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

Row = TypeVar("Row")
Value = str | int | bool | datetime | Sequence[Any] | None

FORMS = ("table", "csv", "json")
NARROW = 6
"""Columns of a terminal that a broken word is given at least."""
GAP = 2
"""Spaces between the columns of a table."""
UNBOUND = 10_000
"""Columns of a terminal that is none: a file takes lines of any length."""


def output(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the `form` in which rows are to be printed."""

    @click.option(
        "--output", "form", type=click.Choice(FORMS), default="table", show_default=True, help="How to print the rows."
    )
    @click.option("--json", "as_json", is_flag=True, help="Short for `--output json`.")
    @wraps(command)
    def printing(*given: Any, form: str, as_json: bool, **more: Any) -> None:
        command(*given, form="json" if as_json else form, **more)

    return printing


@dataclass(frozen=True, slots=True)
class Sheet(Generic[Row]):
    """How rows of one kind are told."""

    names: tuple[str, ...]
    """What each row has, in this order: the header of the CSV and the members of the JSON."""
    record: Callable[[Row], Mapping[str, Value]]
    columns: Mapping[str, Callable[[Row], str]]
    """Headings of the table, and what stands under them; a column in which nothing stands is left out."""
    foldable: tuple[str, ...] = ()
    """Columns whose words may be broken where the terminal is narrow; those of others are kept whole, to be copied."""


def sheet_of(
    kind: type[Row], columns: Mapping[str, Callable[[Row], str]], foldable: tuple[str, ...] = ()
) -> Sheet[Row]:
    """Tell rows of a dataclass by its fields."""
    names = tuple(member.name for member in fields(kind))  # type: ignore[arg-type]  # no TypeVar asks for a dataclass
    return Sheet(names, lambda row: {name: getattr(row, name) for name in names}, columns, foldable)


def write(form: str, sheet: Sheet[Row], rows: Iterable[Row]) -> None:
    """Print rows. CSV and JSON are printed as they come; a table has to know its widest rows first."""
    _WRITERS[form](sheet, rows)


def write_one(form: str, sheet: Sheet[Row], row: Row) -> None:
    """Print the one row there is: in JSON an object, and no array."""
    if form == "json":
        click.echo(encoded(sheet.record(row)))
    else:
        write(form, sheet, [row])


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
    from rich.progress import Progress  # noqa: PLC0415 - likewise

    # Rows are printed meanwhile: by itself, rich would send standard output where the bar is.
    with Progress(console=console(err=True), transient=True, redirect_stdout=False) as bar:
        yield from bar.track(items, total, description=doing)


def console(*, err: bool = False) -> Console:
    """Give what tables are drawn on: as wide as its terminal, and of any width where there is none."""
    from rich.console import Console  # noqa: PLC0415 - likewise

    width = None if (sys.stderr if err else sys.stdout).isatty() else UNBOUND
    plain = bool(os.environ.get("NO_COLOR"))  # which takes only the colours from rich, and leaves the bold type
    return Console(stderr=err, width=width, color_system=None if plain else "auto")


def _table(sheet: Sheet[Any], rows: Iterable[Any]) -> None:
    _print(console(), sheet, rows)


def preview(sheet: Sheet[Row], rows: Iterable[Row]) -> None:
    """Show rows that are talk, not data: a table on standard error."""
    _print(console(err=True), sheet, rows)


def _print(on: Console, sheet: Sheet[Any], rows: Iterable[Any]) -> None:
    table = drawn(sheet, rows, width=on.width)
    # A terminal goes on in the next line; rich by itself would cut identifiers, and leave whole columns out.
    on.width = max(on.width, _taken(table))
    on.print(table, crop=False)


def _taken(table: Table) -> int:
    return sum(column.width or 0 for column in table.columns) + GAP * (len(table.columns) - 1)


def drawn(sheet: Sheet[Row], rows: Iterable[Row], *, in_one_line: bool = False, width: int | None = None) -> Table:
    """Draw the table of rows; `in_one_line` cuts what there is no room for, instead of going on in the next line.

    With `width`, the columns that it has room for, no word is broken that need not be.
    """
    from rich.table import Table  # noqa: PLC0415 - likewise

    lines = [[tell(row) for tell in sheet.columns.values()] for row in rows]
    table = Table(box=None, pad_edge=False, header_style="bold")
    kept = [place for place in range(len(sheet.columns)) if not lines or any(line[place] for line in lines)]
    for place, heading in enumerate(sheet.columns):
        if place in kept:  # what is one word stays one: an identifier has to be copied
            folds = heading in sheet.foldable or any(" " in line[place] for line in lines)
            table.add_column(heading, no_wrap=not folds, overflow="fold")
    for line in lines:
        cells = [shown(line[place]) for place in kept]
        for cell in cells if in_one_line else ():
            cell.no_wrap, cell.overflow = True, "ellipsis"
        table.add_row(*cells)
    if width is not None:
        _share(table, width)
    return table


def _share(table: Table, width: int) -> None:
    """Give columns their widths: by itself, rich narrows them without a look at their longest words."""
    from rich.cells import cell_len  # noqa: PLC0415 - likewise

    headings = [str(column.header) for column in table.columns]
    cells = [[str(cell) for cell in column.cells] for column in table.columns]
    whole_lines = [max(map(cell_len, (heading, *under))) for heading, under in zip(headings, cells, strict=True)]
    widths = list(whole_lines)
    words, letters = [], []
    for column, heading, under in zip(table.columns, headings, cells, strict=True):
        whole = max(map(cell_len, under), default=1) if column.no_wrap else 1
        told = (heading,) if column.no_wrap else (heading, *under)
        words.append(max(whole, *(cell_len(word) for text in told for word in text.split(" "))))
        letters.append(words[-1] if column.no_wrap else min(words[-1], NARROW))
    room = width - GAP * (len(widths) - 1)
    for least in (words, letters):  # at spaces first; only then the longest words, where they are widest
        while sum(widths) > room and (wider := [place for place, most in enumerate(widths) if most > least[place]]):
            widths[max(wider, key=widths.__getitem__)] -= 1
    if sum(widths) > room:
        widths = whole_lines  # it has no room in any case: a row is one line, and the terminal breaks that
    for column, share in zip(table.columns, widths, strict=True):
        column.width, column.no_wrap = share, False  # what is one word fits, and its heading folds


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
