"""Groups through the SDK, and what membership lets a user do."""

from __future__ import annotations

import json

from mypy_boto3_iam import IAMClient
from mypy_boto3_iam.type_defs import PaginatorConfigTypeDef

from tests.support.authority import Authority
from tests.support.refusals import refused

MAY_LIST = json.dumps(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"}}
)


def test_the_life_of_a_group(iam: IAMClient, authority: Authority) -> None:
    made = iam.create_group(GroupName="Staff", Path="/x/")["Group"]
    assert made["Arn"] == f"arn:aws:iam::{authority.account_id}:group/x/Staff"
    assert made["GroupId"].startswith("AGPA")
    with refused("EntityAlreadyExists", status=409, message="Group with name STAFF already exists."):
        iam.create_group(GroupName="STAFF")
    iam.update_group(GroupName="staff", NewGroupName="Crew", NewPath="/")
    told = iam.get_group(GroupName="crew")
    assert (told["Group"]["GroupId"], told["Group"]["Path"], told["Users"]) == (made["GroupId"], "/", [])
    assert [group["GroupName"] for group in iam.list_groups()["Groups"]] == ["Crew"]
    iam.delete_group(GroupName="Crew")
    with refused("NoSuchEntity", status=404, message="The group with name Crew cannot be found."):
        iam.get_group(GroupName="Crew")


def test_membership_grants_and_leaving_takes_away(iam: IAMClient, authority: Authority) -> None:
    iam.create_group(GroupName="staff")
    iam.put_group_policy(GroupName="staff", PolicyName="may", PolicyDocument=MAY_LIST)
    iam.create_user(UserName="ann")
    ann = authority.of("iam", dict(iam.create_access_key(UserName="ann")["AccessKey"]))
    with refused("AccessDenied", status=403):
        ann.list_users()
    iam.add_user_to_group(GroupName="staff", UserName="ann")
    ann.list_users()
    iam.delete_group_policy(GroupName="staff", PolicyName="may")
    with refused("AccessDenied", status=403):
        ann.list_users()
    iam.put_group_policy(GroupName="staff", PolicyName="may", PolicyDocument=MAY_LIST)
    ann.list_users()
    iam.remove_user_from_group(GroupName="staff", UserName="ann")
    with refused("AccessDenied", status=403):
        ann.list_users()


def test_members_and_groups_are_paged(iam: IAMClient) -> None:
    for number in range(3):
        iam.create_group(GroupName=f"g{number}")
        iam.create_user(UserName=f"u{number}")
        iam.add_user_to_group(GroupName="g0", UserName=f"u{number}")
        iam.add_user_to_group(GroupName=f"g{number}", UserName="u0")
    size: PaginatorConfigTypeDef = {"PageSize": 2}
    members = list(iam.get_paginator("get_group").paginate(GroupName="g0", PaginationConfig=size))
    assert [len(page["Users"]) for page in members] == [2, 1]
    assert {user["UserName"] for page in members for user in page["Users"]} == {"u0", "u1", "u2"}
    of_user = list(iam.get_paginator("list_groups_for_user").paginate(UserName="u0", PaginationConfig=size))
    assert [[group["GroupName"] for group in page["Groups"]] for page in of_user] == [["g0", "g1"], ["g2"]]


def test_an_eleventh_group_is_refused(iam: IAMClient) -> None:
    iam.create_user(UserName="ann")
    for number in range(11):
        iam.create_group(GroupName=f"g{number}")
    for number in range(10):
        iam.add_user_to_group(GroupName=f"g{number}", UserName="ann")
    iam.add_user_to_group(GroupName="g0", UserName="ann")
    with refused("LimitExceeded", status=409, message="Cannot exceed quota for GroupsPerUser: 10"):
        iam.add_user_to_group(GroupName="g10", UserName="ann")


def test_a_group_in_use_is_not_deleted(iam: IAMClient) -> None:
    iam.create_group(GroupName="staff")
    iam.create_user(UserName="ann")
    iam.add_user_to_group(GroupName="staff", UserName="ann")
    with refused("DeleteConflict", status=409, message="Cannot delete entity, must remove users from group first."):
        iam.delete_group(GroupName="staff")
    iam.remove_user_from_group(GroupName="staff", UserName="ann")
    with refused("NoSuchEntity", status=404):
        iam.remove_user_from_group(GroupName="staff", UserName="ann")
    iam.delete_group(GroupName="staff")
