r"""Patterns of the service models, written for Java, as Python's `re` reads them. The whole text must match.

Differences that matter: Java's `\w`, `\d` and `\s` are ASCII; `.` stops at more line ends; `\p{L}` names a
Unicode category; a pair of surrogates is one character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from itertools import groupby
from sys import maxunicode

_DOT = "[^\n\r\x85\u2028\u2029]"
_ASCII = {"w": "_A-Za-z0-9", "d": "0-9", "s": r" \t-\r"}
"""Each ends in a range, so that a hyphen after it stays a hyphen."""

SEPARATORS = " \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""Unicode category Z."""

_TOKEN = re.compile(
    r"\\p\{(?P<category>[A-Z][a-z]?)\}|\\(?P<escape>u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|.)|(?P<other>.)", re.DOTALL
)
_SURROGATES = re.compile(r"\\u([Dd][89ABab][0-9A-Fa-f]{2})\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})")
_ASTRAL = (r"\u10000-\u10FFFF", r"\U00010000-\U0010FFFF")
"""STS's models write five digits after `\\u`, which no language reads as meant: all characters past the first plane."""


@cache
def matcher(pattern: str) -> Callable[[str], object]:
    """Compile a model's pattern to a test of whole texts: None means no match.

    Raises ValueError for a construct that has no translation.
    """
    return re.compile(translated(pattern)).fullmatch


def translated(pattern: str) -> str:
    """Write a Java pattern for Python.

    Raises ValueError.
    """
    pattern = _SURROGATES.sub(_joined, pattern.replace(*_ASTRAL))
    tokens = _TOKEN.finditer(pattern)
    written: list[str] = []
    for token in tokens:
        other, escape = token["other"], token["escape"]
        if other == "[":
            written.append(_translated_class(tokens))
        elif token["category"]:
            written.append(f"[{_categories(frozenset({token['category']}))}]")
        elif escape:
            written.append(_outside(escape))
        else:
            written.append(_DOT if other == "." and not pattern.startswith("(?s)") else other)
    return "".join(written)


def _joined(pair: re.Match[str]) -> str:
    high, low = int(pair[1], 16), int(pair[2], 16)
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"


def _outside(escape: str) -> str:
    if escape.lower() in _ASCII:
        return f"[{'^' if escape.isupper() else ''}{_ASCII[escape.lower()]}]"
    return f"\\{escape}"


def _translated_class(tokens: Iterator[re.Match[str]]) -> str:
    """Translate a character class, from after its opening bracket."""
    written, categories, start = ["["], set[str](), True
    for token in tokens:
        other, escape = token["other"], token["escape"]
        if other == "]" and not start:
            return f"{''.join(written)}{_categories(frozenset(categories), word='_' in written)}]"
        if other == "^" and start:
            written.append("^")
            continue
        start = False
        if token["category"]:
            categories.add(token["category"])
        elif escape:
            written.append(_inside(escape))
        elif other == "[" or (other == "&" and written[-1] == "&"):  # Java's unions and intersections
            raise ValueError("a class within a class has no translation")
        else:
            written.append(other)
    raise ValueError("a character class does not end")


def _inside(escape: str) -> str:
    if escape in _ASCII:
        return _ASCII[escape]
    if escape == "S":
        return r"\x00-\x08\x0e-\x1f!-" + "\U0010ffff"
    return f"\\{escape}"


def _categories(names: frozenset[str], *, word: bool = False) -> str:
    """Write the inside of a class for Unicode's major categories; `word` says that the class has an underscore."""
    written, rest = "", names
    if names >= {"L", "N"} and (word or "P" in names):  # Python's \w is L, N and the underscore, which is in P
        written, rest = r"\w", names - {"L", "N"}
    return written + "".join(SEPARATORS if name == "Z" else _ranges()[name] for name in sorted(rest))


@cache
def _ranges() -> dict[str, str]:
    """Gather every major category's characters as ranges. A tenth of a second, once, when a pattern first asks."""
    found: dict[str, list[str]] = {}
    points = range(maxunicode + 1)
    for letter, run in groupby(points, key=lambda point: unicodedata.category(chr(point))[0]):
        found.setdefault(letter, []).append(_span(run))
    return {letter: "".join(runs) for letter, runs in found.items()}


def _span(run: Iterator[int]) -> str:
    first = next(run)
    return f"\\U{first:08x}-\\U{max(run, default=first):08x}"
