"""Patterns with `*` and `?`: each compiled once to the cheapest test that decides it.

A pattern is a list of pieces: literal texts, ANY_TEXT and ANY_ONE. So a text put in for a variable is never read as a
wildcard. No test backtracks: the texts between two stars are looked for once each, from left to right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Final, Literal


class Wild(Enum):
    """What a wildcard stands for."""

    TEXT = "*"
    ONE = "?"


ANY_TEXT: Final = Wild.TEXT
ANY_ONE: Final = Wild.ONE

Piece = str | Literal[Wild.TEXT, Wild.ONE]
Test = Callable[[str], bool]
_Find = Callable[[str, int, int], tuple[int, int]]
"""Look in text[start:end]; where the first find stands, (-1, -1) for nowhere."""

_WILDCARDS = re.compile(r"([*?])")
_MARKS: dict[str, Piece] = {"*": ANY_TEXT, "?": ANY_ONE}


def pieces_of(text: str) -> list[Piece]:
    """Split a text at its wildcards."""
    return [_MARKS.get(piece, piece) for piece in _WILDCARDS.split(text) if piece]


def has_wildcard(text: str) -> bool:
    """Tell whether a text holds `*` or `?`."""
    return "*" in text or "?" in text


def beginning(pattern: Iterable[Piece]) -> tuple[str, bool] | None:
    """Give the text of a pattern whose only wildcard, if any, is a star at its end, and whether there is one."""
    runs = _between_stars(pattern)
    if not _is_literal(runs[0]) or len(runs) > 2 or (len(runs) == 2 and runs[1]):  # noqa: PLR2004 - one star
        return None
    return "".join(map(str, runs[0])), len(runs) == 2  # noqa: PLR2004


def glob(pattern: str | Iterable[Piece]) -> Test:
    """Compile a pattern to a test of whole texts, case-sensitive."""
    runs = _between_stars(pieces_of(pattern) if isinstance(pattern, str) else pattern)
    if len(runs) == 1 and _is_literal(runs[0]):
        return "".join(map(str, runs[0])).__eq__
    if all(_is_literal(run) for run in runs) and len(runs) == 2:  # noqa: PLR2004 - one star between two texts
        return _one_star("".join(map(str, runs[0])), "".join(map(str, runs[1])))
    return _many_stars(runs)


def _between_stars(pieces: Iterable[Piece]) -> list[list[Piece]]:
    runs: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece is ANY_TEXT:
            if len(runs) == 1 or runs[-1]:  # a run of stars is one star
                runs.append([])
        elif piece:
            runs[-1].append(piece)
    return runs


def _is_literal(run: list[Piece]) -> bool:
    return ANY_ONE not in run


def _one_star(head: str, tail: str) -> Test:
    if not head and not tail:
        return lambda _text: True
    if not tail:
        return lambda text: text.startswith(head)
    if not head:
        return lambda text: text.endswith(tail)
    least = len(head) + len(tail)
    return lambda text: len(text) >= least and text.startswith(head) and text.endswith(tail)


def _many_stars(runs: list[list[Piece]]) -> Test:
    """The first run starts the text, the last ends it, the others follow in order: the leftmost find is enough."""
    first, last = _exactly(runs[0]), _exactly(runs[-1])
    if len(runs) == 1:
        return lambda text: first[1](text, 0) and len(text) == first[0]
    middles = [_finder(run) for run in runs[1:-1] if run]
    least = sum(_length(run) for run in runs)

    def test(text: str) -> bool:
        end = len(text) - last[0]
        if len(text) < least or not first[1](text, 0) or not last[1](text, end):
            return False
        start = first[0]
        for find in middles:
            found, start = find(text, start, end)
            if found < 0:
                return False
        return True

    return test


def _length(run: list[Piece]) -> int:
    return sum(1 if piece is ANY_ONE else len(str(piece)) for piece in run)


def _exactly(run: list[Piece]) -> tuple[int, Callable[[str, int], bool]]:
    """Give a run's length, and a test whether it stands at an offset."""
    if _is_literal(run):
        literal = "".join(map(str, run))
        return len(literal), lambda text, at: text.startswith(literal, at)
    pattern = _fixed(run)
    return _length(run), lambda text, at: pattern.match(text, at) is not None


def _finder(run: list[Piece]) -> _Find:
    if _is_literal(run):
        literal = "".join(map(str, run))
        size = len(literal)

        def find(text: str, start: int, end: int) -> tuple[int, int]:
            at = text.find(literal, start, end)
            return at, at + size

        return find
    pattern = _fixed(run)

    def search(text: str, start: int, end: int) -> tuple[int, int]:
        found = pattern.search(text, start, end)
        return found.span() if found else (-1, -1)

    return search


def _fixed(run: list[Piece]) -> re.Pattern[str]:
    """A pattern of fixed length: literals and single characters only, so it cannot backtrack."""
    return re.compile("".join("." if piece is ANY_ONE else re.escape(str(piece)) for piece in run), re.DOTALL)
