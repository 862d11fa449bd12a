from __future__ import annotations

from typing import Any

import pytest

from tests.unit.wire.oracle import catalog
from watchword.domain.refusal import ValidationError

ROLE = "arn:aws:iam::123456789012:role/a"


def problems(service: str, name: str, **parameters: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        catalog().operation(service, name).validate(parameters)
    refusal = refused.value
    assert (refusal.code, refusal.json_code, refusal.status) == ("ValidationError", "ValidationException", 400)
    return refusal.message


def failed(value: str, path: str, words: str) -> str:
    return f"Value {value} at '{path}' failed to satisfy constraint: {words}"


def test_what_keeps_the_limits_passes() -> None:
    tags = [{"Key": "a", "Value": ""}]
    given = {"role_arn": ROLE, "role_session_name": "RoleSession1", "tags": tags}
    catalog().operation("sts", "AssumeRole").validate(given)
    catalog().operation("sts", "GetCallerIdentity").validate({})


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, [failed("null", "roleArn", "Member must not be null")]),
        (
            {"role_arn": "a"},
            [failed("'a'", "roleArn", "Member must have length greater than or equal to 20")],
        ),
        (
            {"role_arn": ROLE, "role_session_name": "a b"},
            [failed("'a b'", "roleSessionName", r"Member must satisfy regular expression pattern: [\w+=,.@-]*")],
        ),
        (
            {"role_arn": ROLE, "role_session_name": "a" * 65},
            [failed(f"'{'a' * 65}'", "roleSessionName", "Member must have length less than or equal to 64")],
        ),
        (
            {"role_arn": ROLE, "duration_seconds": 899},
            [failed("'899'", "durationSeconds", "Member must have value greater than or equal to 900")],
        ),
        (
            {"role_arn": ROLE, "duration_seconds": 43201},
            [failed("'43201'", "durationSeconds", "Member must have value less than or equal to 43200")],
        ),
        (
            {"role_arn": ROLE, "tags": [{"Key": "a", "Value": "b"}, {"Key": "k" * 129}]},
            [
                failed(f"'{'k' * 129}'", "tags.2.member.key", "Member must have length less than or equal to 128"),
                failed("null", "tags.2.member.value", "Member must not be null"),
            ],
        ),
    ],
)
def test_messages_are_those_of_aws(parameters: dict[str, Any], expected: list[str]) -> None:
    parameters = {"role_session_name": "abc", **parameters}
    noun = "error" if len(expected) == 1 else "errors"
    assert (
        problems("sts", "AssumeRole", **parameters)
        == f"{len(expected)} validation {noun} detected: {'; '.join(expected)}"
    )


def test_problems_come_together() -> None:
    told = problems("sts", "AssumeRole")
    assert told == (
        "2 validation errors detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null; "
        "Value null at 'roleSessionName' failed to satisfy constraint: Member must not be null"
    )


def test_an_enumeration_lists_its_values() -> None:
    told = problems("iam", "ListPolicies", scope="Some")
    words = "Member must satisfy enum value set: [All, AWS, Local]"
    assert told == "1 validation error detected: " + failed("'Some'", "scope", words)


def test_a_secret_is_not_repeated() -> None:
    told = problems("iam", "CreateLoginProfile", user_name="ann", password="pä\x00" * 300)
    assert told.startswith("1 validation error detected: Value at 'password' failed to satisfy constraint: ")
    assert "pä" not in told


def test_scalars_of_a_list_are_told_with_their_list() -> None:
    told = problems("iam", "SimulateCustomPolicy", policy_input_list=["{}"], action_names=["a", "iam:CreateUser"])
    rules = "[Member must have length less than or equal to 128, Member must have length greater than or equal to 3]"
    words = f"Member must satisfy constraint: {rules}"
    assert told == "1 validation error detected: " + failed("'[a, iam:CreateUser]'", "actionNames", words)


def test_a_list_that_is_too_long_is_not_looked_through() -> None:
    told = problems("iam", "CreateUser", user_name="ann", tags=[{}] * 10_000)
    assert told.startswith("1 validation error detected: Value '[{…}, ")
    assert told.endswith(" at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50")


def test_long_values_are_cut_and_many_problems_counted() -> None:
    told = problems("iam", "CreateUser", user_name="é" * 10_000)
    assert len(told) < 1500
    names = [{"contextKeyName": "a"}] * 300
    entries = [{"ContextKeyName": "a"} for _ in names]
    told = problems(
        "iam", "SimulateCustomPolicy", policy_input_list=["{}"], action_names=["abc"], context_entries=entries
    )
    assert told.startswith("300 validation errors detected: ")
    assert told.count("failed to satisfy") == 50


def test_a_null_in_a_list_is_refused() -> None:
    told = problems("secretsmanager", "UntagResource", secret_id="a", tag_keys=[None])
    assert told == f"1 validation error detected: {failed('null', 'tagKeys.1.member', 'Member must not be null')}"


def test_maps_tell_keys_and_values() -> None:
    told = problems(
        "rolesanywhere", "PutAttributeMapping", profile_id="a" * 36, certificate_field="x509Subject", mapping_rules=[{}]
    )
    assert "'mappingRules.1.member.specifier'" in told


def test_replies_are_checked_too() -> None:
    operation = catalog().operation("watchword", "AdvanceClock")
    assert operation.reply_problems({"Now": 1, "AheadSeconds": 0}) == []
    assert len(operation.reply_problems({"AheadSeconds": -1})) == 2
    assert catalog().operation("iam", "DeleteUser").reply_problems({}) == []
