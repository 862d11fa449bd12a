"""Service-linked roles through the SDK: whose they are, and what becomes of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from mypy_boto3_iam import IAMClient

from tests.support.authority import Authority
from tests.support.refusals import refused

ECS, ROLE = "ecs.amazonaws.com", "AWSServiceRoleForECS"


def test_the_life_of_a_service_linked_role(iam: IAMClient, authority: Authority) -> None:
    made = iam.create_service_linked_role(AWSServiceName=ECS)["Role"]
    assert made["Arn"] == f"arn:aws:iam::{authority.account_id}:role/aws-service-role/{ECS}/{ROLE}"
    assert [role["RoleName"] for role in iam.list_roles(PathPrefix="/aws-service-role/")["Roles"]] == [ROLE]
    taken = f"Service role name {ROLE} has been taken in this account, please try a different suffix."
    with refused("InvalidInput", status=400, message=taken):
        iam.create_service_linked_role(AWSServiceName=ECS)
    with refused("UnmodifiableEntity", status=400):
        iam.delete_role(RoleName=ROLE)
    policy = iam.list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"][0]["PolicyArn"]
    with refused("UnmodifiableEntity", status=400):
        iam.detach_role_policy(RoleName=ROLE, PolicyArn=policy)
    holders = iam.list_entities_for_policy(PolicyArn=policy)["PolicyRoles"]
    assert [role["RoleName"] for role in holders] == [ROLE]
    task = iam.delete_service_linked_role(RoleName=ROLE)["DeletionTaskId"]
    assert iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"] == "SUCCEEDED"
    with refused("NoSuchEntity", status=404):
        iam.delete_service_linked_role(RoleName=ROLE)


def test_nobody_assumes_it_but_its_service(iam: IAMClient, authority: Authority) -> None:
    arn = iam.create_service_linked_role(AWSServiceName=ECS)["Role"]["Arn"]
    with refused("AccessDenied", status=403):
        authority.client("sts").assume_role(RoleArn=arn, RoleSessionName="run-7")


def test_services_that_have_none(iam: IAMClient) -> None:
    words = "Cannot find Service Linked Role template for nobody.amazonaws.com"
    with refused("AccessDenied", status=403, message=words):
        iam.create_service_linked_role(AWSServiceName="nobody.amazonaws.com")
    with refused("InvalidInput", status=400):
        iam.create_service_linked_role(AWSServiceName=ECS, CustomSuffix="x")


@pytest.mark.parametrize(("service", "allowed"), [(ECS, True), ("batch.amazonaws.com", False)])
def test_leave_may_be_given_for_some_services(
    iam: IAMClient, authority: Authority, service: str, *, allowed: bool
) -> None:
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Action": "iam:CreateServiceLinkedRole",
        "Resource": f"arn:aws:iam::{authority.account_id}:role/aws-service-role/*",
        "Condition": {"StringEquals": {"iam:AWSServiceName": ECS}},
    }
    iam.create_user(UserName="ann")
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=document)
    ann = authority.of("iam", dict(iam.create_access_key(UserName="ann")["AccessKey"]))
    if allowed:
        assert ann.create_service_linked_role(AWSServiceName=service)["Role"]["RoleName"] == ROLE
        return
    role = f"arn:aws:iam::{authority.account_id}:role/aws-service-role/{service}/AWSServiceRoleForBatch"
    words = (
        f"User: arn:aws:iam::{authority.account_id}:user/ann is not authorized to perform: "
        f"iam:CreateServiceLinkedRole on resource: {role} because no identity-based policy allows the "
        "iam:CreateServiceLinkedRole action"
    )
    with refused("AccessDenied", status=403, message=words):
        ann.create_service_linked_role(AWSServiceName=service)
