from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.wire.timestamps import http_date, iso_date, parse_instant


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2023-11-14T22:13:20Z", 1_700_000_000),
        ("2023-11-14T22:13:20", 1_700_000_000),
        ("2023-11-14T23:13:20+01:00", 1_700_000_000),
        ("2023-11-14T22:13:20.250Z", 1_700_000_000.25),
        ("1700000000", 1_700_000_000),
        ("1700000000.5", 1_700_000_000.5),
        ("-1", -1),
        ("Tue, 14 Nov 2023 22:13:20 GMT", 1_700_000_000),
    ],
)
def test_three_forms_are_read(text: str, instant: float) -> None:
    assert parse_instant(text) == instant


@given(st.text())
def test_anything_else_is_a_value_error(text: str) -> None:
    try:
        parse_instant(text)
    except ValueError:
        return


@pytest.mark.parametrize("text", ["", "now", "2023-13-14T22:13:20Z", "2023-11-14", "1e9", "٣", "2023-11-14T22:13:60Z"])
def test_what_is_no_instant_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the text comes from the standard library
        parse_instant(text)


@given(st.integers(0, 253_402_300_799))
def test_what_is_written_is_read_back(instant: int) -> None:
    assert parse_instant(iso_date(instant)) == instant
    assert parse_instant(http_date(instant)) == instant
