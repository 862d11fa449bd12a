"""The policy simulator on the policies that users, groups and roles have, and what those policies ask for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.stores import ACCOUNT
from tests.unit.services.iam.documents import READ_ALL, trusting
from tests.unit.services.iam.house import House, refused
from tests.unit.services.iam.test_simulation import ALLOW, OTHER, entry, policy
from watchword.services.iam.policy_refusals import NoSuchRole
from watchword.services.iam.refusals import NoSuchGroup, NoSuchUser
from watchword.services.iam.simulation_refusals import ExclusionInvalid, ForeignSource, UnclearEntity

NO_ACCESS = f"caller's account {ACCOUNT} does not have access to policies in account {OTHER}"
UNCLEAR = "does not clearly define entity type and name."


@pytest.fixture
def people(house: House) -> dict[str, str]:
    """Ann, in a group and under a boundary, and a role; each with policies, by kind."""
    bound = house.ask("create_policy", policy_name="Bound", policy_document=policy({"Action": ["s3:*", "sqs:*"]}))
    managed = house.ask(
        "create_policy",
        policy_name="Managed",
        path="/team/",
        policy_document=policy({"Action": "s3:PutObject"}, indent=2),
    )["Policy"]["Arn"]
    ann = house.ask(
        "create_user",
        user_name="ann",
        path="/p/",
        permissions_boundary=bound["Policy"]["Arn"],
        tags=[{"Key": "Team", "Value": "red"}],
    )["User"]
    house.ask("put_user_policy", user_name="ann", policy_name="own", policy_document=ALLOW)
    group = house.ask("create_group", group_name="crew")["Group"]
    house.ask("add_user_to_group", group_name="crew", user_name="ann")
    house.ask("put_group_policy", group_name="crew", policy_name="shared", policy_document=policy({"Action": "sqs:*"}))
    role = house.ask(
        "create_role",
        role_name="Reader",
        assume_role_policy_document=trusting(f"arn:aws:iam::{ACCOUNT}:root"),
    )["Role"]
    house.ask("put_role_policy", role_name="Reader", policy_name="may", policy_document=READ_ALL)
    house.ask("attach_user_policy", user_name="ann", policy_arn=managed)
    house.ask("attach_group_policy", group_name="crew", policy_arn=managed)
    return {"user": ann["Arn"], "id": ann["UserId"], "group": group["Arn"], "role": role["Arn"], "managed": managed}


def of(house: House, arn: str, *actions: str, **more: Any) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    told = house.ask("simulate_principal_policy", policy_source_arn=arn, action_names=actions, **more)
    return {
        result["EvalActionName"]: (
            result["EvalDecision"],
            [(one["SourcePolicyId"], one["SourcePolicyType"]) for one in result["MatchedStatements"]],
        )
        for result in told["EvaluationResults"]
    }


def test_a_user_has_its_own_policies_and_its_groups(house: House, people: dict[str, str]) -> None:
    assert of(house, people["user"], "s3:GetObject", "s3:PutObject", "sqs:SendMessage", "iam:GetUser") == {
        "s3:GetObject": ("allowed", [("user_ann_own", "user")]),
        "s3:PutObject": ("allowed", [("Managed", "user-managed")]),
        "sqs:SendMessage": ("allowed", [("group_crew_shared", "group")]),
        "iam:GetUser": ("implicitDeny", []),
    }


def test_a_group_and_a_role_have_their_own(house: House, people: dict[str, str]) -> None:
    assert of(house, people["group"], "sqs:SendMessage")["sqs:SendMessage"] == (
        "allowed",
        [("group_crew_shared", "group")],
    )
    assert of(house, people["role"], "s3:GetObject")["s3:GetObject"] == ("allowed", [("role_Reader_may", "role")])


def test_policies_are_added_and_a_boundary_replaced(house: House, people: dict[str, str]) -> None:
    added = policy({"Action": "iam:*"})
    assert of(house, people["user"], "iam:GetUser", policy_input_list=[added])["iam:GetUser"] == ("implicitDeny", [])
    wide = of(
        house,
        people["user"],
        "iam:GetUser",
        policy_input_list=[added],
        permissions_boundary_policy_input_list=[added],
    )
    assert wide["iam:GetUser"] == ("allowed", [("PolicyInputList.1", "none")])


def test_the_principal_tells_of_itself(house: House, people: dict[str, str]) -> None:
    itself = {
        "aws:username": "ann",
        "aws:userid": people["id"],
        "aws:PrincipalArn": people["user"],
        "aws:PrincipalTag/team": "red",
        "aws:PrincipalType": "User",
        "aws:PrincipalAccount": ACCOUNT,
    }
    asks = policy({"Action": "sqs:ListQueues", "Condition": {"StringEquals": itself, "Null": {"aws:SourceIp": "true"}}})
    house.ask("delete_user_permissions_boundary", user_name="ann")
    house.ask("delete_group_policy", group_name="crew", policy_name="shared")
    result = house.ask(
        "simulate_principal_policy",
        policy_source_arn=people["user"],
        policy_input_list=[asks],
        action_names=["sqs:ListQueues"],
    )["EvaluationResults"][0]
    assert (result["EvalDecision"], result["MissingContextValues"]) == ("allowed", ["aws:SourceIp"])
    assert "PermissionsBoundaryDecisionDetail" not in result
    said = [entry("aws:username", "bob")]
    other = of(house, people["user"], "sqs:ListQueues", policy_input_list=[asks], context_entries=said)
    assert other["sqs:ListQueues"][0] == "implicitDeny"


def test_another_caller_is_known_by_its_arn_alone(house: House, people: dict[str, str]) -> None:
    house.ask("create_user", user_name="bob", tags=[{"Key": "Team", "Value": "red"}])
    named = policy({"Action": "sqs:*", "Condition": {"StringEquals": {"aws:username": "bob"}}})
    tagged = policy({"Action": "sqs:*", "Condition": {"StringEquals": {"aws:PrincipalTag/Team": "red"}}})
    as_bob = {"caller_arn": f"arn:aws:iam::{ACCOUNT}:user/bob", "resource_arns": ["arn:aws:sqs:::q"]}
    house.ask("delete_group_policy", group_name="crew", policy_name="shared")
    decisions = [
        of(house, people["user"], "sqs:SendMessage", policy_input_list=[text], **as_bob)["sqs:SendMessage"][0]
        for text in (named, tagged)
    ]
    assert decisions == ["allowed", "implicitDeny"]


@pytest.mark.parametrize(
    ("excluded", "left"),
    [
        ({"PolicyType": "inline"}, {"s3:PutObject"}),
        ({"PolicyType": "user-managed"}, {"s3:GetObject", "sqs:SendMessage"}),
        ({"PolicyType": "aws-managed"}, {"s3:GetObject", "s3:PutObject", "sqs:SendMessage"}),
        ({"PolicyType": "permission-boundary"}, {"s3:GetObject", "s3:PutObject", "sqs:SendMessage", "iam:GetUser"}),
        ({"PolicyType": "scp"}, {"s3:GetObject", "s3:PutObject", "sqs:SendMessage"}),
        ({"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/team/M*"}, {"s3:GetObject", "sqs:SendMessage"}),
        ({"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/Managed"}, {"s3:GetObject", "s3:PutObject", "sqs:SendMessage"}),
        (
            {"InlinePolicyIdentifier": {"PolicyName": "own", "AttachmentType": "user", "AttachmentName": "a?n"}},
            {"s3:PutObject", "sqs:SendMessage"},
        ),
        (
            {"InlinePolicyIdentifier": {"PolicyName": "shared", "AttachmentType": "group", "AttachmentName": "*"}},
            {"s3:GetObject", "s3:PutObject"},
        ),
    ],
)
def test_policies_left_out(house: House, people: dict[str, str], excluded: Any, left: set[str]) -> None:
    told = of(
        house,
        people["user"],
        *("s3:GetObject", "s3:PutObject", "sqs:SendMessage", "iam:GetUser"),
        policy_input_list=[policy({"Action": "iam:*"})],
        policy_exclusion_list=[excluded],
    )
    assert {action for action, (decision, _) in told.items() if decision == "allowed"} == left


@pytest.mark.parametrize(
    "excluded",
    [
        {},
        {"PolicyType": "inline", "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/a"},
        {"PolicyArn": f"arn:aws:iam::{ACCOUNT}:user/abcdef"},
        {"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/a**"},
        {"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/*/a"},
        {"PolicyArn": "arn:aws:iam::*:policy/abcdef"},
        {"InlinePolicyIdentifier": {"PolicyName": "a", "AttachmentType": "user", "AttachmentName": "*b*"}},
    ],
)
def test_an_unclear_exclusion_is_refused(house: House, people: dict[str, str], excluded: Any) -> None:
    with refused(ExclusionInvalid):
        of(house, people["role"], "s3:GetObject", policy_exclusion_list=[excluded])


@pytest.mark.parametrize("operation", ["simulate_principal_policy", "get_context_keys_for_principal_policy"])
@pytest.mark.parametrize(
    ("arn", "kind", "message"),
    [
        (f"arn:aws:iam::{ACCOUNT}:user/bob", NoSuchUser, "The user with name bob cannot be found."),
        (f"arn:aws:iam::{ACCOUNT}:user/ann", NoSuchUser, None),
        (f"arn:aws:iam::{ACCOUNT}:group/x", NoSuchGroup, None),
        (f"arn:aws:iam::{ACCOUNT}:role/a/x", NoSuchRole, "The role with name x cannot be found."),
        (
            f"arn:aws:iam::{OTHER}:role/Reader",
            ForeignSource,
            f"Invalid Policy Source Arn: {NO_ACCESS}",
        ),
        (
            f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/s",
            UnclearEntity,
            f"Invalid Entity Arn: arn:aws:sts::{ACCOUNT}:assumed-role/Reader/s {UNCLEAR}",
        ),
        (f"arn:aws:iam::{ACCOUNT}:root", UnclearEntity, None),
    ],
)
def test_a_source_that_is_none(  # noqa: PLR0917 - a table
    house: House, people: dict[str, str], operation: str, arn: str, kind: Any, message: str | None
) -> None:
    more: Any = {"action_names": ["s3:GetObject"]} if operation.startswith("simulate") else {}
    with refused(kind, message):
        house.ask(operation, policy_source_arn=arn, **more)


def test_the_source_is_what_is_asked_about(house: House, people: dict[str, str]) -> None:
    source = people["user"]
    target = house.target("simulate_principal_policy", policy_source_arn=source, action_names=["s3:GetObject"])
    assert (target.arn, target.account) == (source, ACCOUNT)
    assert house.target("simulate_custom_policy", policy_input_list=[], action_names=[]).arn == "*"


def test_context_keys(house: House, people: dict[str, str]) -> None:
    ask = "get_context_keys_for_principal_policy"
    house.ask(
        "put_group_policy",
        group_name="crew",
        policy_name="shared",
        policy_document=policy({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}),
    )
    assert house.ask(ask, policy_source_arn=people["user"]) == {"ContextKeyNames": ["aws:SecureTransport"]}
    more = policy({"Resource": "arn:aws:s3:::${aws:username}/*"})
    assert house.ask(ask, policy_source_arn=people["role"], policy_input_list=[more]) == {
        "ContextKeyNames": ["aws:username"]
    }
    assert house.ask("get_context_keys_for_custom_policy", policy_input_list=[more, more]) == {
        "ContextKeyNames": ["aws:username"]
    }
