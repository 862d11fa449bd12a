"""The decision: who must allow and who may deny, by vectors; and what a decision says about itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.policy.asking import HOME, PRINCIPALS, USER, compiled, policies
from tests.unit.policy.vectors import vectors
from watchword.domain.principal import ANONYMOUS
from watchword.policy import (
    Decision,
    Kind,
    Outcome,
    Policies,
    PolicySet,
    Request,
    denial_message,
    evaluate,
    near_misses,
)
from watchword.policy.compiled import REMEMBERED_ACTIONS

ALLOW = {"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}
DENY = {"Sid": "No", "Effect": "Deny", "Action": "*", "Resource": "*"}
BUCKET = "arn:aws:s3:::b/k"
NOTHING: dict[str, str] = {}


def decide(case: dict[str, Any]) -> Decision:
    action, resource = case.get("action", "s3:GetObject"), case.get("resource_arn", BUCKET)
    request = Request(PRINCIPALS[case["asks"]], action, resource, NOTHING.get, case.get("owner", HOME))
    return evaluate(request, policies(case), trust=case.get("trust", False))


@pytest.mark.parametrize("case", vectors("evaluation"))
def test_vectors(case: dict[str, Any]) -> None:
    decision = decide(case)
    assert decision.outcome == case["expect"], case["source"]
    assert decision.allowed is (case["expect"] == "Allow")
    assert decision.layer == case["layer"], case["source"]


def test_the_owner_is_the_principals_account_unless_told() -> None:
    request = Request(PRINCIPALS["user"], "s3:GetObject", BUCKET, NOTHING.get)
    assert evaluate(request, Policies(identity=compiled([ALLOW], Kind.IDENTITY))).allowed


def test_a_decision_is_no_bool() -> None:
    decision = decide({"asks": "user", "identity": [ALLOW]})
    with pytest.raises(TypeError, match=r"ask `\.allowed`"):
        bool(decision)


def test_a_decision_names_the_statement_that_settled_it() -> None:
    allowed = decide({"asks": "user", "identity": [{**ALLOW, "Action": "iam:*"}, ALLOW]}).because[0]
    assert (allowed.layer, allowed.policy, allowed.statement, allowed.effect) == ("identity", "P1", "All", "Allow")
    denied = decide({"asks": "user", "identity": [ALLOW], "boundary": [DENY]}).because[0]
    assert (denied.layer, denied.policy, denied.statement, denied.effect) == ("boundary", "P0", "No", "Deny")
    nobody = decide({"asks": "user", "identity": []}).because[0]
    assert (nobody.layer, nobody.policy, nobody.statement, nobody.effect) == ("identity", "", "", "")
    root = decide({"asks": "root"}).because[0]
    assert root.note == "the account's root user has all rights"


def named(statement: dict[str, Any]) -> dict[str, Any]:
    return {**statement, "Principal": "*"}


@pytest.mark.parametrize(
    ("layers", "ending"),
    [
        ({}, "because no identity-based policy allows the s3:GetObject action"),
        ({"identity": [ALLOW], "boundary": []}, "because no permissions boundary allows the s3:GetObject action"),
        ({"identity": [ALLOW], "session": []}, "because no session policy allows the s3:GetObject action"),
        ({"identity": [ALLOW], "scp": [[]]}, "because no service control policy allows the s3:GetObject action"),
        (
            {"identity": [ALLOW], "owner": "222222222222"},
            "because no resource-based policy allows the s3:GetObject action",
        ),
        ({"identity": [DENY]}, "with an explicit deny in an identity-based policy"),
        ({"boundary": [DENY]}, "with an explicit deny in a permissions boundary"),
        ({"session": [DENY]}, "with an explicit deny in a session policy"),
        ({"scp": [[DENY]]}, "with an explicit deny in a service control policy"),
        ({"rcp": [[named(DENY)]]}, "with an explicit deny in a resource control policy"),
        ({"resource": [named(DENY)]}, "with an explicit deny in a resource-based policy"),
    ],
)
def test_the_callers_message_names_one_layer(layers: dict[str, Any], ending: str) -> None:
    """Source: IAM User Guide, Troubleshoot access denied error messages."""
    request = Request(PRINCIPALS["user"], "s3:GetObject", BUCKET, NOTHING.get, layers.get("owner", ""))
    message = denial_message(evaluate(request, policies(layers)), request)
    assert message == f"User: {USER} is not authorized to perform: s3:GetObject on resource: {BUCKET} {ending}"


def test_who_may_not_assume_a_role_is_not_told_why() -> None:
    target = f"arn:aws:iam::{HOME}:role/Target"
    request = Request(PRINCIPALS["user"], "sts:AssumeRole", target, NOTHING.get)
    plain = f"User: {USER} is not authorized to perform: sts:AssumeRole on resource: {target}"
    assert denial_message(evaluate(request, Policies(), trust=True), request) == plain
    nobody = Request(ANONYMOUS, "s3:GetObject", BUCKET, NOTHING.get)
    assert denial_message(evaluate(nobody, Policies()), nobody).startswith("User: anonymous is not authorized")


def test_near_misses_say_what_stood_in_the_way() -> None:
    conditional = {**ALLOW, "Sid": "Mfa", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
    elsewhere = {**ALLOW, "Sid": "Else", "Resource": "arn:aws:s3:::other"}
    another = {**ALLOW, "Sid": "Other", "Principal": {"AWS": "222222222222"}}
    request = Request(PRINCIPALS["user"], "s3:GetObject", BUCKET, NOTHING.get)
    told = near_misses(
        request, policies({"identity": [conditional, elsewhere], "resource": [another], "scp": [[ALLOW]]})
    )
    assert [(one.layer, one.statement, one.note) for one in told] == [
        ("resource", "Other", "does not apply: it names another principal"),
        ("identity", "Mfa", "does not apply: Bool aws:MultiFactorAuthPresent does not hold"),
        ("identity", "Else", "does not apply: it is about other resources"),
    ]


def test_the_memory_of_actions_is_bounded() -> None:
    policy_set = compiled([ALLOW], Kind.IDENTITY)
    for number in range(REMEMBERED_ACTIONS * 2 + 1):
        assert len(policy_set.about[f"x:action{number}"][1]) == 1
    assert len(policy_set.about) <= REMEMBERED_ACTIONS


def test_a_thousand_statements_are_as_one() -> None:
    many = [{**ALLOW, "Sid": f"S{at}", "Action": f"svc{at}:*"} for at in range(1000)]
    policy_set = compiled(many, Kind.IDENTITY)
    request = Request(PRINCIPALS["user"], "svc999:Get", BUCKET, NOTHING.get)
    assert evaluate(request, Policies(identity=policy_set)).because[0].statement == "S999"
    assert len(policy_set.about["svc999:get"][1]) == 1


def test_an_empty_set_denies_by_silence() -> None:
    request = Request(PRINCIPALS["user"], "s3:GetObject", BUCKET, NOTHING.get)
    assert evaluate(request, Policies(identity=PolicySet.of([]))).outcome is Outcome.IMPLICIT_DENY
