"""The first fifteen minutes go as docs/first-minutes.md tells them, in a home where nothing was before."""

from __future__ import annotations

import re

import pytest

from scripts.first_minutes import PAGE, page

AN_ID = re.compile(r"\b(?:AKIA|ASIA|AIDA|AROA)[A-Z2-7]{16,17}\b")
SHOWN_LINE = re.compile(r"^(?:## |\$ ).*$", re.MULTILINE)


@pytest.mark.slow
def test_the_first_minutes_go_as_told() -> None:
    told = page()
    written = PAGE.read_text(encoding="utf-8")
    assert SHOWN_LINE.findall(told) == SHOWN_LINE.findall(written), "run `python -m scripts.first_minutes`"
    assert all(found.endswith("EXAMPLE") for found in AN_ID.findall(told))
    assert "/tmp/" not in told
    assert "Traceback" not in told
    assert "The session was ended at" in told
