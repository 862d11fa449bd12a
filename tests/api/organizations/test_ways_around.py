"""Ways around an organization's policies and borders that must lead nowhere."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from botocore.exceptions import ClientError

from tests.api.organizations.organization import FULL_ACCESS, RCP, SCP, Organized, document, rcp, scp
from tests.support.accounts import ADMINISTRATOR, allowing, trusting
from tests.support.authority import Authority
from tests.support.refusals import refused

DAY = 86_400
MACHINES = document({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"})


@pytest.fixture
def limited(organized: Organized) -> Organized:
    """An organization that has SCPs and RCPs, none of which limits anybody yet."""
    organized.enable(SCP)
    organized.enable(RCP)
    return organized


def manager_of_another(organized: Organized) -> tuple[str, dict[str, Any]]:
    """Let an account leave and manage an organization of its own; gives its number and an administrator's key."""
    made = organized.client.create_account(Email="rival@example.com", AccountName="rival")
    account: str = made["CreateAccountStatus"]["AccountId"]
    role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    authority = organized.authority
    session = authority.client("sts").assume_role(RoleArn=role, RoleSessionName="admin")["Credentials"]
    iam = authority.of("iam", session)
    iam.create_user(UserName="eve")
    iam.attach_user_policy(UserName="eve", PolicyArn=ADMINISTRATOR)
    key: dict[str, Any] = iam.create_access_key(UserName="eve")["AccessKey"]
    authority.advance(4 * DAY)
    rival = authority.of("organizations", key)
    rival.leave_organization()
    rival.create_organization()
    return account, key


def at_once(*calls: Any) -> list[str]:
    """Make calls at once; gives what became of each, sorted."""

    def outcome(call: Any) -> str:
        try:
            call()
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "done"

    with ThreadPoolExecutor(len(calls)) as threads:
        return sorted(threads.map(outcome, calls))


def test_who_may_not_leave_may_not_join_another_either(limited: Organized) -> None:
    bea = limited.authority.of("organizations", limited.member.user("bea", ADMINISTRATOR))
    _, key = manager_of_another(limited)
    rival = limited.authority.of("organizations", key)
    sent = rival.invite_account_to_organization(Target={"Type": "ACCOUNT", "Id": limited.member.account_id})
    stay = limited.policy(scp("Deny", "organizations:LeaveOrganization"))
    limited.attach(stay)
    ours = limited.client.describe_organization()["Organization"]["Id"]
    for join in (bea.leave_organization, lambda: bea.accept_handshake(HandshakeId=sent["Handshake"]["Id"])):
        with refused("AccessDeniedException"):
            join()
    assert bea.describe_organization()["Organization"]["Id"] == ours
    limited.detach(stay)
    bea.accept_handshake(HandshakeId=sent["Handshake"]["Id"])
    assert bea.describe_organization()["Organization"]["Id"] != ours


def test_an_rcp_guards_roles_against_machines_too(limited: Organized) -> None:
    iam, watchword = limited.member.client("iam"), limited.member.client("watchword")
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=MACHINES)
    iam.create_instance_profile(InstanceProfileName="fleet")
    iam.add_role_to_instance_profile(InstanceProfileName="fleet", RoleName="web")

    def starts() -> bool:
        start = partial(watchword.assume_role_for_instance_profile, InstanceProfileName="fleet")
        return at_once(partial(start, InstanceId="i-0123456789abcdef0")) == ["done"]

    assert starts()
    guard = limited.policy(rcp("sts:AssumeRole"), kind=RCP)
    limited.attach(guard, limited.root)
    assert not starts()
    only_people = rcp("sts:AssumeRole", Condition={"Bool": {"aws:PrincipalIsAWSService": "false"}})
    limited.client.update_policy(PolicyId=guard, Content=only_people)
    assert starts()
    ours = limited.client.describe_organization()["Organization"]["Id"]
    for organization, expected in ((ours, True), ("o-another0000", False)):
        deputy = {
            "StringNotEqualsIfExists": {"aws:SourceOrgID": organization},
            "Bool": {"aws:PrincipalIsAWSService": "true"},
        }
        limited.client.update_policy(PolicyId=guard, Content=rcp("sts:AssumeRole", Condition=deputy))
        assert starts() is expected


def test_whoever_signs_is_no_service(limited: Organized) -> None:
    """A Deny for all but services asks a key that must be there, or it denies nobody."""
    member = limited.member
    key = member.user("bea", ADMINISTRATOR)
    role = member.client("iam").create_role(RoleName="inner", AssumeRolePolicyDocument=trusting(member.account_id))
    only_services = rcp("sts:AssumeRole", Condition={"Bool": {"aws:PrincipalIsAWSService": "false"}})
    limited.attach(limited.policy(only_services, kind=RCP))
    with refused("AccessDenied"):
        limited.authority.of("sts", key).assume_role(RoleArn=role["Role"]["Arn"], RoleSessionName="asking")


