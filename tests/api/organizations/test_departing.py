"""Accounts that go: removed, leaving, closed; and the organization that is left."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.organizations.organization import Organized
from tests.api.organizations.reasons import refused_for
from tests.support.accounts import ADMINISTRATOR, Member, member_of
from tests.support.authority import Authority
from tests.support.refusals import refused

DAY = 86_400
INVALID = "InvalidClientTokenId"


def days(authority: Authority, count: float) -> None:
    """Let days go by; a step of the sandbox's clock has its limit."""
    authority.advance(int(count * DAY))


@pytest.fixture
def key(organized: Organized) -> dict[str, Any]:
    """A long-term key of the member's administrator, which outlives the waiting period."""
    return organized.member.user("bea", ADMINISTRATOR)


def test_a_new_account_waits_four_days(organized: Organized, key: dict[str, Any]) -> None:
    authority, client = organized.authority, organized.client
    account = organized.member.account_id
    theirs = authority.of("organizations", key)
    with refused_for("WAIT_PERIOD_ACTIVE"):
        client.remove_account_from_organization(AccountId=account)
    with refused_for("WAIT_PERIOD_ACTIVE"):
        theirs.leave_organization()
    days(authority, 4)
    theirs.leave_organization()
    with refused("AWSOrganizationsNotInUseException"):
        theirs.describe_organization()
    with refused("AWSOrganizationsNotInUseException"):
        theirs.leave_organization()
    with refused("AccountNotFoundException"):
        client.describe_account(AccountId=account)
    assert authority.of("iam", key).get_user()["User"]["UserName"] == "bea"  # it stands alone, and stands
    again = client.create_account(Email="OTHER@example.com", AccountName="x")["CreateAccountStatus"]
    assert again["FailureReason"] == "EMAIL_ALREADY_EXISTS"
    made = theirs.create_organization()["Organization"]
    assert made["MasterAccountEmail"] == "other@example.com"


def test_the_management_account_stays(organized: Organized, key: dict[str, Any]) -> None:
    client, authority = organized.client, organized.authority
    with refused("MasterCannotLeaveOrganizationException"):
        client.leave_organization()
    with refused("MasterCannotLeaveOrganizationException"):
        client.remove_account_from_organization(AccountId=authority.account_id)
    with refused("AccountNotFoundException"):
        client.remove_account_from_organization(AccountId="999999999999")
    with refused("AccessDeniedException"):
        authority.of("organizations", key).remove_account_from_organization(AccountId=authority.account_id)


def test_an_organization_ends_when_all_have_left(organized: Organized, key: dict[str, Any]) -> None:
    client, authority = organized.client, organized.authority
    unit = organized.unit("one")
    organized.enable("SERVICE_CONTROL_POLICY")
    client.tag_resource(ResourceId=unit, Tags=[{"Key": "a", "Value": "b"}])
    with refused("OrganizationNotEmptyException"):
        client.delete_organization()
    with refused("AccessDeniedException"):
        authority.of("organizations", key).delete_organization()
    days(authority, 5)
    client.remove_account_from_organization(AccountId=organized.member.account_id)
    client.delete_organization()
    with refused("AWSOrganizationsNotInUseException"):
        client.describe_organization()
    client.create_organization()
    root = client.list_roots()["Roots"][0]
    assert (root["Id"] != organized.root, root["PolicyTypes"]) == (True, [])


def test_nothing_of_a_closed_account_opens_anything(organized: Organized, key: dict[str, Any]) -> None:
    authority, client, member = organized.authority, organized.client, organized.member
    theirs, session = authority.of("sts", key), member.client("sts")
    of_user = authority.of("sts", theirs.get_session_token()["Credentials"])
    iam = authority.client("iam")
    iam.enable_organizations_root_sessions()
    task = {"arn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"}
    sts = authority.client("sts")
    root = sts.assume_root(TargetPrincipal=member.account_id, TaskPolicyArn=task)["Credentials"]
    all_of_them = (theirs, session, of_user, authority.of("sts", root))
    for one in all_of_them:
        one.get_caller_identity()
    client.close_account(AccountId=member.account_id)
    for one in all_of_them:
        with refused(INVALID):
            one.get_caller_identity()
    with refused("AccessDenied"):
        sts.assume_root(TargetPrincipal=member.account_id, TaskPolicyArn=task)
    with refused("AccessDenied"):
        sts.assume_role(
            RoleArn=f"arn:aws:iam::{member.account_id}:role/OrganizationAccountAccessRole", RoleSessionName="late"
        )
    with refused("AccountAlreadyClosedException"):
        client.close_account(AccountId=member.account_id)


def test_a_closed_account_is_told_for_ninety_days(organized: Organized) -> None:
    authority, client, account = organized.authority, organized.client, organized.member.account_id
    unit = organized.unit("gone")
    organized.move(organized.root, unit)
    client.close_account(AccountId=account)
    told = client.describe_account(AccountId=account)["Account"]
    assert (told["Status"], told["State"]) == ("SUSPENDED", "CLOSED")
    assert told in client.list_accounts()["Accounts"]
    days(authority, 89)
    assert client.describe_account(AccountId=account)["Account"] == told
    with refused("OrganizationalUnitNotEmptyException"):
        client.delete_organizational_unit(OrganizationalUnitId=unit)
    days(authority, 1.01)
    with refused("AccountNotFoundException"):
        client.describe_account(AccountId=account)
    assert [one["Id"] for one in client.list_accounts()["Accounts"]] == [authority.account_id]
    client.delete_organizational_unit(OrganizationalUnitId=unit)
    client.delete_organization()


def test_who_may_close_what(organized: Organized) -> None:
    client, member = organized.client, organized.member
    with refused_for("CANNOT_CLOSE_MANAGEMENT_ACCOUNT"):
        client.close_account(AccountId=organized.authority.account_id)
    with refused("AccountNotFoundException"):
        client.close_account(AccountId="999999999999")
    with refused("AccessDeniedException"):
        member.client("organizations").close_account(AccountId=member.account_id)


def test_one_closed_account_closes_no_other(organized: Organized, key: dict[str, Any]) -> None:
    other: Member = member_of(organized.authority, "third")
    organized.client.close_account(AccountId=other.account_id)
    with refused(INVALID):
        other.client("iam").list_users()
    assert organized.authority.of("iam", key).list_users()["Users"]
