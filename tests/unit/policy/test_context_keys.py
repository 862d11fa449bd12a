from __future__ import annotations

import json
from typing import Any

import pytest

from watchword.policy import Kind, context_keys, parse


def keys(*statements: dict[str, Any], version: str = "2012-10-17") -> list[str]:
    filled = [{"Effect": "Allow", "Action": "s3:*", "Resource": "*", **statement} for statement in statements]
    text = json.dumps({"Version": version, "Statement": filled})
    return list(context_keys([parse(text, Kind.IDENTITY)]))


def test_variables_and_conditions_in_the_order_that_aws_tells_them() -> None:
    """Source: aws-cli, examples/iam/get-context-keys-for-custom-policy.rst."""
    statement = {
        "Resource": "arn:aws:dynamodb:us-west-2:123456789012:table/${aws:username}",
        "Condition": {"DateGreaterThan": {"aws:CurrentTime": "2015-08-16T12:00:00Z"}},
    }
    assert keys(statement) == ["aws:username", "aws:CurrentTime"]


def test_a_key_is_told_once_as_it_is_first_written() -> None:
    first = {"Condition": {"StringEquals": {"aws:PrincipalTag/Team": "a"}, "Null": {"aws:userid": "true"}}}
    second = {"Condition": {"StringLike": {"AWS:principaltag/team": "b"}, "Bool": {"aws:SecureTransport": "true"}}}
    assert keys(first, second) == ["aws:PrincipalTag/Team", "aws:userid", "aws:SecureTransport"]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("${aws:username}", ["aws:userid", "aws:username"]),
        ("x-${aws:username, 'nobody'}-${*}${?}${$}", ["aws:userid", "aws:username"]),
        ("${*}", ["aws:userid"]),
    ],
)
def test_variables_in_values(value: str, found: list[str]) -> None:
    assert keys({"Condition": {"ForAnyValue:StringLikeIfExists": {"aws:userid": value}}}) == found


def test_what_is_no_variable_asks_for_nothing() -> None:
    condition = {"Condition": {"IpAddress": {"aws:SourceIp": "${aws:username}"}}}
    assert keys(condition) == ["aws:SourceIp"]
    assert keys({"Resource": "arn:aws:s3:::b/${aws:username}"}, version="2008-10-17") == []
    assert keys({}) == []
