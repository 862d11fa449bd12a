from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest

from tests.support.stores import ACCOUNT, NOW
from tests.unit.services.iam.documents import READ_ALL, sized
from tests.unit.services.iam.house import House, refused
from watchword.policy import MalformedPolicy
from watchword.services.iam.policy_refusals import (
    NoSuchPolicy,
    PolicyAttached,
    PolicyExists,
    PolicyHasVersions,
    UnreadableArn,
)
from watchword.services.iam.refusals import DuplicateTagKeys, LimitExceeded

OTHER_ACCOUNT = "999988887777"


def made(house: House, name: str = "Read", **parameters: Any) -> str:
    arn: str = house.ask("create_policy", policy_name=name, policy_document=READ_ALL, **parameters)["Policy"]["Arn"]
    return arn


def test_a_new_policy_is_told(house: House) -> None:
    policy = house.ask(
        "create_policy",
        policy_name="Read",
        path="/ops/",
        policy_document=READ_ALL,
        description="reads",
        tags=[{"Key": "team", "Value": "a"}],
    )["Policy"]
    assert policy["PolicyId"].startswith("ANPA")
    assert len(policy["PolicyId"]) == 21
    assert policy == {
        "PolicyName": "Read",
        "PolicyId": policy["PolicyId"],
        "Arn": f"arn:aws:iam::{ACCOUNT}:policy/ops/Read",
        "Path": "/ops/",
        "DefaultVersionId": "v1",
        "AttachmentCount": 0,
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": True,
        "CreateDate": NOW,
        "UpdateDate": NOW,
        "Tags": [{"Key": "team", "Value": "a"}],
    }
    assert house.ask("get_policy", policy_arn=policy["Arn"]) == {"Policy": {**policy, "Description": "reads"}}


def test_names_are_taken_in_any_case_and_under_any_path(house: House) -> None:
    made(house)
    with refused(PolicyExists, "A policy called READ already exists. Duplicate names are not allowed."):
        made(house, "READ", path="/x/")


def test_a_document_is_checked_before_anything_is_kept(house: House) -> None:
    with refused(MalformedPolicy):
        house.ask("create_policy", policy_name="Read", policy_document='{"Version":"2012-10-17"}')
    with refused(MalformedPolicy, "Policy document must be version 2012-10-17 or greater."):
        house.ask("create_policy", policy_name="Read", policy_document=READ_ALL.replace("2012", "2008"))
    with refused(DuplicateTagKeys):
        made(house, tags=[{"Key": "a", "Value": ""}, {"Key": "A", "Value": ""}])
    assert house.ask("list_policies", scope="Local") == {"Policies": [], "IsTruncated": False}


def test_white_space_is_not_counted_against_the_size(house: House) -> None:
    house.ask("create_policy", policy_name="Fits", policy_document=sized(6144))
    with refused(LimitExceeded, "Cannot exceed quota for PolicySize: 6144"):
        house.ask("create_policy", policy_name="Large", policy_document=sized(6145))


def test_too_many_policies(house: House) -> None:
    house = house.limited(policies_per_account=1)
    made(house)
    with refused(LimitExceeded, "Cannot exceed quota for PoliciesPerAccount: 1"):
        made(house, "More")


@pytest.mark.parametrize("operation", ["get_policy", "delete_policy"])
@pytest.mark.parametrize("account", [ACCOUNT, "aws", OTHER_ACCOUNT])
def test_a_missing_policy(house: House, operation: str, account: str) -> None:
    arn = f"arn:aws:iam::{account}:policy/NoSuchAccess"
    with refused(NoSuchPolicy, f"Policy {arn} was not found."):
        house.ask(operation, policy_arn=arn)


@pytest.mark.parametrize(
    "arn", ["a-name-of-twenty-letters", "arn:aws:iam::x:policy/Read", "arn:aws:s3:::policy/Read/x"]
)
def test_an_arn_of_no_known_form(house: House, arn: str) -> None:
    with refused(UnreadableArn, "Invalid ARN:  Could not be parsed!"):
        house.ask("get_policy", policy_arn=arn)


def test_an_operation_is_about_the_policy_with_its_path_and_tags(house: House) -> None:
    arn = made(house, path="/ops/", tags=[{"Key": "team", "Value": "a"}])
    target = house.target("get_policy", policy_arn=arn)
    assert (target.arn, target.account) == (arn, ACCOUNT)
    about = house.target("create_policy", policy_name="More", path="/ops/", policy_document="")
    assert about.arn == f"arn:aws:iam::{ACCOUNT}:policy/ops/More"


def test_another_accounts_policy_is_its_own(house: House) -> None:
    target = house.target("get_policy", policy_arn=f"arn:aws:iam::{OTHER_ACCOUNT}:policy/Read")
    assert (target.account, target.subject) == (OTHER_ACCOUNT, None)


