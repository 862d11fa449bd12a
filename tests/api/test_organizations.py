"""Several accounts: made in an organization, kept apart, and reached across only where both sides say so."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.accounts import ADMINISTRATOR, Member, allowing, member_of, trusting
from tests.support.authority import Authority
from tests.support.refusals import refused

AUDIT = {"arn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"}


@pytest.fixture
def organizations(authority: Authority) -> Any:
    return authority.client("organizations")


@pytest.fixture
def other(authority: Authority) -> Member:
    return member_of(authority)


def test_an_account_is_made_and_told(authority: Authority, organizations: Any) -> None:
    with refused("AWSOrganizationsNotInUseException"):
        organizations.list_accounts()
    made = organizations.create_organization()["Organization"]
    assert made["MasterAccountId"] == authority.account_id
    with refused("AlreadyInOrganizationException"):
        organizations.create_organization()
    status = organizations.create_account(Email="a@example.com", AccountName="a")["CreateAccountStatus"]
    assert status["State"] == "SUCCEEDED"
    again = organizations.create_account(Email="A@example.com", AccountName="b")["CreateAccountStatus"]
    assert (again["State"], again["FailureReason"]) == ("FAILED", "EMAIL_ALREADY_EXISTS")
    asked = organizations.describe_create_account_status(CreateAccountRequestId=again["Id"])
    assert asked["CreateAccountStatus"] == again
    told = organizations.describe_account(AccountId=status["AccountId"])["Account"]
    assert (told["Name"], told["Email"], told["Status"], told["JoinedMethod"]) == (
        "a",
        "a@example.com",
        "ACTIVE",
        "CREATED",
    )
    with refused("AccountNotFoundException"):
        organizations.describe_account(AccountId="999999999999")
    pages = organizations.get_paginator("list_accounts").paginate(PaginationConfig={"PageSize": 1})
    assert {account["Id"] for page in pages for account in page["Accounts"]} == {
        authority.account_id,
        status["AccountId"],
    }
    with refused("InvalidInputException"):
        organizations.list_accounts(NextToken="made up")


def test_the_management_account_administers_a_member_by_its_role(authority: Authority, other: Member) -> None:
    assert other.client("sts").get_caller_identity()["Arn"] == (
        f"arn:aws:sts::{other.account_id}:assumed-role/OrganizationAccountAccessRole/admin"
    )
    key = other.user("bea", ADMINISTRATOR)
    identity = authority.of("sts", key).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:iam::{other.account_id}:user/bea"
    assert authority.client("sts").get_access_key_info(AccessKeyId=key["AccessKeyId"])["Account"] == other.account_id
    assert [user["UserName"] for user in authority.client("iam").list_users()["Users"]] == [authority.user_name]


def test_a_member_does_not_see_the_organization_as_its_management_does(other: Member) -> None:
    organizations = other.client("organizations")
    assert organizations.describe_organization()["Organization"]["MasterAccountId"] != other.account_id
    with refused("AccessDeniedException", message="You don't have permissions to access this resource."):
        organizations.list_accounts()
    with refused("AccessDeniedException"):
        organizations.create_account(Email="b@example.com", AccountName="b")
    with refused("AccountNotManagementOrDelegatedAdministratorException"):
        other.client("iam").list_organizations_features()


def test_another_accounts_things_are_neither_seen_nor_changed(iam: Any, other: Member) -> None:
    own = iam.create_policy(PolicyName="own", PolicyDocument=allowing("iam:GetUser"))["Policy"]["Arn"]
    there = other.client("iam")
    with refused("AccessDenied"):
        there.get_policy(PolicyArn=own)
    there.create_user(UserName="bea")
    with refused("NoSuchEntity"):
        there.attach_user_policy(UserName="bea", PolicyArn=own)
    with refused("NoSuchEntity"):
        iam.get_user(UserName="bea")


def test_who_holds_one_of_awss_policies_is_told_account_by_account(iam: Any, other: Member) -> None:
    other.user("bea", ADMINISTRATOR)
    held = iam.get_policy(PolicyArn=ADMINISTRATOR)["Policy"]
    assert held["AttachmentCount"] == 0
    assert iam.list_entities_for_policy(PolicyArn=ADMINISTRATOR)["PolicyUsers"] == []
    there = other.client("iam")
    assert there.get_policy(PolicyArn=ADMINISTRATOR)["Policy"]["AttachmentCount"] == 2
    assert [user["UserName"] for user in there.list_entities_for_policy(PolicyArn=ADMINISTRATOR)["PolicyUsers"]] == [
        "bea"
    ]
    assert ADMINISTRATOR not in [
        policy["Arn"] for policy in iam.list_policies(Scope="AWS", OnlyAttached=True)["Policies"]
    ]


def test_a_role_across_accounts_needs_a_yes_from_both_sides(authority: Authority, iam: Any, other: Member) -> None:
    there = other.client("iam")
    role = there.create_role(
        RoleName="shared", AssumeRolePolicyDocument=trusting(f"arn:aws:iam::{authority.account_id}:root")
    )["Role"]["Arn"]
    iam.create_user(UserName="ann")
    ann = authority.of("sts", iam.create_access_key(UserName="ann")["AccessKey"])
    with refused("AccessDenied", status=403):  # trusted, but not allowed at home
        ann.assume_role(RoleArn=role, RoleSessionName="run")
    iam.put_user_policy(UserName="ann", PolicyName="go", PolicyDocument=allowing("sts:AssumeRole", role))
    assert ann.assume_role(RoleArn=role, RoleSessionName="run")["AssumedRoleUser"]["Arn"].startswith(
        f"arn:aws:sts::{other.account_id}:"
    )
    there.update_assume_role_policy(RoleName="shared", PolicyDocument=trusting(f"arn:aws:iam::{other.account_id}:root"))
    with refused("AccessDenied", status=403):  # allowed at home, but not trusted
        ann.assume_role(RoleArn=role, RoleSessionName="run")


def test_the_organization_can_be_asked_for_in_a_policy(authority: Authority, sts: Any, other: Member) -> None:
    there = other.client("iam")
    organization = authority.client("organizations").describe_organization()["Organization"]["Id"]
    for name, wanted in (("ours", organization), ("theirs", "o-someothers")):
        there.create_role(
            RoleName=name,
            AssumeRolePolicyDocument=trusting("*", StringEquals={"aws:PrincipalOrgID": wanted}),
        )
    roles = f"arn:aws:iam::{other.account_id}:role"
    sts.assume_role(RoleArn=f"{roles}/ours", RoleSessionName="run")
    with refused("AccessDenied"):
        sts.assume_role(RoleArn=f"{roles}/theirs", RoleSessionName="run")


def test_a_members_root_is_assumed_for_a_task(authority: Authority, iam: Any, sts: Any, other: Member) -> None:
    with refused("AccessDenied"):  # not enabled
        sts.assume_root(TargetPrincipal=other.account_id, TaskPolicyArn=AUDIT)
    assert iam.enable_organizations_root_sessions()["EnabledFeatures"] == ["RootSessions"]
    assert iam.list_organizations_features()["EnabledFeatures"] == ["RootSessions"]
    session = sts.assume_root(TargetPrincipal=f"arn:aws:iam::{other.account_id}:root", TaskPolicyArn=AUDIT)
    root = session["Credentials"]
    issued = [{"AttributeKey": "ResourceName", "AttributeValue": root["AccessKeyId"]}]
    for account in (authority, other):  # on record where it was asked for, and where the root is
        (event,) = account.client("cloudtrail").lookup_events(LookupAttributes=issued)["Events"]
        assert event["EventName"] == "AssumeRoot"
    assert authority.of("sts", root).get_caller_identity()["Arn"] == f"arn:aws:iam::{other.account_id}:root"
    assert authority.of("iam", root).list_access_keys()["AccessKeyMetadata"] == []
    with refused("AccessDenied"):  # not of this task
        authority.of("iam", root).create_access_key()
    other.user("bea")
    with refused("AccessDenied"):  # only about root itself
        authority.of("iam", root).list_access_keys(UserName="bea")
    with refused("AccessDenied"):
        authority.of("sts", root).get_session_token()
    authority.advance(901)
    with refused("ExpiredToken"):
        authority.of("sts", root).get_caller_identity()


@pytest.mark.parametrize(
    "target", ["999999999999", "arn:aws:iam::999999999999:root", "not-an-account", "own"], ids=lambda target: target
)
def test_no_other_root_is_assumed(authority: Authority, iam: Any, sts: Any, other: Member, target: str) -> None:
    iam.enable_organizations_root_sessions()
    with refused("AccessDenied"):
        sts.assume_root(TargetPrincipal=authority.account_id if target == "own" else target, TaskPolicyArn=AUDIT)
    with refused("AccessDenied"):
        other.client("sts").assume_root(TargetPrincipal=authority.account_id, TaskPolicyArn=AUDIT)
    with refused("ValidationError"):
        sts.assume_root(TargetPrincipal=other.account_id, TaskPolicyArn={"arn": ADMINISTRATOR})


def test_a_user_needs_leave_for_the_very_task(authority: Authority, iam: Any, other: Member) -> None:
    iam.enable_organizations_root_sessions()
    iam.create_user(UserName="ann")
    policy = allowing("sts:AssumeRoot").replace(
        '"Resource"', f'"Condition": {{"StringEquals": {{"sts:TaskPolicyArn": "{AUDIT["arn"]}"}}}}, "Resource"'
    )
    iam.put_user_policy(UserName="ann", PolicyName="root", PolicyDocument=policy)
    ann = authority.of("sts", iam.create_access_key(UserName="ann")["AccessKey"])
    ann.assume_root(TargetPrincipal=other.account_id, TaskPolicyArn=AUDIT)
    with refused("AccessDenied"):
        ann.assume_root(
            TargetPrincipal=other.account_id,
            TaskPolicyArn={"arn": AUDIT["arn"].replace("IAMAudit", "IAMDelete")},
        )
