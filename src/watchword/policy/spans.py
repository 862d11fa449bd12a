"""Where each statement stands in its document's text, counted as AWS's policy simulator counts."""

from __future__ import annotations

from dataclasses import dataclass

from watchword.policy.reader import Positions, end_of, line_and_column

Place = tuple[int, int]
"""Line and column, both from 1."""


@dataclass(frozen=True, slots=True)
class Span:
    """One statement's place. `end` is just past its closing brace."""

    start: Place
    end: Place


def statement_spans(text: str) -> tuple[Span, ...]:
    """Find each statement of a document that `parse` takes, in order.

    AWS's start is just past what opens or parts the statements: past the bracket for the first of a list, past the
    statement before for each other, and past its own brace for one that stands alone.
    Source: aws-cli, examples of simulate-custom-policy and simulate-principal-policy; recorded answers agree.
    """
    positions = Positions(text)
    around = positions.of(("Statement",))
    if text[around] == "{":
        return (_span(text, around + 1, end_of(text, around)),)
    spans: list[Span] = []
    start, path = around + 1, ("Statement", 0)
    while path in positions.values:
        end = end_of(text, positions.values[path])
        spans.append(_span(text, start, end))
        start, path = end, ("Statement", len(spans))
    return tuple(spans)


def _span(text: str, start: int, end: int) -> Span:
    return Span(line_and_column(text, start), line_and_column(text, end))