def test_policies_are_listed_by_scope_path_and_use(house: House) -> None:
    read, write = made(house, "Read"), made(house, "write", path="/ops/")
    house.ask("create_user", user_name="ann", permissions_boundary=read)
    house.ask("attach_user_policy", user_name="ann", policy_arn=write)

    def names(**parameters: Any) -> list[str]:
        return [policy["PolicyName"] for policy in house.ask("list_policies", **parameters)["Policies"]]

    made(house, "Idle")
    assert names()[:3] == names(scope="All")[:3] == names(scope="Local") == ["Idle", "Read", "write"]
    assert names()[3:] == names(scope="AWS")[:97]
    assert names(path_prefix="/ops/") == ["write"]
    assert names(only_attached=True) == ["Read", "write"]
    assert names(policy_usage_filter="PermissionsPolicy") == ["write"]
    assert names(policy_usage_filter="PermissionsBoundary", only_attached=True) == ["Read"]
    counts = {
        policy["PolicyName"]: (policy["AttachmentCount"], policy["PermissionsBoundaryUsageCount"])
        for policy in house.ask("list_policies", scope="Local")["Policies"]
    }
    assert counts == {"Idle": (0, 0), "Read": (0, 1), "write": (1, 0)}


def test_a_listing_goes_on_where_it_stopped(house: House) -> None:
    for name in ("a", "B", "c"):
        made(house, name)
    first = house.ask("list_policies", max_items=2)
    assert first["IsTruncated"]
    rest = house.ask("list_policies", max_items=2, marker=first["Marker"])
    names = [policy["PolicyName"] for policy in first["Policies"] + rest["Policies"]]
    assert names == ["a", "B", "c", "AccessAnalyzerServiceRolePolicy"]
    last = house.ask("list_policies", max_items=1, marker=rest["Marker"])["Policies"]
    assert last[0]["Arn"] == "arn:aws:iam::aws:policy/aws-service-role/AccountAccessManagerServiceRolePolicy"


def test_awss_own_policies_are_told(house: House) -> None:
    arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    policy = house.ask("get_policy", policy_arn=arn)["Policy"]
    assert (policy["Arn"], policy["IsAttachable"], policy["AttachmentCount"]) == (arn, True, 0)
    version = house.ask("get_policy_version", policy_arn=arn, version_id=policy["DefaultVersionId"])["PolicyVersion"]
    assert json.loads(unquote(version["Document"]))["Statement"] == [
        {"Action": "*", "Effect": "Allow", "Resource": "*"}
    ]
    told = house.ask("list_policy_versions", policy_arn=arn)["Versions"]
    assert [one["VersionId"] for one in told] == [policy["DefaultVersionId"]]
    assert house.ask("list_policy_tags", policy_arn=arn)["Tags"] == []
    house.ask("create_user", user_name="ann", permissions_boundary=arn)
    assert [one["Arn"] for one in house.ask("list_policies", scope="AWS", only_attached=True)["Policies"]] == [arn]


@pytest.mark.parametrize(
    "operation", ["delete_policy", "create_policy_version", "set_default_policy_version", "tag_policy", "untag_policy"]
)
def test_awss_own_policies_are_nobodys_to_change(house: House, operation: str) -> None:
    target = house.target(operation, policy_arn="arn:aws:iam::aws:policy/AdministratorAccess")
    assert target.account == "aws"


def test_a_policy_in_use_is_not_deleted(house: House) -> None:
    arn = made(house)
    house.ask("create_user", user_name="ann", permissions_boundary=arn)
    with refused(PolicyAttached, "Cannot delete a policy attached to entities."):
        house.ask("delete_policy", policy_arn=arn)
    house.ask("delete_user_permissions_boundary", user_name="ann")
    house.ask("attach_user_policy", user_name="ann", policy_arn=arn)
    with refused(PolicyAttached):
        house.ask("delete_policy", policy_arn=arn)
    house.ask("detach_user_policy", user_name="ann", policy_arn=arn)
    house.ask("create_policy_version", policy_arn=arn, policy_document=READ_ALL)
    with refused(PolicyHasVersions):
        house.ask("delete_policy", policy_arn=arn)
    house.ask("delete_policy_version", policy_arn=arn, version_id="v2")
    house.ask("delete_policy", policy_arn=arn)
    with refused(NoSuchPolicy):
        house.ask("get_policy", policy_arn=arn)


def test_a_deleted_policys_name_begins_anew(house: House) -> None:
    arn = made(house, tags=[{"Key": "team", "Value": "a"}])
    first = house.ask("get_policy", policy_arn=arn)["Policy"]
    house.ask("delete_policy", policy_arn=arn)
    assert first["PolicyId"] in house.touched
    assert made(house) == arn
    again = house.ask("get_policy", policy_arn=arn)["Policy"]
    assert again["PolicyId"] != first["PolicyId"]
    assert again["Tags"] == []
