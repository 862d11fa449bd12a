"""Roles through the SDK: whom they trust, and what becomes of that."""

from __future__ import annotations

import json
from typing import Any

import pytest
from mypy_boto3_iam import IAMClient

from tests.support.authority import Authority
from tests.support.refusals import refused


def trusting(principal: dict[str, Any] | str) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def principal_of(iam: IAMClient, role: str) -> Any:
    document: Any = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    return document["Statement"][0]["Principal"]["AWS"]


def test_the_life_of_a_role(iam: IAMClient, authority: Authority) -> None:
    document = trusting({"Service": "ec2.amazonaws.com"})
    made = iam.create_role(
        RoleName="Deploy",
        Path="/ci/",
        AssumeRolePolicyDocument=document,
        Description="ships",
        MaxSessionDuration=7200,
        Tags=[{"Key": "team", "Value": "a"}],
    )["Role"]
    assert made["Arn"] == f"arn:aws:iam::{authority.account_id}:role/ci/Deploy"
    assert made["RoleId"].startswith("AROA")
    told = iam.get_role(RoleName="DEPLOY")["Role"]
    assert told["AssumeRolePolicyDocument"] == json.loads(document)
    assert told["RoleLastUsed"] == {}
    assert (told["MaxSessionDuration"], told["Description"]) == (7200, "ships")
    with refused("EntityAlreadyExists", status=409, message="Role with name DEPLOY already exists."):
        iam.create_role(RoleName="DEPLOY", AssumeRolePolicyDocument=document)
    iam.update_role(RoleName="Deploy", MaxSessionDuration=3600)
    assert iam.update_role_description(RoleName="Deploy", Description="sails")["Role"]["Description"] == "sails"
    iam.delete_role(RoleName="Deploy")
    with refused("NoSuchEntity", status=404, message="The role with name Deploy cannot be found."):
        iam.get_role(RoleName="Deploy")


def test_a_recreated_user_does_not_inherit_trust(iam: IAMClient, authority: Authority) -> None:
    first = iam.create_user(UserName="ann")["User"]
    role = iam.create_role(RoleName="Deploy", AssumeRolePolicyDocument=trusting({"AWS": first["Arn"]}))["Role"]
    assert principal_of(iam, "Deploy") == first["Arn"]
    key: dict[str, Any] = dict(iam.create_access_key(UserName="ann")["AccessKey"])
    authority.of("sts", key).assume_role(RoleArn=role["Arn"], RoleSessionName="one")
    iam.delete_access_key(UserName="ann", AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName="ann")
    iam.create_user(UserName="ann")
    assert principal_of(iam, "Deploy") == first["UserId"]
    key = dict(iam.create_access_key(UserName="ann")["AccessKey"])
    with refused("AccessDenied", status=403):
        authority.of("sts", key).assume_role(RoleArn=role["Arn"], RoleSessionName="two")
    iam.update_assume_role_policy(RoleName="Deploy", PolicyDocument=trusting({"AWS": first["Arn"]}))
    authority.of("sts", key).assume_role(RoleArn=role["Arn"], RoleSessionName="three")


@pytest.mark.parametrize("kind", ["user", "role"])
def test_who_does_not_exist_is_not_trusted(iam: IAMClient, authority: Authority, kind: str) -> None:
    arn = f"arn:aws:iam::{authority.account_id}:{kind}/nobody"
    with refused("MalformedPolicyDocument", status=400, message=f'Invalid principal in policy: "AWS":"{arn}"'):
        iam.create_role(RoleName="Deploy", AssumeRolePolicyDocument=trusting({"AWS": [arn]}))
    assert iam.list_roles(PathPrefix="/")["Roles"] == []


def test_bad_trust_policies(iam: IAMClient) -> None:
    with refused("MalformedPolicyDocument", status=400, message="This policy contains invalid Json"):
        iam.create_role(RoleName="Deploy", AssumeRolePolicyDocument="{")
    with_resource = trusting("*").replace('"Action"', '"Resource": "*", "Action"')
    with refused("MalformedPolicyDocument", status=400, message="Has prohibited field Resource."):
        iam.create_role(RoleName="Deploy", AssumeRolePolicyDocument=with_resource)
    with refused("ValidationError", status=400):
        iam.create_role(RoleName="Deploy", AssumeRolePolicyDocument=trusting("*"), MaxSessionDuration=43201)
    with refused("ValidationError", status=400):
        iam.create_role(RoleName="../x", AssumeRolePolicyDocument=trusting("*"))


def test_a_role_with_policies_is_not_deleted(iam: IAMClient) -> None:
    document = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:GetUser","Resource":"*"}]}'
    iam.create_role(RoleName="Deploy", AssumeRolePolicyDocument=trusting("*"))
    arn = iam.create_policy(PolicyName="Read", PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="Deploy", PolicyArn=arn)
    iam.put_role_policy(RoleName="Deploy", PolicyName="own", PolicyDocument=document)
    with refused("DeleteConflict", status=409, message="Cannot delete entity, must detach all policies first."):
        iam.delete_role(RoleName="Deploy")
    iam.detach_role_policy(RoleName="Deploy", PolicyArn=arn)
    with refused("DeleteConflict", status=409, message="Cannot delete entity, must delete policies first."):
        iam.delete_role(RoleName="Deploy")
    iam.delete_role_policy(RoleName="Deploy", PolicyName="own")
    iam.delete_role(RoleName="Deploy")


def test_a_boundary_and_tags_of_a_role(iam: IAMClient) -> None:
    document = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:GetUser","Resource":"*"}]}'
    arn = iam.create_policy(PolicyName="Bound", PolicyDocument=document)["Policy"]["Arn"]
    iam.create_role(RoleName="Deploy", AssumeRolePolicyDocument=trusting("*"))
    iam.put_role_permissions_boundary(RoleName="Deploy", PermissionsBoundary=arn)
    assert iam.get_role(RoleName="Deploy")["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == arn
    iam.delete_role_permissions_boundary(RoleName="Deploy")
    assert "PermissionsBoundary" not in iam.get_role(RoleName="Deploy")["Role"]
    with refused("NoSuchEntity", status=404, message=f"Scope ARN: {arn}x does not exist or is not attachable."):
        iam.put_role_permissions_boundary(RoleName="Deploy", PermissionsBoundary=f"{arn}x")
    iam.tag_role(RoleName="Deploy", Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    iam.untag_role(RoleName="Deploy", TagKeys=["a"])
    assert iam.list_role_tags(RoleName="Deploy")["Tags"] == [{"Key": "b", "Value": "2"}]


def test_who_may_not_ask_learns_nothing(iam: IAMClient, authority: Authority) -> None:
    iam.create_role(RoleName="Deploy", AssumeRolePolicyDocument=trusting("*"))
    iam.create_user(UserName="ann")
    ann = authority.of("iam", dict(iam.create_access_key(UserName="ann")["AccessKey"]))
    for name in ("Deploy", "nobody"):
        with refused("AccessDenied", status=403):
            ann.get_role(RoleName=name)
        with refused("AccessDenied", status=403):
            ann.delete_role(RoleName=name)


def test_paginators_see_everything_once(iam: IAMClient) -> None:
    names = [f"role-{number:02}" for number in range(5)]
    for name in reversed(names):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusting("*"))
    pages = iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 2})
    assert [role["RoleName"] for page in pages for role in page["Roles"]] == names
