"""SCPs and RCPs in force: from the next request on, for everybody whom they reach and nobody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.api.organizations.organization import FULL_ACCESS, RCP, SCP, Organized, rcp, scp
from tests.support.accounts import ADMINISTRATOR, trusting
from tests.support.refusals import sealed, words

NO_USERS = scp("Deny", "iam:ListUsers")


@pytest.fixture
def limited(organized: Organized) -> Organized:
    """An organization that has SCPs and RCPs, none of which limits anybody yet."""
    organized.enable(SCP)
    organized.enable(RCP)
    return organized


def denial(call: Callable[[], object]) -> str:
    """Give the words in which a request was denied; empty when it was not."""
    try:
        call()
    except ClientError as error:
        told = error.response["Error"]
        if told["Code"] not in {"AccessDenied", "AccessDeniedException"}:
            raise
        return told["Message"]
    return ""


def on_listing(who: str, account: str) -> str:
    return f"User: {who} is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::{account}:user/"


def test_an_scp_counts_from_the_next_request_on(limited: Organized) -> None:
    member = limited.member
    iam, who = member.client("iam"), member.client("sts").get_caller_identity()["Arn"]
    policy, asked = limited.policy(NO_USERS), on_listing(who, member.account_id)
    for _ in range(3):
        assert not denial(iam.list_users)
        limited.attach(policy)
        assert words(denial(iam.list_users)) == f"{asked} with an explicit deny in a service control policy"
        assert not denial(iam.list_roles)
        limited.client.update_policy(PolicyId=policy, Content=scp("Deny", "iam:ListRoles"))
        assert (denial(iam.list_users), bool(denial(iam.list_roles))) == ("", True)
        limited.client.update_policy(PolicyId=policy, Content=NO_USERS)
        limited.detach(policy)


def test_what_no_scp_allows_is_denied(limited: Organized) -> None:
    member = limited.member
    iam, who = member.client("iam"), member.client("sts").get_caller_identity()["Arn"]
    limited.attach(limited.policy(scp("Allow", "iam:ListRoles", "organizations:*")))
    assert not denial(iam.list_users)
    limited.detach(FULL_ACCESS)
    assert not denial(iam.list_roles)
    told = words(denial(iam.list_users))
    assert (
        told
        == f"{on_listing(who, member.account_id)} because no service control policy allows the iam:ListUsers action"
    )
    limited.client.disable_policy_type(RootId=limited.root, PolicyType=SCP)
    assert not denial(iam.list_users)


def test_every_level_must_allow_and_any_may_deny(limited: Organized) -> None:
    outer = limited.unit("outer")
    inner, iam = limited.unit("inner", outer), limited.member.client("iam")
    limited.move(limited.root, inner)
    only_roles = limited.policy(scp("Allow", "iam:ListRoles"))
    for level in (limited.root, outer, inner, limited.member.account_id):
        limited.attach(only_roles, level)
        limited.detach(FULL_ACCESS, level)
        assert (denial(iam.list_roles), bool(denial(iam.list_users))) == ("", True), level
        limited.attach(FULL_ACCESS, level)
        limited.detach(only_roles, level)
        assert not denial(iam.list_users)
    denying = limited.policy(NO_USERS, "denying")
    for level in (limited.root, outer, inner, limited.member.account_id):
        limited.attach(denying, level)
        assert denial(iam.list_users), level
        limited.detach(denying, level)
        assert not denial(iam.list_users)


def test_an_account_that_moves_takes_on_the_limits_of_its_new_place(limited: Organized) -> None:
    unit, iam = limited.unit("unit"), limited.member.client("iam")
    limited.attach(limited.policy(NO_USERS), unit)
    for _ in range(2):
        assert not denial(iam.list_users)
        limited.move(limited.root, unit)
        assert denial(iam.list_users)
        limited.move(unit, limited.root)


def test_the_management_account_is_not_limited(limited: Organized) -> None:
    iam, members = limited.authority.client("iam"), limited.member.client("iam")
    limited.attach(limited.policy(NO_USERS), limited.root)
    limited.attach(limited.policy(scp("Deny", "*"), "nothing"), limited.authority.account_id)
    assert (denial(iam.list_users), bool(denial(members.list_users))) == ("", True)


def test_users_sessions_and_root_of_a_member_are_limited(limited: Organized) -> None:
    member, authority = limited.member, limited.authority
    key = member.user("bea", ADMINISTRATOR)
    sts = authority.of("sts", key)
    federated = sts.get_federation_token(Name="fed", Policy=scp("Allow", "*"))["Credentials"]
    authority.client("iam").enable_organizations_root_sessions()
    audit = {"arn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"}
    task = authority.client("sts").assume_root(TargetPrincipal=member.account_id, TaskPolicyArn=audit)["Credentials"]
    asks = (
        authority.of("iam", key).list_users,
        member.client("iam").list_users,
        authority.of("iam", task).list_access_keys,
        authority.of("organizations", federated).describe_organization,
    )
    assert [denial(ask) for ask in asks] == [""] * 4
    limited.attach(limited.policy(scp("Deny", "iam:*", "organizations:*", "sts:*")))
    why = " with an explicit deny in a service control policy"
    assert [words(denial(ask)).endswith(why) for ask in asks] == [True] * 4
    assert sts.get_caller_identity()["Account"] == member.account_id, "nothing can forbid it"
    assert sts.get_session_token()["Credentials"], "nor this"


def test_an_scp_limits_whom_its_own_may_assume_elsewhere(limited: Organized) -> None:
    authority, member = limited.authority, limited.member
    iam, sts = authority.client("iam"), member.client("sts")
    role = iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=trusting(member.account_id))["Role"]["Arn"]
    assert not denial(lambda: sts.assume_role(RoleArn=role, RoleSessionName="asking"))
    limited.attach(limited.policy(scp("Deny", "sts:AssumeRole")))
    assert denial(lambda: sts.assume_role(RoleArn=role, RoleSessionName="asking"))


def test_conditions_of_scps_are_asked_of_the_request(limited: Organized) -> None:
    member = limited.member
    iam, user = member.client("iam"), limited.authority.of("iam", member.user("bea", ADMINISTRATOR))
    role = f"arn:aws:iam::{member.account_id}:role/OrganizationAccountAccessRole"
    spared = {"ArnNotLike": {"aws:PrincipalArn": role}}
    limited.attach(limited.policy(scp("Deny", "iam:ListUsers", Condition=spared)))
    assert (denial(iam.list_users), bool(denial(user.list_users))) == ("", True)


def test_an_rcp_guards_roles_against_everybody(limited: Organized) -> None:
    """It is the role's account that has the RCP, whoever asks: the management account, too."""
    authority, member = limited.authority, limited.member
    role = f"arn:aws:iam::{member.account_id}:role/OrganizationAccountAccessRole"
    manager, own = authority.client("sts"), authority.of("sts", member.user("bea", ADMINISTRATOR))
    mine = member.client("iam")
    mine.create_role(RoleName="inner", AssumeRolePolicyDocument=trusting(member.account_id))
    inner = f"arn:aws:iam::{member.account_id}:role/inner"
    asks = (
        lambda: manager.assume_role(RoleArn=role, RoleSessionName="asking"),
        lambda: own.assume_role(RoleArn=inner, RoleSessionName="asking"),
    )
    policy = limited.policy(rcp("sts:*"), kind=RCP)
    for level in (limited.root, member.account_id):
        assert [denial(ask) for ask in asks] == ["", ""]
        limited.attach(policy, level)
        assert [bool(denial(ask)) for ask in asks] == [True, True]
        assert not denial(mine.list_users), "IAM is not under RCPs"
        assert own.get_caller_identity()["Account"] == member.account_id
        limited.detach(policy, level)
    only_us = rcp("sts:AssumeRole", Condition={"StringNotEquals": {"aws:PrincipalOrgID": _organization(limited)}})
    limited.attach(limited.policy(only_us, "ours", RCP), limited.root)
    assert [denial(ask) for ask in asks] == ["", ""]


