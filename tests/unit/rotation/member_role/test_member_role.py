"""The role that is shipped can rotate and cannot escalate: decided for every action that AWS lists."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from cfnlint.api import lint_all  # type: ignore[import-untyped]  # has no stubs
from policy_sentry.querying.actions import get_actions_for_service
from policy_sentry.querying.all import get_all_service_prefixes

from watchword.domain.principal import Principal, PrincipalType
from watchword.policy import Kind, Policies, PolicySet, Request, compile_policy, evaluate, parse
from watchword.rotation.member_role import Grant, cloudformation, document, terraform

ACCOUNT, HUB, USER = "123456789012", "arn:aws:iam::999988887777:role/hub", "user/robots/build"
SECRET = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:Account_{ACCOUNT}_User_build_AccessKey-a1b2c3"
OURS = {"aws:resourcetag/watchword:rotation": "AIDAEXAMPLE"}
REFUSING = {"iam:policyarn": f"arn:aws:iam::{ACCOUNT}:policy/watchword/refuse-sessions"}
NO_CONTEXT: Mapping[str, str] = {}
GRANT = Grant(HUB, users="/robots/", tag="rotate=yes", external_id="7f3a", organization="o-exampleorg")
IN_REACH = {"aws:resourcetag/rotate": "yes"}
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/WatchwordRotation/sweep"
ROLE = Principal(
    PrincipalType.ASSUMED_ROLE,
    ACCOUNT,
    SESSION,
    "AROAEXAMPLE:sweep",
    "AROAEXAMPLE",
    f"arn:aws:iam::{ACCOUNT}:role/WatchwordRotation",
    "sweep",
)


def iam(resource: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:{resource}"


def may(action: str, resource: str, context: Mapping[str, str] = NO_CONTEXT, grant: Grant = GRANT) -> bool:
    policy = json.dumps(json.loads(document(grant, ACCOUNT, "aws"))["PolicyDocument"])
    identity = PolicySet.of([compile_policy(parse(policy, Kind.IDENTITY))])
    # Even where the role had been given everything besides, the last statement holds.
    administrator = parse(
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}', Kind.IDENTITY
    )
    without = evaluate(Request(ROLE, action, resource, context.get, ACCOUNT), Policies(identity=identity)).allowed
    if action.split(":")[1] not in ALLOWED_NAMES:
        both = PolicySet([*identity.statements, *compile_policy(administrator).statements])
        assert not evaluate(Request(ROLE, action, resource, context.get, ACCOUNT), Policies(identity=both)).allowed
    return without


ALLOWED_NAMES = {
    name.split(":")[1]
    for statement in json.loads(document(GRANT, ACCOUNT, "aws"))["PolicyDocument"]["Statement"]
    if statement["Effect"] == "Deny"
    for name in statement["NotAction"]
}


@pytest.mark.parametrize(
    ("action", "resource", "context"),
    [
        ("iam:GetCredentialReport", "*", NO_CONTEXT),
        ("iam:ListAccessKeys", iam(USER), NO_CONTEXT),
        ("iam:SimulatePrincipalPolicy", iam(USER), NO_CONTEXT),
        ("iam:CreateAccessKey", iam(USER), IN_REACH),
        ("iam:UpdateAccessKey", iam(USER), IN_REACH),
        ("iam:DeleteAccessKey", iam(USER), IN_REACH),
        ("iam:AttachUserPolicy", iam(USER), IN_REACH | REFUSING),
        ("iam:DetachUserPolicy", iam(USER), IN_REACH | REFUSING),
        ("secretsmanager:CreateSecret", SECRET, {"aws:requesttag/watchword:rotation": "AIDAEXAMPLE"}),
        ("secretsmanager:DescribeSecret", SECRET, NO_CONTEXT),
        ("secretsmanager:PutSecretValue", SECRET, OURS),
        ("secretsmanager:GetSecretValue", SECRET, OURS),
        ("secretsmanager:PutResourcePolicy", SECRET, OURS),
        ("secretsmanager:ReplicateSecretToRegions", SECRET, OURS),
        ("secretsmanager:UpdateSecretVersionStage", SECRET, OURS),
    ],
)
def test_it_can_rotate(action: str, resource: str, context: Mapping[str, str]) -> None:
    assert may(action, resource, context)


@pytest.mark.parametrize(
    ("action", "resource", "context"),
    [
        ("iam:CreateAccessKey", iam("user/boss"), IN_REACH),
        ("iam:CreateAccessKey", iam(USER), NO_CONTEXT),
        ("iam:CreateAccessKey", iam(USER), {"aws:resourcetag/rotate": "no"}),
        ("iam:AttachUserPolicy", iam(USER), IN_REACH),
        (
            "iam:AttachUserPolicy",
            iam(USER),
            IN_REACH | {"iam:policyarn": "arn:aws:iam::aws:policy/AdministratorAccess"},
        ),
        ("iam:AttachUserPolicy", iam("user/boss"), REFUSING),
        ("secretsmanager:GetSecretValue", SECRET, NO_CONTEXT),
        ("secretsmanager:GetSecretValue", SECRET, {"aws:resourcetag/watchword:rotation": "else"}),
        ("secretsmanager:GetSecretValue", SECRET.replace("Account_", "Database_"), OURS),
        ("secretsmanager:TagResource", SECRET, NO_CONTEXT),
        ("secretsmanager:CreateSecret", SECRET, NO_CONTEXT),
    ],
)
def test_it_reaches_nothing_else(action: str, resource: str, context: Mapping[str, str]) -> None:
    assert not may(action, resource, context)


def other_actions() -> Iterator[str]:
    """Every action of every service that the role has no business with."""
    for service in get_all_service_prefixes():
        for action in get_actions_for_service(service):
            if action.split(":")[1] not in ALLOWED_NAMES:
                yield action


def test_it_may_do_nothing_else_at_all_even_as_an_administrator() -> None:
    statements = json.loads(document(GRANT, ACCOUNT, "aws"))["PolicyDocument"]
    everything = {"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}
    text = json.dumps({**statements, "Statement": [*statements["Statement"], everything]})
    identity = PolicySet.of([compile_policy(parse(text, Kind.IDENTITY))])
    context: Mapping[str, str] = {**IN_REACH, **REFUSING, **OURS}
    allowed = [
        action
        for action in other_actions()
        if evaluate(Request(ROLE, action, iam(USER), context.get, ACCOUNT), Policies(identity=identity)).allowed
    ]
    assert not allowed
    assert len(list(other_actions())) > 10_000


def test_it_cannot_change_what_it_attaches() -> None:
    """The one policy that it may attach is out of its reach: nobody gets rights by it."""
    policy = REFUSING["iam:policyarn"]
    for action in ("iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:DeletePolicy", "iam:CreatePolicy"):
        assert not may(action, policy)
    for action in ("iam:TagUser", "iam:UntagUser", "iam:UpdateUser"):  # nor can it bring users within reach
        assert not may(action, iam("user/boss"), IN_REACH)


def trusts(principal: str, **context: str) -> bool:
    trust = compile_policy(
        parse(json.dumps(json.loads(document(GRANT, ACCOUNT, "aws"))["AssumeRolePolicyDocument"]), Kind.TRUST)
    )
    caller = Principal(
        PrincipalType.ASSUMED_ROLE, "999988887777", f"{principal}/s", "AROAHUB:s", "AROAHUB", principal, "s"
    )
    given = {key.replace("_", ":", 1).lower(): value for key, value in context.items()}
    allowing = parse(
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}', Kind.IDENTITY
    )
    policies = Policies(identity=PolicySet.of([compile_policy(allowing)]), resource=trust)
    role = iam("role/WatchwordRotation")
    return evaluate(Request(caller, "sts:AssumeRole", role, given.get, ACCOUNT), policies, trust=True).allowed


def test_only_the_hub_with_the_external_id_and_from_the_organization_is_trusted() -> None:
    good = {"sts_ExternalId": "7f3a", "aws_PrincipalOrgID": "o-exampleorg"}
    assert trusts(HUB, **good)
    assert not trusts("arn:aws:iam::999988887777:role/other", **good)
    assert not trusts(HUB, **{**good, "sts_ExternalId": "else"})
    assert not trusts(HUB, aws_PrincipalOrgID="o-exampleorg")
    assert not trusts(HUB, **{**good, "aws_PrincipalOrgID": "o-other"})


CENTRAL = replace(
    GRANT, central_account="111122223333", central_region="eu-west-1", key="arn:aws:kms:eu-west-1:111122223333:key/k"
)


@pytest.mark.parametrize("grant", [GRANT, CENTRAL, Grant(HUB)])
def test_the_template_is_valid(grant: Grant) -> None:
    found = lint_all(cloudformation(grant))
    assert not [match for match in found if match.rule.severity != "informational"]
    assert "<" not in cloudformation(grant)


def test_templates_keep_the_policies_own_variables() -> None:
    sub = json.loads(cloudformation(CENTRAL))["Resources"]["ReadRotatedSecrets"]["Properties"]["PolicyDocument"]
    assert "${!aws:username}" in sub["Statement"][0]["Resource"]["Fn::Sub"]
    assert "${AWS::AccountId}" in sub["Statement"][0]["Resource"]["Fn::Sub"]
    written = json.loads(terraform(CENTRAL))["resource"]["aws_iam_policy"]["read_rotated_secrets"]["policy"]
    assert "$${aws:username}" in written
    assert "${data.aws_caller_identity.own.account_id}" in written


def test_a_user_reads_its_own_secret_in_the_central_account_and_no_other() -> None:
    given = json.loads(document(CENTRAL, ACCOUNT, "aws"))["ManagedPolicies"]["/watchword/read-rotated-secrets"]
    identity = PolicySet.of([compile_policy(parse(json.dumps(given), Kind.IDENTITY))])
    user = Principal(PrincipalType.USER, ACCOUNT, iam(USER), "AIDABUILD", "AIDABUILD", iam(USER), "build")

    def reads(name: str) -> bool:
        arn = f"arn:aws:secretsmanager:eu-west-1:111122223333:secret:{name}-a1b2c3"
        context: dict[str, Any] = {"aws:username": "build"}
        request = Request(user, "secretsmanager:GetSecretValue", arn, context.get, ACCOUNT)
        return evaluate(request, Policies(identity=identity)).allowed

    assert reads(f"Account_{ACCOUNT}_User_build_AccessKey")
    assert not reads(f"Account_{ACCOUNT}_User_other_AccessKey")
    assert not reads("Account_999988887777_User_build_AccessKey")


@pytest.mark.parametrize("partition", ["aws-us-gov", "aws-cn"])
def test_other_partitions(partition: str) -> None:
    written = document(Grant(HUB.replace("arn:aws:", f"arn:{partition}:")), ACCOUNT, partition)
    assert f"arn:{partition}:iam::{ACCOUNT}:user/*" in written
    assert "arn:aws:" not in written
