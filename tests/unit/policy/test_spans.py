"""Where statements stand, as AWS was recorded to count it."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.policy import Kind, Span, parse, statement_spans

DYNAMO = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*",'
    '"Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}'
)
ADMINISTRATOR = dedent(
    """\
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": "*",
          "Resource": "*"
        }
      ]
    }"""
)
ONE = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        # aws-cli, examples/iam/simulate-custom-policy.rst: one statement, no list
        pytest.param(DYNAMO, (1, 38), (1, 167), id="alone"),
        # AdministratorAccess, as SimulatePrincipalPolicy answers it
        pytest.param(ADMINISTRATOR, (3, 17), (8, 6), id="lines"),
        # aws-cli, examples/iam/simulate-principal-policy.rst: four spaces
        pytest.param(json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["a:b"],
                                 "Resource": "*"}]}, indent=4), (3, 19), (10, 10), id="indented"),
        # SimulateCustomPolicy with what json.dumps writes: the bracket stands at column 40
        pytest.param(json.dumps({"Version": "2012-10-17", "Statement": [ONE]}), (1, 41), (1, 95), id="spaced"),
    ],
)  # fmt: skip
def test_one_statement(text: str, start: tuple[int, int], end: tuple[int, int]) -> None:
    assert statement_spans(text) == (Span(start, end),)


def test_the_next_statement_begins_where_the_one_before_ends() -> None:
    """Recorded: 38 to 248, then 248 to 470."""
    text = json.dumps(
        {"Version": "2012-10-17", "Statement": [ONE, {**ONE, "Sid": "a]},{"}, ONE]}, separators=(",", ":")
    )
    first, second, third = statement_spans(text)
    assert (first.start, first.end) == ((1, 38), (1, 87))
    assert second.start == first.end
    assert third.start == second.end
    assert text[second.start[1] - 1 : second.end[1] - 1].startswith(',{"Effect"')
    assert text[third.end[1] - 1 :] == "]}"


@given(count=st.integers(1, 4), indent=st.sampled_from([None, 0, 1, 4]), sids=st.text('é"\\{}[],:\n', max_size=6))
def test_each_statement_of_a_document_has_a_span(count: int, indent: int | None, sids: str) -> None:
    statement = {"Condition": {"StringEquals": {"k:key": sids}}, **ONE}
    text = json.dumps({"Statement": [statement] * count, "Version": "2012-10-17"}, indent=indent, ensure_ascii=False)
    spans = statement_spans(text)
    assert len(spans) == len(parse(text, Kind.IDENTITY).clauses) == count
    lines = text.split("\n")
    for span in spans:
        line, column = span.end
        assert lines[line - 1][column - 2] == "}"
        assert span.start < span.end


def test_a_document_without_statements_has_none() -> None:
    assert statement_spans('{"Statement": []}') == ()
