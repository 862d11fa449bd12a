"""Tags on accounts, units, the root and policies; and requests for accounts, which may bring tags."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.organizations.organization import Organized, scp
from tests.api.organizations.reasons import refused_for
from tests.support.accounts import allowing
from tests.support.refusals import refused

INPUT = "InvalidInputException"
TEAM = [{"Key": "team", "Value": "blue"}]


def listed(organized: Organized, resource: str) -> list[dict[str, str]]:
    tags: list[dict[str, str]] = organized.client.list_tags_for_resource(ResourceId=resource)["Tags"]
    return tags


def test_everything_is_tagged_alike(organized: Organized) -> None:
    client = organized.client
    policy = organized.policy(scp("Allow", "*"))
    for resource in (organized.member.account_id, organized.unit("one"), organized.root, policy):
        assert listed(organized, resource) == []
        client.tag_resource(ResourceId=resource, Tags=[*TEAM, {"Key": "Team", "Value": "é"}])
        client.tag_resource(ResourceId=resource, Tags=[{"Key": "team", "Value": "red"}])
        assert listed(organized, resource) == [{"Key": "Team", "Value": "é"}, {"Key": "team", "Value": "red"}]
        client.untag_resource(ResourceId=resource, TagKeys=["team", "gone"])
        assert listed(organized, resource) == [{"Key": "Team", "Value": "é"}]
    with refused_for("INVALID_NEXT_TOKEN", INPUT):
        client.list_tags_for_resource(ResourceId=organized.root, NextToken="made up")


@pytest.mark.parametrize("resource", ["999999999999", "ou-none-12345678", "r-none", "p-12345678", "rp-1234"])
def test_what_is_not_there_has_no_tags(organized: Organized, resource: str) -> None:
    asked: list[tuple[Any, dict[str, Any]]] = [
        (organized.client.tag_resource, {"Tags": TEAM}),
        (organized.client.untag_resource, {"TagKeys": ["team"]}),
        (organized.client.list_tags_for_resource, {}),
    ]
    for ask, more in asked:
        with refused("TargetNotFoundException"):
            ask(ResourceId=resource, **more)


def test_tags_that_cannot_be(organized: Organized) -> None:
    tag, root = organized.client.tag_resource, organized.root
    with refused_for("DUPLICATE_TAG_KEY", INPUT):
        tag(ResourceId=root, Tags=[*TEAM, *TEAM])
    with refused_for("INVALID_SYSTEM_TAGS_PARAMETER", INPUT):
        tag(ResourceId=root, Tags=[{"Key": "aws:team", "Value": ""}])
    with refused_for("TARGET_NOT_SUPPORTED", INPUT):
        tag(ResourceId="p-FullAWSAccess", Tags=TEAM)
    tag(ResourceId=root, Tags=[{"Key": f"key {number}", "Value": ""} for number in range(50)])
    with refused_for("MAX_TAG_LIMIT_EXCEEDED"):
        tag(ResourceId=root, Tags=TEAM)


def test_tags_come_with_what_is_made_and_need_leave(organized: Organized) -> None:
    client, iam = organized.client, organized.authority.client("iam")
    unit = client.create_organizational_unit(ParentId=organized.root, Name="one", Tags=TEAM)["OrganizationalUnit"]["Id"]
    made = client.create_account(Email="a@example.com", AccountName="a", Tags=TEAM)["CreateAccountStatus"]["AccountId"]
    assert [listed(organized, one) for one in (unit, made)] == [TEAM, TEAM]
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="make", PolicyDocument=allowing("organizations:Create*"))
    ann = organized.authority.of("organizations", iam.create_access_key(UserName="ann")["AccessKey"])
    ann.create_organizational_unit(ParentId=organized.root, Name="two")
    with refused("AccessDeniedException"):
        ann.create_organizational_unit(ParentId=organized.root, Name="three", Tags=TEAM)


def test_a_tag_can_be_asked_for_in_a_policy(organized: Organized) -> None:
    iam = organized.authority.client("iam")
    iam.create_user(UserName="ann")
    condition = '"Condition": {"StringEquals": {"aws:ResourceTag/team": "blue"}}, "Resource"'
    policy = allowing("organizations:DescribeAccount").replace('"Resource"', condition)
    iam.put_user_policy(UserName="ann", PolicyName="read", PolicyDocument=policy)
    ann: Any = organized.authority.of("organizations", iam.create_access_key(UserName="ann")["AccessKey"])
    with refused("AccessDeniedException"):
        ann.describe_account(AccountId=organized.member.account_id)
    organized.client.tag_resource(ResourceId=organized.member.account_id, Tags=TEAM)
    ann.describe_account(AccountId=organized.member.account_id)


def test_requests_for_accounts_are_listed_by_what_became_of_them(organized: Organized) -> None:
    client = organized.client
    client.create_account(Email="other@example.com", AccountName="again")
    client.create_account(Email="b@example.com", AccountName="b")
    every = client.list_create_account_status()["CreateAccountStatuses"]
    failed = client.list_create_account_status(States=["FAILED"])["CreateAccountStatuses"]
    assert [one["FailureReason"] for one in failed] == ["EMAIL_ALREADY_EXISTS"]
    assert len(every) == 3
    pages = client.get_paginator("list_create_account_status").paginate(PaginationConfig={"PageSize": 1})
    assert [one for page in pages for one in page["CreateAccountStatuses"]] == every
    assert client.list_create_account_status(States=["IN_PROGRESS"])["CreateAccountStatuses"] == []
    with refused_for("INVALID_ROLE_NAME", INPUT):
        client.create_account(Email="d@example.com", AccountName="d", RoleName="AWSServiceRoleForOps")
