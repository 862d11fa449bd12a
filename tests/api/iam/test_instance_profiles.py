"""Instance profiles through the SDK: what they hold, and who may fill them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from mypy_boto3_iam import IAMClient
from mypy_boto3_iam.type_defs import PaginatorConfigTypeDef

from tests.support.authority import Authority
from tests.support.refusals import refused

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@pytest.fixture
def pair(iam: IAMClient) -> dict[str, str]:
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=json.dumps(TRUST), Tags=[{"Key": "of", "Value": "role"}])
    iam.create_instance_profile(InstanceProfileName="Web", Tags=[{"Key": "of", "Value": "profile"}])
    return {"InstanceProfileName": "Web", "RoleName": "web"}


def somebody(iam: IAMClient, authority: Authority, *statements: dict[str, Any]) -> Any:
    """A user whom these statements alone allow anything, and IAM as that user."""
    iam.create_user(UserName="ann")
    if statements:
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=document)
    return authority.of("iam", dict(iam.create_access_key(UserName="ann")["AccessKey"]))


def test_a_profile_tells_its_role(iam: IAMClient, authority: Authority, pair: dict[str, str]) -> None:
    iam.add_role_to_instance_profile(**pair)
    told = iam.get_instance_profile(InstanceProfileName="WEB")["InstanceProfile"]
    assert told["Arn"] == f"arn:aws:iam::{authority.account_id}:instance-profile/Web"
    assert told["Tags"] == [{"Key": "of", "Value": "profile"}]
    assert told["Roles"][0]["AssumeRolePolicyDocument"] == TRUST
    assert iam.list_instance_profiles_for_role(RoleName="web")["InstanceProfiles"][0]["Roles"] == told["Roles"]
    with refused("DeleteConflict", status=409):
        iam.delete_instance_profile(InstanceProfileName="Web")
    with refused("DeleteConflict", status=409):
        iam.delete_role(RoleName="web")
    with refused("LimitExceeded", status=409, message="Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"):
        iam.add_role_to_instance_profile(**pair)
    iam.remove_role_from_instance_profile(**pair)
    iam.delete_role(RoleName="web")
    iam.delete_instance_profile(InstanceProfileName="Web")
    with refused("NoSuchEntity", status=404, message="Instance Profile Web cannot be found."):
        iam.delete_instance_profile(InstanceProfileName="Web")


def test_paginators_see_everything_once(iam: IAMClient, pair: dict[str, str]) -> None:
    names = [f"profile-{number}" for number in range(5)]
    for name in reversed(names):
        iam.create_instance_profile(InstanceProfileName=name, Path="/many/")
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName="web")
    size: PaginatorConfigTypeDef = {"PageSize": 2}
    listed = iam.get_paginator("list_instance_profiles").paginate(PathPrefix="/many/", PaginationConfig=size)
    held = iam.get_paginator("list_instance_profiles_for_role").paginate(RoleName="web", PaginationConfig=size)
    for pages in (listed, held):
        assert [one["InstanceProfileName"] for page in pages for one in page["InstanceProfiles"]] == names


def test_who_may_not_ask_learns_nothing(iam: IAMClient, authority: Authority, pair: dict[str, str]) -> None:
    ann = somebody(iam, authority)
    arn = f"arn:aws:iam::{authority.account_id}"
    for name in ("Web", "none"):
        words = (
            f"User: {arn}:user/ann is not authorized to perform: iam:GetInstanceProfile on resource: "
            f"{arn}:instance-profile/{name} because no identity-based policy allows the iam:GetInstanceProfile action"
        )
        with refused("AccessDenied", status=403, message=words):
            ann.get_instance_profile(InstanceProfileName=name)


def test_filling_a_profile_takes_leave_to_pass_the_role(
    iam: IAMClient, authority: Authority, pair: dict[str, str]
) -> None:
    ann = somebody(iam, authority, {"Effect": "Allow", "Action": "iam:AddRoleToInstanceProfile", "Resource": "*"})
    arn = f"arn:aws:iam::{authority.account_id}"
    words = (
        f"User: {arn}:user/ann is not authorized to perform: iam:PassRole on resource: {arn}:role/web because no "
        "identity-based policy allows the iam:PassRole action"
    )
    with refused("AccessDenied", status=403, message=words):
        ann.add_role_to_instance_profile(**pair)
    assert iam.get_instance_profile(InstanceProfileName="Web")["InstanceProfile"]["Roles"] == []


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}, True),
        ({"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}, False),
        ({"StringEquals": {"iam:ResourceTag/of": "role"}}, True),
        ({"StringEquals": {"iam:ResourceTag/of": "profile"}}, False),
        ({"StringNotEquals": {"aws:ResourceTag/of": "role"}}, False),
    ],
)
def test_conditions_on_passing_see_the_role(
    iam: IAMClient, authority: Authority, pair: dict[str, str], condition: dict[str, Any], *, allowed: bool
) -> None:
    fill = {"Effect": "Allow", "Action": "iam:AddRoleToInstanceProfile", "Resource": "*"}
    of_profile = fill | {"Condition": {"StringEquals": {"aws:ResourceTag/of": "profile"}}}
    passing = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition": condition}
    ann = somebody(iam, authority, of_profile, passing)
    if allowed:
        ann.add_role_to_instance_profile(**pair)
    else:
        with refused("AccessDenied", status=403):
            ann.add_role_to_instance_profile(**pair)
