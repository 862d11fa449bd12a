"""Globs: every class of pattern, and patterns made to hurt."""

from __future__ import annotations

import pytest

from watchword.policy.match import ANY_ONE, ANY_TEXT, glob, has_wildcard, pieces_of


@pytest.mark.parametrize(
    ("pattern", "fits", "misses"),
    [
        ("", [""], ["a"]),
        ("abc", ["abc"], ["ab", "abcd", "ABC"]),
        ("*", ["", "a", "a/b:c\n"], []),
        ("**", ["", "a"], []),
        ("a*", ["a", "abc"], ["", "ba"]),
        ("*a", ["a", "bca"], ["", "ab"]),
        ("a*b", ["ab", "axb"], ["a", "b", "aba"]),
        ("ab*ba", ["abba", "abxba"], ["aba"]),
        ("?", ["a", "\n"], ["", "ab"]),
        ("?*", ["a", "abc"], [""]),
        ("*?", ["a", "abc"], [""]),
        ("a?c", ["abc", "a?c"], ["ac", "abbc"]),
        ("*a*b*", ["ab", "xaxbx"], ["ba", "a"]),
        ("a*b?c*d", ["ab1cd", "axxb2cyyd"], ["abcd"]),
        ("a.c*", ["a.c"], ["abc"]),
        ("[ab]*", ["[ab]x"], ["ax"]),
    ],
)
def test_patterns(pattern: str, fits: list[str], misses: list[str]) -> None:
    test = glob(pattern)
    assert all(test(text) for text in fits)
    assert not any(test(text) for text in misses)


def test_literal_pieces_are_no_wildcards() -> None:
    assert glob(["a", "*", ANY_ONE])("a*b")
    assert not glob(["a", "*", ANY_TEXT])("abc")
    assert pieces_of("a*?b") == ["a", ANY_TEXT, ANY_ONE, "b"]
    assert has_wildcard("a?")
    assert not has_wildcard("a")


@pytest.mark.parametrize(
    "pattern", ["*a" * 50 + "b", "a*" * 50 + "b", "*" * 50 + "b", "*a?" * 50 + "b", "?*" * 50 + "b"]
)
def test_many_stars_do_not_backtrack(pattern: str) -> None:
    """A matcher that goes back for every star would not end in this life."""
    assert not glob(pattern)("a" * 10_000)
    assert glob(pattern)("a" * 10_000 + "b")
