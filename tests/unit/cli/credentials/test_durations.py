"""Durations: how people write them, and what each call gives."""

from __future__ import annotations

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.cli.credentials.durations import (
    CHAINED_ROLE,
    OWN_SESSION,
    ROLE,
    Duration,
    Limits,
    Margin,
    allowed,
    read,
    said,
)
from watchword.cli.exits import Exit, Stop


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2h", 7_200),
        ("90m", 5_400),
        ("1h30m", 5_400),
        ("3600", 3_600),
        ("3600s", 3_600),
        ("1d", 86_400),
        ("1d12h", 129_600),
        (" 2H ", 7_200),
        ("1h1m1s", 3_661),
        ("", None),
        ("h", None),
        ("2 h", None),
        ("-1h", None),
        ("1.5h", None),
        ("30m1h", None),
        ("1h90", 3_690),
        ("\N{ARABIC-INDIC DIGIT ONE}h", None),
    ],
)
def test_reading(text: str, seconds: int | None) -> None:
    assert read(text) == seconds


@given(st.integers(1, 10**6))
def test_what_is_said_is_read_back_to_the_minute(seconds: int) -> None:
    again = read(said(seconds))
    assert again is not None
    assert 0 <= seconds - again < 60
    assert seconds % 60 or again == seconds


@pytest.mark.parametrize(("text", "code"), [("2h", 7_200), ("15m", 900), ("36h", 129_600)])
def test_converted(text: str, code: int) -> None:
    assert Duration().convert(text, None, None) == code


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("14m59s", "14m59s is not from 15m to 36h; often chosen: 1h, 2h, 4h, 8h, 12h"),
        ("37h", "37h is not from 15m to 36h"),
        ("soon", "`soon` is not a duration; write `2h`, `90m`, `1h30m` or seconds"),
    ],
)
def test_refused(text: str, words: str) -> None:
    with pytest.raises(click.BadParameter) as refused:
        Duration().convert(text, None, None)
    assert words in refused.value.message


def test_a_margin_has_no_limits() -> None:
    assert Margin().convert("5m", None, None) == 300
    with pytest.raises(click.BadParameter):
        Margin().convert("x", None, None)


@pytest.mark.parametrize(
    ("limits", "longest", "words"),
    [
        (ROLE, 43_200, "AssumeRole gives: from 15m to 12h, 1h by default; often chosen: 1h, 2h, 4h, 8h, 12h"),
        (CHAINED_ROLE, 3_600, "(role chaining) gives: from 15m to 1h, 1h by default; often chosen: 1h"),
        (OWN_SESSION, 129_600, "GetSessionToken gives: from 15m to 36h, 12h by default"),
    ],
)
def test_limits_of_each_call(limits: Limits, longest: int, words: str) -> None:
    assert allowed(900, limits) == 900
    assert allowed(longest, limits) == longest
    for wrong in (899, longest + 1):
        with pytest.raises(Stop) as stopped:
            allowed(wrong, limits)
        assert words in stopped.value.message
        assert stopped.value.exit_code == Exit.USAGE
