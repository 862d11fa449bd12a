"""All that settled a decision: the decisive first, then what speaks beside it."""

from __future__ import annotations

import json
from typing import Any

from watchword.domain.principal import Principal, PrincipalType
from watchword.policy import Kind, Outcome, Policies, PolicySet, Request, compile_policy, evaluate, explained, parse

ACCOUNT = "111122223333"
ANN_ARN = f"arn:aws:iam::{ACCOUNT}:user/ann"
ANN = Principal(PrincipalType.USER, ACCOUNT, ANN_ARN, "AIDAANN", "AIDAANN", ANN_ARN, "ann")
ROOT_ARN = f"arn:aws:iam::{ACCOUNT}:root"
ROOT = Principal(PrincipalType.ROOT, ACCOUNT, ROOT_ARN, ACCOUNT, ACCOUNT, ROOT_ARN)
BOX = "arn:aws:s3:::box/a"


def policies(kind: Kind, *statements: dict[str, Any], name: str = "own") -> PolicySet:
    written = [{"Effect": "Allow", "Action": "s3:*", "Resource": "*", **statement} for statement in statements]
    if kind is Kind.TRUST:
        written = [{key: value for key, value in statement.items() if key != "Resource"} for statement in written]
    text = json.dumps({"Version": "2012-10-17", "Statement": written})
    return PolicySet.of([compile_policy(parse(text, kind), name)])


def told(
    layers: Policies,
    principal: Principal = ANN,
    action: str = "s3:GetObject",
    resource: str = BOX,
    *,
    trust: bool = False,
) -> list[tuple[str, str, str]]:
    request = Request(principal, action, resource, lambda _key: None)
    decision, reasons = explained(request, layers, trust=trust)
    assert decision == evaluate(request, layers, trust=trust)
    assert reasons
    if decision.outcome is Outcome.IMPLICIT_DENY:
        assert all(reason.effect == "None" for reason in reasons)
    return [(reason.layer.value, reason.effect, reason.statement) for reason in reasons]


def test_an_allowed_request_is_allowed_by_each_layer_that_limits() -> None:
    layers = Policies(
        identity=policies(Kind.IDENTITY, {"Sid": "Mine"}),
        boundary=policies(Kind.BOUNDARY, {"Sid": "Edge"}),
        session=policies(Kind.SESSION, {"Sid": "Now"}),
    )
    assert told(layers) == [("identity", "Allow", "Mine"), ("boundary", "Allow", "Edge"), ("session", "Allow", "Now")]


def test_root_needs_no_statement() -> None:
    assert told(Policies(), ROOT) == [("identity", "Allow", "")]


def test_every_denying_statement_is_told_the_decisive_first() -> None:
    layers = Policies(
        identity=policies(Kind.IDENTITY, {}, {"Sid": "No", "Effect": "Deny"}, {"Sid": "Nor", "Effect": "Deny"}),
        boundary=policies(Kind.BOUNDARY, {}, {"Sid": "Edge", "Effect": "Deny"}),
    )
    assert told(layers) == [("identity", "Deny", "No"), ("identity", "Deny", "Nor"), ("boundary", "Deny", "Edge")]


def test_an_implicit_denial_is_told_with_what_nearly_applied() -> None:
    elsewhere = {"Sid": "Elsewhere", "Resource": "arn:aws:s3:::other/*"}
    assert told(Policies(identity=policies(Kind.IDENTITY, elsewhere))) == [
        ("identity", "None", ""),
        ("identity", "None", "Elsewhere"),
    ]
    limited = Policies(identity=policies(Kind.IDENTITY, {}), boundary=policies(Kind.BOUNDARY, {"Action": "ec2:*"}))
    assert told(limited) == [("boundary", "None", "")]


def test_a_role_s_own_policy_is_called_trust() -> None:
    role, assume = f"arn:aws:iam::{ACCOUNT}:role/Reader", "sts:AssumeRole"
    bob = {"Sid": "Bob", "Action": assume, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/bob"}}
    missed = Policies(resource=policies(Kind.TRUST, bob))
    assert told(missed, action=assume, resource=role, trust=True) == [("trust", "None", ""), ("trust", "None", "Bob")]
    named = Policies(resource=policies(Kind.TRUST, {**bob, "Sid": "Ann", "Principal": {"AWS": ANN_ARN}}))
    assert told(named, action=assume, resource=role, trust=True) == [("trust", "Allow", "Ann")]


def test_what_the_organisation_holds_beside_is_not_told() -> None:
    scp = (policies(Kind.SCP, {}, name="top"),)
    assert told(Policies(identity=policies(Kind.IDENTITY, {}), scp=scp)) == [("identity", "Allow", "1")]
