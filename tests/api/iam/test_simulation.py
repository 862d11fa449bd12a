"""The policy simulator as a person uses it: before a policy is given to somebody, and after."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.sts.people import People, Statement, document, not_authorized
from tests.support.authority import Authority, run
from tests.support.refusals import refused

GET: Statement = {"Effect": "Allow", "Action": "iam:GetUser", "Resource": "*"}
NO_IDENTITY = " because no identity-based policy allows the {action} action"


@pytest.fixture
def people(authority: Any, iam: Any) -> People:
    return People(authority, iam, authority.account_id)


def decisions(answer: Any) -> dict[str, str]:
    return {told["EvalActionName"]: told["EvalDecision"] for told in answer["EvaluationResults"]}


def test_what_is_simulated_is_what_happens(people: People) -> None:
    """The same user, policy and question: first simulated, then asked in earnest."""
    own = f"arn:aws:iam::{people.account}:user/${{aws:username}}"
    ann = people.user({**GET, "Resource": own}, {"Effect": "Deny", "Action": "iam:ListUsers", "Resource": "*"})
    simulated = people.iam.simulate_principal_policy(
        PolicySourceArn=ann.arn, ActionNames=["iam:GetUser", "iam:ListUsers", "iam:ListRoles"], ResourceArns=[ann.arn]
    )
    assert decisions(simulated) == {
        "iam:GetUser": "allowed",
        "iam:ListUsers": "explicitDeny",
        "iam:ListRoles": "implicitDeny",
    }
    assert ann.iam.get_user()["User"]["Arn"] == ann.arn
    with refused("AccessDenied"):
        ann.iam.list_users()
    with refused("AccessDenied"):
        ann.iam.list_roles()


def test_every_result_comes_over_the_wire(people: People) -> None:
    ann = people.user(GET)
    text = document(GET, {"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    pages = people.iam.get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=ann.arn,
        PolicyInputList=[text],
        ActionNames=[f"s3:Action{number}" for number in range(7)],
        PaginationConfig={"PageSize": 3},
    )
    assert [len(page["EvaluationResults"]) for page in pages] == [3, 3, 1]
    told = people.iam.simulate_custom_policy(PolicyInputList=[text], ActionNames=["s3:GetObject"])["EvaluationResults"]
    (statement,) = told[0]["MatchedStatements"]
    assert statement["SourcePolicyId"] == "PolicyInputList.1"
    start, end = statement["StartPosition"], statement["EndPosition"]
    assert json.loads(text[start["Column"] - 1 : end["Column"] - 1].lstrip(","))["Action"] == "s3:*"


def test_rights_are_asked_on_the_source(people: People) -> None:
    """Source: Service Authorization Reference: the source's ARN for what is attached, `*` for what is passed."""
    ann = people.user()
    bob = people.user({"Effect": "Allow", "Action": "iam:SimulatePrincipalPolicy", "Resource": ann.arn})
    asked: Any = {"ActionNames": ["iam:GetUser"]}
    assert decisions(bob.iam.simulate_principal_policy(PolicySourceArn=ann.arn, **asked)) == {
        "iam:GetUser": "implicitDeny"
    }
    for operation, action, resource, more in (
        ("simulate_principal_policy", "iam:SimulatePrincipalPolicy", bob.arn, {"PolicySourceArn": bob.arn, **asked}),
        ("simulate_custom_policy", "iam:SimulateCustomPolicy", "*", {"PolicyInputList": ["{}"], **asked}),
        ("get_context_keys_for_custom_policy", "iam:GetContextKeysForCustomPolicy", "*", {"PolicyInputList": ["{}"]}),
        (
            "get_context_keys_for_principal_policy",
            "iam:GetContextKeysForPrincipalPolicy",
            ann.arn,
            {"PolicySourceArn": ann.arn},
        ),
    ):
        why = NO_IDENTITY.format(action=action)
        with refused("AccessDenied", status=403, message=not_authorized(bob.arn, action, resource) + why):
            getattr(bob.iam, operation)(**more)


def test_rights_by_the_source_s_tags(people: People) -> None:
    ann = people.user()
    red = {"StringEquals": {"aws:ResourceTag/team": "red"}}
    bob = people.user({"Effect": "Allow", "Action": "iam:Simulate*", "Resource": "*", "Condition": red})
    asked: Any = {"PolicySourceArn": ann.arn, "ActionNames": ["iam:GetUser"]}
    with refused("AccessDenied"):
        bob.iam.simulate_principal_policy(**asked)
    people.iam.tag_user(UserName=ann.name, Tags=[{"Key": "team", "Value": "red"}])
    bob.iam.simulate_principal_policy(**asked)


def test_whom_nobody_knows(people: People) -> None:
    asked: Any = {"ActionNames": ["iam:GetUser"]}
    with refused("NoSuchEntity", status=404, message="The user with name nobody cannot be found."):
        people.iam.simulate_principal_policy(PolicySourceArn=f"arn:aws:iam::{people.account}:user/nobody", **asked)
    session = f"arn:aws:sts::{people.account}:assumed-role/Reader/s"
    unclear = f"Invalid Entity Arn: {session} does not clearly define entity type and name."
    with refused("InvalidInput", status=400, message=unclear):
        people.iam.simulate_principal_policy(PolicySourceArn=session, **asked)
    with refused("InvalidInput", status=400):
        people.iam.simulate_custom_policy(PolicyInputList=["é{"], ActionNames=["iam:GetUser"])


def test_awss_own_policies_are_named_as_such(people: People) -> None:
    ann = people.user()
    people.iam.attach_user_policy(UserName=ann.name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    told = people.iam.simulate_principal_policy(PolicySourceArn=ann.arn, ActionNames=["iam:GetUser"])
    (statement,) = told["EvaluationResults"][0]["MatchedStatements"]
    assert (statement["SourcePolicyId"], statement["SourcePolicyType"]) == ("AdministratorAccess", "aws-managed")


def test_it_is_on_record_without_the_policies(authority: Authority, iam: Any) -> None:
    iam.simulate_custom_policy(PolicyInputList=[document(GET)], ActionNames=["iam:GetUser"])
    shown = run("journal", "--data", str(authority.data))
    assert "SimulateCustomPolicy" in shown.stdout
    assert "2012-10-17" not in shown.stdout
