"""Managed policies through the SDK: their versions, and who may use them."""

from __future__ import annotations

import json
from typing import Any

from mypy_boto3_iam import IAMClient

from tests.support.authority import Authority
from tests.support.refusals import refused


def allowing(*actions: str, resource: str = "*") -> str:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def newcomer(iam: IAMClient, authority: Authority, document: str) -> Any:
    """IAM as a user who may do what the document allows."""
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=document)
    return authority.of("iam", dict(iam.create_access_key(UserName="ann")["AccessKey"]))


def test_the_life_of_a_policy(iam: IAMClient, authority: Authority) -> None:
    made = iam.create_policy(
        PolicyName="Read",
        Path="/ops/",
        PolicyDocument=allowing("iam:GetUser"),
        Description="reads",
        Tags=[{"Key": "team", "Value": "a"}],
    )["Policy"]
    arn = f"arn:aws:iam::{authority.account_id}:policy/ops/Read"
    assert made["Arn"] == arn
    told = iam.get_policy(PolicyArn=arn)["Policy"]
    assert told["Description"] == "reads"
    assert told["CreateDate"] == made["CreateDate"]
    assert told["Tags"] == [{"Key": "team", "Value": "a"}]
    with refused("EntityAlreadyExists", status=409):
        iam.create_policy(PolicyName="read", PolicyDocument=allowing("iam:GetUser"))
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=allowing("iam:ListUsers"), SetAsDefault=True)
    version = iam.get_policy_version(PolicyArn=arn, VersionId="v2")["PolicyVersion"]
    assert version["Document"] == json.loads(allowing("iam:ListUsers"))
    with refused("DeleteConflict", status=409, message="Cannot delete the default version of a policy."):
        iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
    with refused("DeleteConflict", status=409):
        iam.delete_policy(PolicyArn=arn)
    iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
    assert [version["VersionId"] for version in iam.list_policy_versions(PolicyArn=arn)["Versions"]] == ["v2"]
    iam.delete_policy(PolicyArn=arn)
    with refused("NoSuchEntity", status=404, message=f"Policy {arn} was not found."):
        iam.get_policy(PolicyArn=arn)


def test_bad_documents_are_told_in_awss_words(iam: IAMClient) -> None:
    with refused("MalformedPolicyDocument", status=400, message="Syntax errors in policy."):
        iam.create_policy(PolicyName="Read", PolicyDocument="{")
    with refused("MalformedPolicyDocument", status=400, message="Policy statement must contain actions."):
        iam.create_policy(PolicyName="Read", PolicyDocument=allowing())
    with refused("LimitExceeded", status=409, message="Cannot exceed quota for PolicySize: 6144"):
        iam.create_policy(PolicyName="Read", PolicyDocument=allowing(*(f"iam:Get{n}" for n in range(1000))))
    assert iam.list_policies(Scope="Local")["Policies"] == []


def test_a_new_default_version_is_in_force_at_once(iam: IAMClient, authority: Authority) -> None:
    ann = newcomer(iam, authority, allowing("iam:GetUser"))
    arn = iam.create_policy(PolicyName="Lists", PolicyDocument=allowing("iam:ListUsers"))["Policy"]["Arn"]
    with refused("AccessDenied", status=403):
        ann.list_users()
    iam.attach_user_policy(UserName="ann", PolicyArn=arn)
    ann.list_users()
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=allowing("iam:ListRoles"), SetAsDefault=True)
    with refused("AccessDenied", status=403):
        ann.list_users()
    ann.list_roles()
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    ann.list_users()
    iam.detach_user_policy(UserName="ann", PolicyArn=arn)
    with refused("AccessDenied", status=403):
        ann.list_users()


