"""Users through the SDK, as the account's administrator and as the users themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from mypy_boto3_iam import IAMClient

from tests.support.authority import Authority
from tests.support.refusals import refused


def document(action: str | list[str], resource: str = "*", **condition: object) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement | condition]})


def acting(authority: Authority, iam: IAMClient, name: str, policy: str = "") -> IAMClient:
    """Make a user that may do what the policy says, and give IAM as that user."""
    iam.create_user(UserName=name)
    if policy:
        iam.put_user_policy(UserName=name, PolicyName="may", PolicyDocument=policy)
    client: IAMClient = authority.of("iam", dict(iam.create_access_key(UserName=name)["AccessKey"]))
    return client


def test_the_life_of_a_user(iam: IAMClient, authority: Authority) -> None:
    made = iam.create_user(UserName="Ann", Path="/staff/", Tags=[{"Key": "team", "Value": "blue"}])["User"]
    assert made["Arn"] == f"arn:aws:iam::{authority.account_id}:user/staff/Ann"
    assert abs((datetime.now(UTC) - made["CreateDate"]).total_seconds()) < 60
    assert iam.get_user(UserName="ann")["User"] == made
    iam.update_user(UserName="ann", NewUserName="Anna", NewPath="/")
    renamed = iam.get_user(UserName="anna")["User"]
    assert (renamed["UserId"], renamed["Path"]) == (made["UserId"], "/")
    iam.delete_user(UserName="ANNA")
    with refused("NoSuchEntity", status=404, message="The user with name Anna cannot be found."):
        iam.get_user(UserName="Anna")


def test_a_name_is_taken_in_any_case(iam: IAMClient) -> None:
    iam.create_user(UserName="ann")
    with refused("EntityAlreadyExists", status=409, message="User with name ANN already exists."):
        iam.create_user(UserName="ANN")


@pytest.mark.parametrize("name", ["a" * 65, "../ann", "ann\nbob", "ann bob", "änn"])
def test_names_that_are_none(iam: IAMClient, name: str) -> None:
    with refused("ValidationError", status=400):
        iam.create_user(UserName=name)


def test_paging(iam: IAMClient) -> None:
    names = [f"u{number:02}" for number in range(7)]
    for name in names:
        iam.create_user(UserName=name, Path="/paged/")
    pages = list(iam.get_paginator("list_users").paginate(PathPrefix="/paged/", PaginationConfig={"PageSize": 3}))
    assert [[user["UserName"] for user in page["Users"]] for page in pages] == [names[:3], names[3:6], names[6:]]
    with refused("ValidationError", status=400, message="Invalid Marker: forged"):
        iam.list_users(Marker="forged")


def test_a_user_is_told_of_itself(iam: IAMClient, authority: Authority) -> None:
    ann = acting(authority, iam, "ann", document("iam:GetUser", "arn:aws:iam::*:user/${aws:username}"))
    assert ann.get_user()["User"]["UserName"] == "ann"
    with refused("AccessDenied", status=403):
        ann.get_user(UserName=authority.user_name)
    with refused("AccessDenied", status=403):
        ann.get_user(UserName="nobody")


def test_a_renamed_user_goes_on_with_its_key_under_its_new_name(iam: IAMClient, authority: Authority) -> None:
    ann = acting(authority, iam, "ann", document("iam:GetUser", "arn:aws:iam::*:user/${aws:username}"))
    assert ann.get_user()["User"]["UserName"] == "ann"
    iam.update_user(UserName="ann", NewUserName="anna")
    assert ann.get_user()["User"]["UserName"] == "anna"


def test_a_user_is_deleted_in_aws_order(iam: IAMClient, authority: Authority) -> None:
    iam.create_user(UserName="ann")
    arn = iam.create_policy(PolicyName="p", PolicyDocument=document("s3:*"))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="ann", PolicyArn=arn)
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=document("s3:*"))
    key_id = iam.create_access_key(UserName="ann")["AccessKey"]["AccessKeyId"]
    iam.create_group(GroupName="staff")
    iam.add_user_to_group(GroupName="staff", UserName="ann")
    ways: tuple[tuple[str, Callable[[], object]], ...] = (
        ("detach all policies", lambda: iam.detach_user_policy(UserName="ann", PolicyArn=arn)),
        ("delete policies", lambda: iam.delete_user_policy(UserName="ann", PolicyName="own")),
        ("delete access keys", lambda: iam.delete_access_key(UserName="ann", AccessKeyId=key_id)),
        ("remove users from group", lambda: iam.remove_user_from_group(GroupName="staff", UserName="ann")),
    )
    for first, clear in ways:
        with refused("DeleteConflict", status=409, message=f"Cannot delete entity, must {first} first."):
            iam.delete_user(UserName="ann")
        clear()
    iam.delete_user(UserName="ann")


def test_tags(iam: IAMClient) -> None:
    iam.create_user(UserName="ann", Tags=[{"Key": "Team", "Value": "blue"}])
    iam.tag_user(UserName="ann", Tags=[{"Key": "team", "Value": "red"}, {"Key": "cost", "Value": ""}])
    assert iam.list_user_tags(UserName="ann")["Tags"] == [
        {"Key": "cost", "Value": ""},
        {"Key": "team", "Value": "red"},
    ]
    iam.untag_user(UserName="ann", TagKeys=["TEAM"])
    assert [tag["Key"] for tag in iam.get_user(UserName="ann")["User"]["Tags"]] == ["cost"]
    with refused("InvalidInput", status=400):
        iam.tag_user(UserName="ann", Tags=[{"Key": "a", "Value": ""}, {"Key": "A", "Value": ""}])
    with refused("InvalidInput", status=400):
        iam.tag_user(UserName="ann", Tags=[{"Key": "aws:a", "Value": ""}])


def test_creating_with_tags_needs_leave_to_tag(iam: IAMClient, authority: Authority) -> None:
    ann = acting(authority, iam, "ann", document("iam:CreateUser"))
    ann.create_user(UserName="bob")
    with refused("AccessDenied", status=403):
        ann.create_user(UserName="carl", Tags=[{"Key": "team", "Value": "blue"}])
    with refused("NoSuchEntity"):
        iam.get_user(UserName="carl")


def test_leave_may_hang_on_tags(iam: IAMClient, authority: Authority) -> None:
    blue = {"StringEquals": {"aws:ResourceTag/team": "blue"}}
    ann = acting(authority, iam, "ann", document("iam:GetUser", Condition=blue))
    iam.create_user(UserName="bob", Tags=[{"Key": "Team", "Value": "blue"}])
    assert ann.get_user(UserName="bob")["User"]["UserName"] == "bob"
    iam.tag_user(UserName="bob", Tags=[{"Key": "team", "Value": "red"}])
    with refused("AccessDenied", status=403):
        ann.get_user(UserName="bob")


def test_a_boundary_bounds_from_the_next_request(iam: IAMClient, authority: Authority) -> None:
    ann = acting(authority, iam, "ann", document("iam:*"))
    ann.list_users()
    arn = iam.create_policy(PolicyName="limits", PolicyDocument=document("iam:GetUser"))["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName="ann", PermissionsBoundary=arn)
    told = ann.get_user()["User"]["PermissionsBoundary"]
    assert told == {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": arn}
    with refused("AccessDenied", status=403):
        ann.list_users()
    iam.delete_user_permissions_boundary(UserName="ann")
    ann.list_users()
    with refused("NoSuchEntity", status=404):
        iam.create_user(UserName="bob", PermissionsBoundary=f"{arn}-not")


def test_leave_to_create_may_require_a_boundary(iam: IAMClient, authority: Authority) -> None:
    arn = iam.create_policy(PolicyName="limits", PolicyDocument=document("iam:GetUser"))["Policy"]["Arn"]
    bounded = {"StringEquals": {"iam:PermissionsBoundary": arn}}
    ann = acting(authority, iam, "ann", document("iam:CreateUser", Condition=bounded))
    with refused("AccessDenied", status=403):
        ann.create_user(UserName="bob")
    ann.create_user(UserName="bob", PermissionsBoundary=arn)
