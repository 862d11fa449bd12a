"""On which line of a TOML text each value stands: `tomllib` reads strictly, but does not tell.

The text is valid already, so this only finds its way; it checks nothing.   Source: TOML 1.0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'[^']*'",
    re.DOTALL,
)
_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]+|[^\s,\]}#]+")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\", "e": "\x1b"}


def lines(text: str) -> Mapping[Path, int]:
    """Tell the line, 1-based, of each table, value and array element of a valid TOML text."""
    scan = _Scan(text)
    scan.document()
    return scan.found


@dataclass(slots=True)
class _Scan:
    text: str
    at: int = 0
    found: dict[Path, int] = field(default_factory=dict)
    counts: dict[Path, int] = field(default_factory=dict)
    """How many tables an array of tables has so far."""
    line: int = 1
    counted: int = 0
    """Up to where line ends were counted."""

    def document(self) -> None:
        table: Path = ()
        while self._more():
            if self.text.startswith("[[", self.at):
                table = self._header(2)
            elif self.text.startswith("[", self.at):
                table = self._header(1)
            else:
                self._pair(table)

    def _more(self) -> bool:
        """Go past blanks, line ends and comments; tell whether anything follows."""
        self._eat(_BLANK)
        return self.at < len(self.text)

    def _header(self, brackets: int) -> Path:
        self.at += brackets
        keys = self._keys()
        path: Path = ()
        for key in keys[:-1]:
            path = (*path, key)
            self.found.setdefault(path, self._here())
            path = self._last(path)
        path = (*path, keys[-1])
        if brackets == 2:  # noqa: PLR2004  `[[`: one more table of an array
            self.found.setdefault(path, self._here())
            self.counts[path] = self.counts.get(path, 0) + 1
            path = self._last(path)
        self.found.setdefault(path, self._here())
        self.at = self.text.index("]" * brackets, self.at) + brackets
        return path

    def _last(self, path: Path) -> Path:
        """What a header names within an array of tables is its latest table."""
        return (*path, self.counts[path] - 1) if path in self.counts else path

    def _pair(self, table: Path) -> None:
        here = self._here()
        path = table
        for key in self._keys():
            path = (*path, key)
            self.found.setdefault(path, here)
        self.at = self.text.index("=", self.at) + 1
        self._value(path)

    def _keys(self) -> list[str]:
        keys = []
        while True:
            self._eat(_BLANK)
            quoted = _STRING.match(self.text, self.at)
            keys.append(_unquoted(self._eat(_STRING)) if quoted else self._eat(_KEY))
            self._eat(_BLANK)
            if not self.text.startswith(".", self.at):
                return keys
            self.at += 1

    def _value(self, path: Path) -> None:
        self._eat(_BLANK)
        self.found.setdefault(path, self._here())
        match self.text[self.at]:
            case "[":
                self._series("]", path, tables=False)
            case "{":
                self._series("}", path, tables=True)
            case '"' | "'":
                self._eat(_STRING)
            case _:
                self._eat(_SCALAR)

    def _series(self, end: str, path: Path, *, tables: bool) -> None:
        self.at += 1
        count = 0
        while True:
            self._eat(_BLANK)
            if self.text[self.at] == end:
                self.at += 1
                return
            if self.text[self.at] == ",":
                self.at += 1
            elif tables:
                self._pair(path)
            else:
                self._value((*path, count))
                count += 1

    def _eat(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise AssertionError(f"lost at {self.at}")
        self.at = match.end()
        return match.group()

    def _here(self) -> int:
        self.line += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        return self.line


def _unquoted(key: str) -> str:
    if key.startswith("'"):
        return key[1:-1]
    return _ESCAPE.sub(
        lambda match: chr(int(match[1] or match[2], 16)) if match[1] or match[2] else _ESCAPED[match[3]], key[1:-1]
    )
