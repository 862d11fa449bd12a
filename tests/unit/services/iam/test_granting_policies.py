"""Which policies grant access to a service, in AWS's recorded answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.stores import ACCOUNT
from tests.unit.services.iam.documents import READ_ALL, trusting
from tests.unit.services.iam.house import House, refused
from watchword.services.iam.policy_refusals import UnreadableArn
from watchword.services.iam.refusals import InvalidMarker
from watchword.services.iam.report_refusals import (
    ForeignSource,
    NamespacesUnknown,
    NoSuchSource,
    PartitionInvalid,
    ServiceInvalid,
    SourceNotSupported,
)
from watchword.services.iam.service_names import services

ARN = f"arn:aws:iam::{ACCOUNT}:"
ANN = f"{ARN}user/p/ann"


def document(*actions: str, effect: str = "Allow") -> str:
    statement = {"Effect": effect, "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def people(house: House) -> House:
    """Ann in two groups, and a role; one managed policy is everybody's."""
    house.ask("create_policy", policy_name="shared", policy_document=document("sqs:SendMessage", "s3:GetObject"))
    shared = f"{ARN}policy/shared"
    house.ask("create_user", user_name="ann", path="/p/")
    house.ask("put_user_policy", user_name="ann", policy_name="z-direct", policy_document=document("s3:*", "iam:Get*"))
    house.ask("attach_user_policy", user_name="ann", policy_arn=shared)
    for group, policy, action in (("ops", "a-group", "lambda:*"), ("dev", "z-group", "iam:GetUser")):
        house.ask("create_group", group_name=group)
        house.ask("put_group_policy", group_name=group, policy_name=policy, policy_document=document(action))
        house.ask("add_user_to_group", group_name=group, user_name="ann")
    house.ask("attach_group_policy", group_name="ops", policy_arn=shared)
    house.ask("create_role", role_name="run", assume_role_policy_document=trusting(f"{ARN}root"))
    house.ask("put_role_policy", role_name="run", policy_name="own", policy_document=document("kms:ListKeys"))
    return house


def granting(house: House, arn: str, *namespaces: str, **more: Any) -> dict[str, list[str]]:
    told = house.ask("list_policies_granting_service_access", arn=arn, service_namespaces=[*namespaces], **more)
    return {
        entry["ServiceNamespace"]: [policy["PolicyName"] for policy in entry["Policies"]]
        for entry in told["PoliciesGrantingServiceAccess"]
    }


def test_a_user_has_its_own_policies_and_those_of_its_groups(people: House) -> None:
    told = granting(people, ANN, "sqs", "s3", "s3", "lambda", "iam", "ec2")
    assert told == {
        "sqs": ["shared"],
        "s3": ["shared", "z-direct"],
        "lambda": ["a-group"],
        "iam": ["z-direct", "z-group"],
        "ec2": [],
    }
    assert [*told] == ["sqs", "s3", "lambda", "iam", "ec2"], "in the order asked for"


def test_policies_are_told_with_where_they_are(people: House) -> None:
    told = people.ask("list_policies_granting_service_access", arn=ANN, service_namespaces=["s3", "lambda"])
    assert told == {
        "PoliciesGrantingServiceAccess": [
            {
                "ServiceNamespace": "s3",
                "Policies": [
                    {"PolicyName": "shared", "PolicyType": "MANAGED", "PolicyArn": f"{ARN}policy/shared"},
                    {"PolicyName": "z-direct", "PolicyType": "INLINE", "EntityType": "USER", "EntityName": "ann"},
                ],
            },
            {
                "ServiceNamespace": "lambda",
                "Policies": [
                    {"PolicyName": "a-group", "PolicyType": "INLINE", "EntityType": "GROUP", "EntityName": "ops"}
                ],
            },
        ],
        "IsTruncated": False,
    }


def test_groups_and_roles_have_their_own_alone(people: House) -> None:
    assert granting(people, f"{ARN}group/ops", "s3", "iam", "lambda") == {
        "s3": ["shared"],
        "iam": [],
        "lambda": ["a-group"],
    }
    assert granting(people, f"{ARN}role/run", "s3", "kms") == {"s3": [], "kms": ["own"]}


def test_policies_do_not_take_from_each_other(people: House) -> None:
    people.ask("put_user_policy", user_name="ann", policy_name="no", policy_document=document("s3:*", effect="Deny"))
    assert granting(people, ANN, "s3") == {"s3": ["shared", "z-direct"]}


def test_the_path_of_an_arn_does_not_count(people: House) -> None:
    assert (
        granting(people, f"{ARN}user/ann", "sqs") == granting(people, f"{ARN}user/q/ann", "sqs") == {"sqs": ["shared"]}
    )


def test_pages(people: House) -> None:
    wanted = [*services()][:150]
    first = people.ask("list_policies_granting_service_access", arn=ANN, service_namespaces=wanted)
    assert (len(first["PoliciesGrantingServiceAccess"]), first["IsTruncated"]) == (100, True)
    rest = granting(people, ANN, *wanted, marker=first["Marker"])
    assert [*rest] == wanted[100:]
    with refused(InvalidMarker):
        granting(people, ANN, "s3", marker="nonsense")
    with refused(InvalidMarker):
        granting(people, f"{ARN}role/run", *wanted, marker=first["Marker"])


def test_what_is_no_service_is_refused(people: House) -> None:
    with refused(NamespacesUnknown, "Invalid service namespace: [S3, nothing]"):
        granting(people, ANN, "S3", "iam", "nothing")


def test_arns_that_name_nobody_are_refused(people: House) -> None:
    policy = f"{ARN}policy/shared"
    with refused(SourceNotSupported, f"Invalid Entity Arn: {policy} is not supported."):
        granting(people, policy, "s3")
    with refused(SourceNotSupported):
        granting(people, f"{ARN}root", "s3")
    with refused(NoSuchSource, f"ARN {ARN}user/bob does not exist."):
        granting(people, f"{ARN}user/bob", "s3")
    foreign = "arn:aws:iam::444455556666:user/ann"
    with refused(ForeignSource, f"User: {ARN}root is not authorized to perform the operation on {foreign}"):
        granting(people, foreign, "s3")
    with refused(ServiceInvalid, "Invalid service in ARN"):
        granting(people, f"arn:aws:s3::{ACCOUNT}:user/ann", "s3")
    with refused(PartitionInvalid, "Invalid ARN partition"):
        granting(people, f"arn:aws-cn:iam::{ACCOUNT}:user/ann", "s3")
    with refused(UnreadableArn):
        granting(people, "arn:aws:iam::nobody-at-all", "s3")


def test_inline_policies_of_one_name_are_told_each(people: House) -> None:
    people.ask("put_user_policy", user_name="ann", policy_name="a-group", policy_document=READ_ALL)
    assert granting(people, ANN, "s3")["s3"] == ["a-group", "shared", "z-direct"]
