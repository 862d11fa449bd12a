"""Policy documents: what is taken, what is refused, in which words and where."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.policy.vectors import vectors
from watchword.policy import Kind, MalformedPolicy, compile_policy, parse, policy_size, problems
from watchword.policy.reader import MAX_CHARACTERS

STATEMENT = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def refused(text: str, kind: Kind, *, lenient: bool = False) -> MalformedPolicy:
    with pytest.raises(MalformedPolicy) as caught:
        parse(text, kind, lenient=lenient)
    return caught.value


@pytest.mark.parametrize("case", vectors("validation"))
def test_vectors(case: dict[str, Any]) -> None:
    kind = Kind(case["kind"])
    if not case["message"]:
        parse(case["document"], kind)
        assert problems(case["document"], kind) == []
        return
    error = refused(case["document"], kind)
    assert (error.code, error.status, error.message) == ("MalformedPolicyDocument", 400, case["message"])
    assert any(problem.message.startswith(case["message"]) for problem in problems(case["document"], kind))
    if "line" in case:
        assert (error.line, error.column) == (case["line"], case["column"])


def test_a_problem_tells_its_line_and_column_and_statement() -> None:
    text = '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {"Effect": "Allow", "Action": "*", "Resource": "*"},\n'
    text += '    {"Effect": "Deny", "Action": ["s3:Get", "x"],\n     "Resource": "bucket"}\n  ]\n}'
    assert [(one.line, one.column, one.statement) for one in problems(text, Kind.MANAGED)] == [(5, 45, 1), (6, 18, 1)]
    assert (refused(text, Kind.MANAGED).line, refused(text, Kind.MANAGED).column) == (6, 18)


def test_text_that_is_no_json_tells_where_it_ends_to_be() -> None:
    error = refused('{"Version": "2012-10-17",\n "Statement": [}', Kind.IDENTITY)
    assert (error.line, error.column) == (2, 16)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"Statement":' * 20_000, "[" * 33 + "]" * 33, " " * (MAX_CHARACTERS + 1)]
)
def test_depth_and_length_do_not_break_the_stack(text: str, kind: Kind) -> None:
    refused(text, kind)
    refused(text, kind, lenient=True)


def test_brackets_in_strings_are_no_depth() -> None:
    text = json.dumps({"Version": "2012-10-17", "Statement": {**STATEMENT, "Resource": "arn:aws:s3:::" + "[{" * 50}})
    assert parse(text, Kind.MANAGED).clauses[0].resources == ("arn:aws:s3:::" + "[{" * 50,)


def test_huge_numbers_are_text() -> None:
    condition = '{"NumericEquals": {"k:a": ' + "9" * 10_000 + "}}"
    text = '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": ' + condition + "}}"
    assert len(parse(text, Kind.IDENTITY).clauses[0].conditions[0].values[0]) == 10_000


def test_a_thousand_statements_are_taken() -> None:
    text = json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT] * 1000})
    assert len(parse(text, Kind.MANAGED).clauses) == 1000


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        (Kind.IDENTITY, {"Statement": []}),
        (Kind.IDENTITY, {"Statement": {**STATEMENT, "Action": []}}),
        (Kind.IDENTITY, {"Statement": {**STATEMENT, "Resource": []}}),
        (Kind.IDENTITY, {"Statement": {**STATEMENT, "Resource": "bucket"}}),
        (Kind.IDENTITY, {"Statement": {**STATEMENT, "Principal": "*"}}),
        (Kind.IDENTITY, {"Statement": {**STATEMENT, "Condition": {"stringequals": {"k:a": "1"}}}}),
        (Kind.RESOURCE, {"Statement": STATEMENT}),
        (Kind.RESOURCE, {"Statement": {**STATEMENT, "Principal": "arn:aws:iam::111111111111:role/R"}}),
        (Kind.TRUST, {"Statement": {**STATEMENT, "Principal": "*"}}),
        (Kind.RCP, {"Statement": {**STATEMENT, "Principal": "*"}}),
    ],
)
def test_a_lenient_reader_takes_what_it_can_understand(kind: Kind, document: dict[str, Any]) -> None:
    compile_policy(parse(json.dumps(document), kind, lenient=True))
    refused(json.dumps({**document, "Version": "2012-10-17"}), kind) if kind is not Kind.IDENTITY else None


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        (Kind.IDENTITY, {"Effect": "allow", "Action": "*", "Resource": "*"}),
        (Kind.IDENTITY, {"Effect": "Allow", "Resource": "*"}),
        (Kind.IDENTITY, {"Effect": "Allow", "NotAction": [], "Resource": "*"}),
        (Kind.IDENTITY, {"Effect": "Allow", "Action": "*"}),
        (Kind.IDENTITY, {"Effect": "Allow", "Action": "*", "NotResource": []}),
        (Kind.RESOURCE, {**STATEMENT, "Principal": {"AWS": "arn:aws:iam::111111111111:user/*"}}),
        (Kind.RESOURCE, {**STATEMENT, "NotPrincipal": {"Service": "*.amazonaws.com"}}),
        (Kind.RESOURCE, {**STATEMENT, "Principal": {"Robot": "x"}}),
        (Kind.RESOURCE, {**STATEMENT, "Principal": 7}),
    ],
)
def test_a_lenient_reader_refuses_what_it_would_have_to_guess(kind: Kind, statement: dict[str, Any]) -> None:
    refused(json.dumps({"Statement": statement}), kind, lenient=True)


def test_the_size_counts_no_white_space() -> None:
    assert policy_size(' { "a" :\n\t"b c" } ') == len('{"a":"bc"}')


WORDS = ["Allow", "*", "s3:Get", "2012-10-17"]
ELEMENTS = ["Version", "Statement", "Effect", "Action", "Resource", "Principal", "Condition", "AWS", "Sid"]
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.sampled_from(WORDS)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(ELEMENTS), inner, max_size=5),
    ),
    max_leaves=20,
)


@given(document=JSON, kind=st.sampled_from(list(Kind)), lenient=st.booleans())
def test_any_json_is_taken_or_refused_and_never_breaks(document: object, kind: Kind, lenient: bool) -> None:  # noqa: FBT001
    text = json.dumps(document)
    try:
        compile_policy(parse(text, kind, lenient=lenient))
        told = None
    except MalformedPolicy as error:
        told = error
    assert told is None or (told.line == 1 and 1 <= told.column <= len(text) + 1)
    problems(text, kind)


@given(text=st.text(max_size=40))
def test_any_text_is_taken_or_refused_and_never_breaks(text: str) -> None:
    assert problems(text, Kind.IDENTITY)