def test_a_boundary_bounds_at_once(iam: IAMClient, authority: Authority) -> None:
    ann = newcomer(iam, authority, allowing("iam:*"))
    ann.list_users()
    arn = iam.create_policy(PolicyName="Bound", PolicyDocument=allowing("iam:ListRoles"))["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName="ann", PermissionsBoundary=arn)
    with refused("AccessDenied", status=403):
        ann.list_users()
    ann.list_roles()
    assert iam.get_policy(PolicyArn=arn)["Policy"]["PermissionsBoundaryUsageCount"] == 1
    with refused("DeleteConflict", status=409, message="Cannot delete a policy attached to entities."):
        iam.delete_policy(PolicyArn=arn)
    iam.delete_user_permissions_boundary(UserName="ann")
    ann.list_users()
    iam.delete_policy(PolicyArn=arn)


def test_who_may_not_ask_learns_nothing(iam: IAMClient, authority: Authority) -> None:
    ann = newcomer(
        iam, authority, allowing("iam:GetPolicy", resource=f"arn:aws:iam::{authority.account_id}:policy/x/*")
    )
    for name in ("Read", "Nothing"):
        arn = f"arn:aws:iam::{authority.account_id}:policy/{name}"
        with refused("AccessDenied", status=403):
            ann.get_policy(PolicyArn=arn)
        if name == "Read":
            iam.create_policy(PolicyName=name, PolicyDocument=allowing("iam:GetUser"))
    iam.create_policy(PolicyName="Mine", Path="/x/", PolicyDocument=allowing("iam:GetUser"))
    ann.get_policy(PolicyArn=f"arn:aws:iam::{authority.account_id}:policy/x/Mine")


def test_another_accounts_policy_is_refused(iam: IAMClient) -> None:
    arn = "arn:aws:iam::999988887777:policy/Read"
    with refused("AccessDenied", status=403):
        iam.get_policy(PolicyArn=arn)
    iam.create_user(UserName="ann")
    with refused("NoSuchEntity", status=404, message=f"Policy {arn} does not exist or is not attachable."):
        iam.attach_user_policy(UserName="ann", PolicyArn=arn)
    with refused("ValidationError", status=400, message="Invalid ARN:  Could not be parsed!"):
        iam.attach_user_policy(UserName="ann", PolicyArn="not-an-arn-but-long-enough")


def test_a_condition_on_the_policy_decides_what_may_be_attached(iam: IAMClient, authority: Authority) -> None:
    arns = [
        iam.create_policy(PolicyName=name, PolicyDocument=allowing("iam:GetUser"))["Policy"]["Arn"]
        for name in ("Good", "Bad")
    ]
    statement = {
        "Effect": "Allow",
        "Action": "iam:AttachUserPolicy",
        "Resource": "*",
        "Condition": {"ArnEquals": {"iam:PolicyARN": arns[0]}},
    }
    ann = newcomer(iam, authority, json.dumps({"Version": "2012-10-17", "Statement": statement}))
    ann.attach_user_policy(UserName="ann", PolicyArn=arns[0])
    with refused("AccessDenied", status=403):
        ann.attach_user_policy(UserName="ann", PolicyArn=arns[1])


def test_paginators_see_everything_once(iam: IAMClient) -> None:
    names = [f"policy-{number:02}" for number in range(7)]
    arns = [
        iam.create_policy(PolicyName=name, PolicyDocument=allowing("iam:GetUser"))["Policy"]["Arn"] for name in names
    ]
    pages = iam.get_paginator("list_policies").paginate(Scope="Local", PaginationConfig={"PageSize": 3})
    assert [policy["PolicyName"] for page in pages for policy in page["Policies"]] == names
    for name in names:
        iam.create_user(UserName=name)
        iam.attach_user_policy(UserName=name, PolicyArn=arns[0])
    entities = iam.get_paginator("list_entities_for_policy").paginate(
        PolicyArn=arns[0], PaginationConfig={"PageSize": 3}
    )
    assert sorted(user["UserName"] for page in entities for user in page["PolicyUsers"]) == names
    with refused("ValidationError", status=400):
        iam.list_policies(Marker="not-a-marker")


def test_tags_of_a_policy(iam: IAMClient) -> None:
    arn = iam.create_policy(PolicyName="Read", PolicyDocument=allowing("iam:GetUser"))["Policy"]["Arn"]
    iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}])
    iam.untag_policy(PolicyArn=arn, TagKeys=["A"])
    assert iam.list_policy_tags(PolicyArn=arn)["Tags"] == [{"Key": "b", "Value": ""}]