def test_the_management_accounts_resources_are_under_no_rcp(limited: Organized) -> None:
    authority, member = limited.authority, limited.member
    made = authority.client("iam").create_role(RoleName="deploy", AssumeRolePolicyDocument=trusting(member.account_id))
    limited.attach(limited.policy(rcp("sts:*"), kind=RCP), limited.root)
    sts = member.client("sts")
    assert not denial(lambda: sts.assume_role(RoleArn=made["Role"]["Arn"], RoleSessionName="asking"))


def test_a_service_linked_role_is_not_limited(limited: Organized) -> None:
    member = limited.member
    role = member.client("iam").create_service_linked_role(AWSServiceName="ecs.amazonaws.com")["Role"]["Arn"]
    own = member.client("watchword")
    limited.attach(limited.policy(scp("Deny", "ec2:*")))
    for principal, layer in ((role, "identity"), (f"arn:aws:iam::{member.account_id}:root", "scp")):
        answer = own.explain_decision(Action="ec2:RunInstances", PrincipalArn=principal)
        assert answer["Reasons"][0]["Layer"] == layer, answer


def test_the_reasons_tell_which_layer_denied(limited: Organized) -> None:
    member = limited.member
    key = member.user("bea", ADMINISTRATOR)
    limited.attach(limited.policy(NO_USERS))
    message = denial(limited.authority.of("iam", key).list_users)
    decoded = member.client("sts").decode_authorization_message(EncodedMessage=sealed(message))
    told = json.loads(decoded["DecodedMessage"])
    assert (told["allowed"], told["explicitDeny"]) == (False, True)
    assert told["matchedStatements"]["items"] == [], "what the organization's policies say is not the member's to know"


