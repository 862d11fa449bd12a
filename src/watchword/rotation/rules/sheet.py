"""A TOML document that is read value by value: one that is not of its type, or that nobody takes, is a problem."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from watchword.rotation.rules.lines import Path
from watchword.rotation.rules.problems import Problem
from watchword.rotation.terms import DAY

Choice = TypeVar("Choice", bound=StrEnum)
Check = Callable[[str], str]
"""Says what is wrong with a text; empty where nothing is."""
LONGEST = 3650
"""Days that any length may have."""


@dataclass(slots=True)
class Sheet:
    """The document's name, where its values stand, and what is wrong with them."""

    source: str
    lines: Mapping[Path, int]
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """Tell on which line a value stands; that of what holds it, if it is not there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)

    def wrong(self, path: Path, words: str) -> None:
        """Put down a problem."""
        self.problems.append(Problem(self.source, self.line(path), words))


def right(_text: str) -> str:
    """Find nothing wrong with any text."""
    return ""


@dataclass(slots=True)
class Section:
    """One table of the document."""

    sheet: Sheet
    path: Path
    values: dict[str, Any]
    taken: set[str] = field(default_factory=set)

    @property
    def source(self) -> str:
        """Where it stands: `rules.toml:31`."""
        return f"{self.sheet.source}:{self.sheet.line(self.path)}"

    def has(self, key: str) -> bool:
        return key in self.values

    def wrong(self, key: str, words: str) -> None:
        """Put down what is wrong with a value, or with one that is missing."""
        self.sheet.wrong((*self.path, key), f"`{self._named(key)}` {words}")

    def text(self, key: str, default: str = "", check: Check = right) -> str:
        return self._checked(key, self._take(key, str, "a text"), check) or default

    def texts(self, key: str, default: tuple[str, ...] = (), check: Check = right) -> tuple[str, ...]:
        """Take a list of texts; one text stands for a list of one."""
        value = self._take(key, list | str, "a list of texts")
        if value is None:
            return default
        items = [value] if isinstance(value, str) else value
        for index, item in enumerate(items):
            words = check(item) if isinstance(item, str) else "must be a list of texts"
            if words:
                self.sheet.wrong((*self.path, key, index), f"`{self._named(key)}` {words}")
        return tuple(item for item in items if isinstance(item, str))

    def pairs(self, key: str) -> Mapping[str, str]:
        """Take a table of texts."""
        value = self._take(key, dict, "a table of texts") or {}
        for name, item in value.items():
            if not isinstance(item, str):
                self.sheet.wrong((*self.path, key, name), f"`{self._named(key)}.{name}` must be a text")
        return {name: item for name, item in value.items() if isinstance(item, str)}

    def truth(self, key: str) -> bool | None:
        value: bool | None = self._take(key, bool, "true or false")
        return value

    def number(self, key: str, default: float, least: float, most: float) -> float:
        """Take a number from `least` to `most`."""
        value = self._take(key, int | float, "a number")
        if value is None or not least <= value <= most:
            if value is not None:
                self.wrong(key, f"must be from {least:g} to {most:g}, and is {value:g}")
            return default
        return float(value)

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        """Take a whole number from `least` to `most`."""
        if isinstance(self.values.get(key), float):
            self.taken.add(key)
            self.wrong(key, "must be a whole number")
            return default
        return int(self.number(key, default, least, most))

    def days(self, key: str, *, least: int = 1) -> float | None:
        """Take a length in whole days, as seconds; None where it is not given or is wrong."""
        value = self.whole(key, -1, least, LONGEST)
        return value * DAY if value >= 0 else None

    def choice(self, key: str, of: type[Choice]) -> Choice | None:
        """Take one of a few words."""
        value = self._take(key, str, "a text")
        if value is None or value in set(of):
            return of(value) if value is not None else None
        self.wrong(key, f"must be one of {', '.join(f'`{one}`' for one in of)}, and is `{value}`")
        return None

    def raw(self, key: str) -> Any:
        """Take a value of whatever type."""
        self.taken.add(key)
        return self.values.get(key)

    def section(self, key: str) -> Section:
        """Take a table; an empty one where it is not given."""
        return Section(self.sheet, (*self.path, key), self._take(key, dict, "a table") or {})

    def sections(self, key: str) -> Iterator[Section]:
        """Take an array of tables."""
        for index, item in enumerate(self._take(key, list, f"tables, each under `[[{key}]]`") or []):
            path = (*self.path, key, index)
            if isinstance(item, dict):
                yield Section(self.sheet, path, item)
            else:
                self.sheet.wrong(path, f"`{self._named(key)}` must be tables, each under `[[{key}]]`")

    def end(self) -> None:
        """Put down what nobody took: a setting that does nothing is a mistake somewhere."""
        for key in self.values:
            if key not in self.taken:
                near = difflib.get_close_matches(key, self.taken, 1)
                self.wrong(key, f"is no setting{f'; `{self._named(near[0])}` is' if near else ''}")

    def _take(self, key: str, kind: Any, words: str) -> Any:
        self.taken.add(key)
        value = self.values.get(key)
        if value is None or (isinstance(value, kind) and (kind is bool or not isinstance(value, bool))):
            return value
        self.wrong(key, f"must be {words}")
        return None

    def _checked(self, key: str, value: str | None, check: Check) -> str | None:
        words = check(value) if value else ""
        if words:
            self.wrong(key, words)
            return None
        return value

    def _named(self, key: str) -> str:
        return ".".join(str(part) for part in (*self.path, key) if isinstance(part, str))
