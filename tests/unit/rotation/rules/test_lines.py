"""The scanner against tomllib: every value of a text is found, on the line where it stands."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from watchword.rotation.rules.lines import lines

TEXT = '''# a comment with [brackets] and = signs
title = "a # no comment"   # one

[aws]
skip = [
  "1",  # first
  # between
  '2',
]
"quoted key" = """
two lines ""with"" quotes
and \\""" an escape"""
'literal' = \'\'\'
x = 1
\'\'\'
date = 2027-01-31 07:32:00Z # with a blank
a.b.c = 1

[[override]]
users = ["x"]
exempt = { until = 2027-01-31, reason = "} ]" }

[[override]]
[override.ages]
replace = 30

[owners.map]
"\\u00e4" = ["a@example.com", "b"]
'''


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from paths(item, (*path, key))


def test_every_value_is_found() -> None:
    found = lines(TEXT)
    assert set(paths(tomllib.loads(TEXT))) == set(found)


def test_lines_are_right() -> None:
    found = lines(TEXT)
    at = dict(enumerate(TEXT.splitlines(), 1))
    assert at[found["title",]].startswith("title")
    assert at[found["aws", "skip", 0]].strip().startswith('"1"')
    assert at[found["aws", "skip", 1]].strip().startswith("'2'")
    assert at[found["aws", "quoted key"]].startswith('"quoted key"')
    assert at[found["aws", "date"]].startswith("date")
    assert at[found["aws", "a", "b", "c"]].startswith("a.b.c")
    assert at[found["override", 0, "exempt", "until"]].startswith("exempt")
    assert at[found["override", 1, "ages", "replace"]] == "replace = 30"
    assert at[found["owners", "map", "ä"]].startswith('"\\u00e4"')
    assert at[found["owners", "map", "ä", 1]].startswith('"\\u00e4"')


def test_an_empty_text_has_none() -> None:
    assert lines("") == {}
    assert lines("# only a comment") == {}