def test_explain_decision_says_what_the_request_gets(limited: Organized) -> None:
    member = limited.member
    key = member.user("bea", ADMINISTRATOR)
    user = f"arn:aws:iam::{member.account_id}:user/bea"
    limited.attach(limited.policy(NO_USERS))
    own = member.client("watchword")
    answer = own.explain_decision(
        Action="iam:ListUsers", ResourceArn=f"arn:aws:iam::{member.account_id}:user/", PrincipalArn=user
    )
    assert answer["Outcome"] == "ExplicitDeny"
    assert (answer["Reasons"][0]["Layer"], answer["Reasons"][0]["Policy"]) == ("scp", "limits")
    assert answer["Message"] == words(denial(limited.authority.of("iam", key).list_users))
    role = f"arn:aws:iam::{member.account_id}:role/OrganizationAccountAccessRole"
    limited.attach(limited.policy(rcp("sts:AssumeRole"), "rcp", RCP))
    answer = own.explain_decision(Action="STS:AssumeRole", ResourceArn=role, PrincipalArn=user)
    assert (answer["Outcome"], answer["Reasons"][0]["Layer"]) == ("ExplicitDeny", "rcp")


def test_the_simulator_asks_the_organizations_policies(limited: Organized) -> None:
    member = limited.member
    member.user("bea", ADMINISTRATOR)
    iam, user = member.client("iam"), f"arn:aws:iam::{member.account_id}:user/bea"

    def simulated(action: str, **more: Any) -> tuple[str, dict[str, bool] | None]:
        told = iam.simulate_principal_policy(PolicySourceArn=user, ActionNames=[action], **more)
        result = told["EvaluationResults"][0]
        return result["EvalDecision"], result.get("OrganizationsDecisionDetail")

    assert simulated("iam:ListUsers") == ("allowed", {"AllowedByOrganizations": True})
    policy = limited.policy(NO_USERS)
    limited.attach(policy)
    assert simulated("iam:ListUsers") == ("explicitDeny", {"AllowedByOrganizations": False})
    assert simulated("iam:ListRoles") == ("allowed", {"AllowedByOrganizations": True})
    without = [{"PolicyType": "scp"}]
    assert simulated("iam:ListUsers", PolicyExclusionList=without) == ("allowed", None)
    limited.detach(policy)
    limited.attach(limited.policy(scp("Allow", "iam:ListRoles", "iam:Simulate*"), "some"))
    limited.detach(FULL_ACCESS)
    assert simulated("iam:ListUsers") == ("implicitDeny", {"AllowedByOrganizations": False})
    manager = limited.authority.client("iam")
    own = f"arn:aws:iam::{limited.authority.account_id}:user/{limited.authority.user_name}"
    told = manager.simulate_principal_policy(PolicySourceArn=own, ActionNames=["iam:ListUsers"])["EvaluationResults"][0]
    assert told["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": True}


def _organization(organized: Organized) -> str:
    told: str = organized.client.describe_organization()["Organization"]["Id"]
    return told
