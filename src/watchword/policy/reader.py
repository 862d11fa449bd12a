"""Policy text to plain values, strictly: no repeated key, no NaN, no lone surrogate, no depth that breaks the stack.

Numbers stay as they were written. Positions are looked up afterwards, only when something is wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Never

from watchword.policy.malformed import Path

MAX_CHARACTERS = 262_144
"""Twice what the iam model takes (policyDocumentType): the longest of AWS's own policies is longer than that."""
MAX_DEPTH = 32
"""The grammar needs seven levels; more is refused before any recursive code sees it."""

_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)


class Number(str):
    """A JSON number as the text it was written in: conditions compare that text."""

    __slots__ = ()


class UnreadableError(ValueError):
    """The text is no JSON, or not JSON that can be trusted; `offset` is where."""

    def __init__(self, offset: int, *, repeated: bool = False) -> None:
        super().__init__(offset)
        self.offset = offset
        self.repeated = repeated


class _RepeatedKeyError(ValueError):
    pass


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RepeatedKeyError
    return found


def _no_constant(name: str) -> Never:
    raise ValueError(name)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=Number, parse_float=Number, parse_constant=_no_constant
)


def read(text: str) -> object:
    """Give the value that a policy text holds.

    Raises UnreadableError.
    """
    if len(text) > MAX_CHARACTERS:
        raise UnreadableError(MAX_CHARACTERS)
    _refuse_depth(text)
    try:
        value = _DECODER.decode(text)
    except _RepeatedKeyError:
        raise UnreadableError(Positions(text).repeated, repeated=True) from None
    except json.JSONDecodeError as error:
        raise UnreadableError(error.pos) from None
    except (ValueError, RecursionError):
        raise UnreadableError(0) from None
    if _ESCAPED_SURROGATE.search(text):
        _refuse_surrogates(value)
    return value


def _refuse_depth(text: str) -> None:
    """Cheap first: only a text with that many brackets is scanned."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise UnreadableError(token.start())
        elif mark in "]}":
            depth -= 1


def _refuse_surrogates(value: object) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise UnreadableError(0) from None


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Turn an offset into a line and a column, both from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def end_of(text: str, offset: int) -> int:
    """Give the offset just past the value that starts at `offset` of a well-formed text."""
    end: int = _DECODER.raw_decode(text, offset)[1]
    return end


class Positions:
    """Where each key and value of a well-formed text stands, by its path."""

    def __init__(self, text: str) -> None:
        self.values: dict[Path, int] = {}
        self.repeated = 0
        """The offset of the first repeated key."""
        self._scan(text)

    def of(self, path: Path) -> int:
        """Give the offset of the value at `path`, or of the nearest thing around it."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, 0)

    def _scan(self, text: str) -> None:
        stack: list[tuple[Path, Iterator[int] | None]] = []
        path: Path = ()
        awaits_key = False
        for token in _TOKEN.finditer(text):
            mark = token[0]
            if mark == ":":
                continue
            if mark in {"}", "]"}:
                stack.pop()
                awaits_key = False
            elif mark == ",":
                around, counter = stack[-1]
                awaits_key = counter is None
                path = around if counter is None else (*around, next(counter))
            elif awaits_key:
                path = (*stack[-1][0], json.loads(mark))
                if path in self.values:
                    self.repeated = self.repeated or token.start()
                self.values[path] = token.start()
                awaits_key = False
            else:
                self.values[path] = token.start()
                awaits_key, path = self._enter(mark, path, stack, awaits_key=awaits_key)

    @staticmethod
    def _enter(
        mark: str, path: Path, stack: list[tuple[Path, Iterator[int] | None]], *, awaits_key: bool
    ) -> tuple[bool, Path]:
        if mark == "{":
            stack.append((path, None))
            return True, path
        if mark == "[":
            counter = iter(range(1, MAX_CHARACTERS))
            stack.append((path, counter))
            return False, (*path, 0)
        return awaits_key, path