def test_nobody_learns_the_tags_of_what_is_not_theirs(organized: Organized) -> None:
    """A policy at home can ask for the tags of whatever it can name, and a denial would tell what they are."""
    unit, policy = organized.unit("secret"), organized.policy(scp("Deny", "s3:*"))
    named = (organized.member.account_id, organized.root, unit, policy)
    for one in named:
        organized.client.tag_resource(ResourceId=one, Tags=[{"Key": "project", "Value": "manhattan"}])
    curious = document(
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {
            "Effect": "Deny",
            "Action": "organizations:*",
            "Resource": "*",
            "Condition": {"StringLike": {"aws:ResourceTag/project": "m*"}},
        },
    )

    def sly(iam: Any) -> Any:
        iam.create_user(UserName="sly")
        iam.put_user_policy(UserName="sly", PolicyName="curious", PolicyDocument=curious)
        return organized.authority.of("organizations", iam.create_access_key(UserName="sly")["AccessKey"])

    inside = sly(organized.member.client("iam"))
    rival = sly(organized.authority.of("iam", manager_of_another(organized)[1]))
    for one in named:
        with pytest.raises(ClientError, match="You don't have permissions to access this resource"):
            inside.tag_resource(ResourceId=one, Tags=[{"Key": "a", "Value": "b"}])
        with refused("TargetNotFoundException"):
            rival.tag_resource(ResourceId=one, Tags=[{"Key": "a", "Value": "b"}])
    rival.invite_account_to_organization(Target={"Type": "ACCOUNT", "Id": organized.member.account_id})


def test_what_came_from_a_closed_account_is_told_as_ended(organized: Organized) -> None:
    authority, member = organized.authority, organized.member
    iam, watchword = authority.client("iam"), authority.client("watchword")
    role = iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=trusting(member.account_id))["Role"]["Arn"]
    session = member.client("sts").assume_role(RoleArn=role, RoleSessionName="theirs")["Credentials"]
    asked = {"AccessKeyId": session["AccessKeyId"]}
    assert watchword.get_session(**asked)["Session"]["State"] == "LIVE"
    organized.client.close_account(AccountId=member.account_id)
    with refused("InvalidClientTokenId"):
        authority.of("sts", session).get_caller_identity()
    assert watchword.get_session(**asked)["Session"]["State"] == "ENDED"
    reasons = watchword.explain_decision(Action="sts:GetCallerIdentity", **asked)["Reasons"]
    assert reasons[0]["Detail"] == "an account that the session came from was closed"


def test_a_closed_account_publishes_no_keys(organized: Organized) -> None:
    iam = organized.member.client("iam")
    issuer = iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]
    url = f"{issuer}/.well-known/jwks.json"
    with urlopen(f"{issuer}/.well-known/openid-configuration", timeout=10) as answer:
        assert json.load(answer)["issuer"] == issuer
    organized.client.close_account(AccountId=organized.member.account_id)
    with pytest.raises(HTTPError) as caught:
        urlopen(url, timeout=10)
    with caught.value as answer:
        assert answer.code == 404


def test_what_two_do_at_once_is_done_once(limited: Organized) -> None:
    client, member = limited.client, limited.member
    unit = limited.unit("dev")
    moves = [lambda: limited.move(limited.root, unit)] * 4
    assert at_once(*moves) == ["DuplicateAccountException"] * 3 + ["done"]
    fillers = [limited.policy(rcp("s3:*"), f"filler{number}", RCP) for number in range(6)]
    outcomes = at_once(*(lambda one=one: limited.attach(one) for one in fillers))
    assert outcomes == ["ConstraintViolationException"] * 2 + ["done"] * 4, "AWS's own is one of the five"
    account, key = manager_of_another(limited)
    rival = limited.authority.of("organizations", key)
    rival.delete_organization()
    sent = client.invite_account_to_organization(Target={"Type": "ACCOUNT", "Id": account})["Handshake"]["Id"]
    answers = [lambda: rival.accept_handshake(HandshakeId=sent), lambda: rival.decline_handshake(HandshakeId=sent)] * 3
    assert at_once(*answers).count("done") == 1
    assert member.account_id in {one["Id"] for one in client.list_accounts()["Accounts"]}


def test_an_scp_that_denies_everything_can_still_be_detached(limited: Organized) -> None:
    """The management account is under none, so it never locks itself out."""
    shut = limited.policy(scp("Deny", "*"))
    for place in (limited.root, limited.member.account_id):
        limited.attach(shut, place)
    iam = limited.member.client("iam")
    with refused("AccessDenied"):
        iam.list_users()
    for place in (limited.root, limited.member.account_id):
        limited.detach(shut, place)
    iam.list_users()


def test_a_token_of_one_listing_goes_on_in_no_other(organized: Organized, authority: Authority) -> None:
    for name in ("one", "two"):
        organized.unit(name)
    token = organized.client.list_organizational_units_for_parent(ParentId=organized.root, MaxResults=1)["NextToken"]
    theirs = authority.of("organizations", manager_of_another(organized)[1])
    for listing in (organized.client.list_accounts, organized.client.list_policies, theirs.list_accounts):
        more = {"Filter": SCP} if listing == organized.client.list_policies else {}
        with refused("InvalidInputException"):
            listing(NextToken=token, **more)


def test_rights_in_the_management_account_are_none_in_a_members_role(limited: Organized) -> None:
    """Who acts through a role in a member is limited as the member is, wherever the person comes from."""
    authority = limited.authority
    iam = authority.client("iam")
    role = f"arn:aws:iam::{limited.member.account_id}:role/OrganizationAccountAccessRole"
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=allowing("sts:AssumeRole"))
    sts = authority.of("sts", iam.create_access_key(UserName="ann")["AccessKey"])
    session = sts.assume_role(RoleArn=role, RoleSessionName="ann")["Credentials"]
    limited.attach(limited.policy(scp("Deny", "iam:*")))
    with refused("AccessDenied"):
        authority.of("iam", session).list_users()
    assert FULL_ACCESS in limited.attached(limited.member.account_id)
