"""What several commands ask for in the same words, and how they all fail: one clear line, exit code 1."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from os import environ
from pathlib import Path
from typing import Any

import click

from watchword.settings import Settings

data = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    envvar="WATCHWORD_DATA",
    help="Directory of the store, the master key and the first profile.",
)


def settings(directory: Path, **given: Any) -> Settings:
    """Join what the command line gave with what the environment sets; the command line goes first.

    Raises click.UsageError for a value that is not of its kind.
    """
    values: dict[str, Any] = {"data": directory}
    for setting in fields(Settings):
        name, variable = setting.name, setting.metadata.get("env")
        if given.get(name) is not None:
            values[name] = given[name]
        elif variable and variable in environ:
            values[name] = _read(environ[variable], setting.default, variable)
    return Settings(**values)


def _read(text: str, default: object, variable: str) -> object:
    if isinstance(default, int):
        if not text.isdecimal() or int(text) < 1:
            raise click.UsageError(f"`{variable}` is `{text}`; write a whole number from 1")
        return int(text)
    if isinstance(default, float):
        return _seconds(text, variable)
    return Path(text) if default is None else text


def _seconds(text: str, variable: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= threading.TIMEOUT_MAX:  # neither endless nor not a number
        raise click.UsageError(f"`{variable}` is `{text}`; write a number of seconds above 0")
    return seconds


@contextmanager
def one_line(*faults: type[Exception]) -> Iterator[None]:
    """Turn faults that an operator can mend into one line on standard error."""
    try:
        yield
    except faults as fault:
        raise click.ClickException(" ".join(str(fault).splitlines())) from fault
