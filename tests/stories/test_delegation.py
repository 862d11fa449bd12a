"""A team's own administrator, held by permissions boundaries, and the ways out that are tried.

Source: IAM User Guide, "Permissions boundaries for IAM entities", "Delegating responsibility to others".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.stories.company import ADMINISTRATOR, Actor, Company, allow, deny, document, trust
from tests.support.refusals import refused


@dataclass(frozen=True, slots=True)
class Team:
    """A company with a team whose administrator, Zoe, is delegated to."""

    company: Company
    zoe: Actor
    boundary: str
    """What nobody whom Zoe makes may go beyond."""
    own_boundary: str

    def role(self, name: str) -> str:
        return self.company.arn(f"role/{name}")


@pytest.fixture
def team(company: Company) -> Team:
    boundary = company.policy("TeamBoundary", allow("s3:*", "iam:List*", "sts:AssumeRole"))
    bounded: Any = {"StringEquals": {"iam:PermissionsBoundary": boundary}}
    creating = allow(
        "iam:CreateUser",
        "iam:CreateRole",
        "iam:AttachUserPolicy",
        "iam:AttachRolePolicy",
        "iam:DetachUserPolicy",
        "iam:PutUserPolicy",
        "iam:PutRolePolicy",
        "iam:PutUserPermissionsBoundary",
        "iam:PutRolePermissionsBoundary",
        **bounded,
    )
    rest = allow(
        "iam:CreateAccessKey",
        "iam:CreatePolicy",
        "iam:CreatePolicyVersion",
        "iam:CreateInstanceProfile",
        "iam:AddRoleToInstanceProfile",
        "iam:PassRole",
        "iam:Get*",
        "iam:List*",
        "iam:UpdateAssumeRolePolicy",
    )
    policies = [company.arn("policy/TeamBoundary"), company.arn("policy/ZoeBoundary")]
    keep_out = [
        deny("iam:CreatePolicyVersion", "iam:DeletePolicy*", "iam:SetDefaultPolicyVersion", on=policies),
        deny("iam:DeleteUserPermissionsBoundary", "iam:DeleteRolePermissionsBoundary"),
        deny("iam:Put*", "iam:Attach*", "iam:Detach*", "iam:CreateAccessKey", on=company.arn("user/zoe")),
        deny("iam:PassRole", on=company.arn("role/production")),
    ]
    own = company.policy("ZoeBoundary", creating, rest, *keep_out)
    zoe = company.hire("zoe", PermissionsBoundary=own)
    company.iam.attach_user_policy(UserName="zoe", PolicyArn=ADMINISTRATOR)
    return Team(company, zoe, boundary, own)


def test_the_team_s_administrator_makes_people_within_the_boundary(team: Team) -> None:
    zoe, boundary = team.zoe, team.boundary
    with refused("AccessDenied"):
        zoe.iam.create_user(UserName="bob")
    with refused("AccessDenied"):
        zoe.iam.create_user(UserName="bob", PermissionsBoundary=ADMINISTRATOR)
    zoe.iam.create_user(UserName="bob", PermissionsBoundary=boundary)
    zoe.iam.attach_user_policy(UserName="bob", PolicyArn=ADMINISTRATOR)
    bob = Actor(zoe.authority, zoe.iam.create_access_key(UserName="bob")["AccessKey"])
    bob.iam.list_users()
    message = (
        f"User: {team.company.arn('user/bob')} is not authorized to perform: iam:CreateUser "
        f"on resource: {team.company.arn('user/eve')} "
        "because no permissions boundary allows the iam:CreateUser action"
    )
    with refused("AccessDenied", status=403, message=message):
        bob.iam.create_user(UserName="eve")


def test_what_a_bounded_user_may_is_in_both(team: Team) -> None:
    team.zoe.iam.create_user(UserName="bob", PermissionsBoundary=team.boundary)
    may = [allow("iam:ListUsers", "iam:GetUser")]
    team.zoe.iam.put_user_policy(UserName="bob", PolicyName="may", PolicyDocument=document(*may))
    bob = Actor(team.zoe.authority, team.zoe.iam.create_access_key(UserName="bob")["AccessKey"])
    bob.iam.list_users()  # in both
    with refused("AccessDenied"):
        bob.iam.list_roles()  # in the boundary alone
    with refused("AccessDenied"):
        bob.iam.get_user()  # in the policy alone


def escapes(team: Team) -> dict[str, Any]:
    """Say every way out that Zoe thinks of."""
    iam, company = team.zoe.iam, team.company
    everything = document(allow("*"))
    return {
        "take her own boundary away": lambda: iam.delete_user_permissions_boundary(UserName="zoe"),
        "set another for herself": lambda: iam.put_user_permissions_boundary(
            UserName="zoe", PermissionsBoundary=ADMINISTRATOR
        ),
        "widen her boundary": lambda: iam.create_policy_version(
            PolicyArn=team.own_boundary, PolicyDocument=everything, SetAsDefault=True
        ),
        "widen the team's": lambda: iam.create_policy_version(
            PolicyArn=team.boundary, PolicyDocument=everything, SetAsDefault=True
        ),
        "go back to a version": lambda: iam.set_default_policy_version(PolicyArn=team.boundary, VersionId="v1"),
        "delete the boundary": lambda: iam.delete_policy(PolicyArn=team.boundary),
        "give herself a policy": lambda: iam.put_user_policy(
            UserName="zoe", PolicyName="more", PolicyDocument=everything
        ),
        "join a group": lambda: iam.add_user_to_group(UserName="zoe", GroupName="admins"),
        "make an unbounded role": lambda: iam.create_role(
            RoleName="free", AssumeRolePolicyDocument=document(trust(company.arn("user/zoe")))
        ),
        "give it to someone unbounded": lambda: iam.attach_user_policy(UserName="admin", PolicyArn=ADMINISTRATOR),
        "take one off": lambda: iam.detach_user_policy(UserName="admin", PolicyArn=ADMINISTRATOR),
        "change an administrator's password": lambda: iam.update_login_profile(UserName="admin", Password="Own-it-12"),
        "pass a stronger role": lambda: iam.add_role_to_instance_profile(
            InstanceProfileName="box", RoleName="production"
        ),
    }


def test_no_way_out_is_open(team: Team) -> None:
    team.company.iam.create_group(GroupName="admins")
    team.company.role("production", trust(team.company.account), allow("*"))
    team.zoe.iam.create_instance_profile(InstanceProfileName="box")
    before = team.company.iam.get_account_authorization_details()
    for way, attempt in escapes(team).items():
        with refused("AccessDenied", status=403):
            attempt()
            pytest.fail(way)
    after = team.company.iam.get_account_authorization_details()
    assert {**after, "ResponseMetadata": 0} == {**before, "ResponseMetadata": 0}


def test_whom_she_made_gets_no_further_at_the_terminal(team: Team) -> None:
    zoe = team.zoe
    zoe.iam.create_user(UserName="bob", PermissionsBoundary=team.boundary)
    zoe.iam.attach_user_policy(UserName="bob", PolicyArn=ADMINISTRATOR)
    bob = Actor(zoe.authority, zoe.iam.create_access_key(UserName="bob")["AccessKey"])
    told = bob.terminal.refused("AccessDenied", "iam", "delete-user-permissions-boundary", "--user-name", "bob")
    assert told.endswith("because no permissions boundary allows the iam:DeleteUserPermissionsBoundary action")
    zoe.terminal.refused("AccessDenied", "iam", "delete-user-permissions-boundary", "--user-name", "bob")


def test_a_role_she_makes_carries_the_boundary_to_whoever_takes_it(team: Team) -> None:
    zoe, company = team.zoe, team.company
    trusted = document(trust(company.account))
    zoe.iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=trusted, PermissionsBoundary=team.boundary)
    zoe.iam.attach_role_policy(RoleName="deploy", PolicyArn=ADMINISTRATOR)
    deploying = company.administrator.take(team.role("deploy"))  # even by one who may do everything
    deploying.iam.list_roles()
    for beyond in (
        deploying.iam.get_account_summary,
        lambda: deploying.iam.delete_role_permissions_boundary(RoleName="deploy"),
        lambda: deploying.iam.create_user(UserName="eve"),
    ):
        with refused("AccessDenied"):
            beyond()


def test_a_boundary_changes_under_a_session(team: Team) -> None:
    zoe, company = team.zoe, team.company
    zoe.iam.create_role(
        RoleName="deploy", AssumeRolePolicyDocument=document(trust(company.account)), PermissionsBoundary=team.boundary
    )
    zoe.iam.attach_role_policy(RoleName="deploy", PolicyArn=ADMINISTRATOR)
    deploying = company.administrator.take(team.role("deploy"))
    deploying.iam.list_users()
    company.iam.create_policy_version(
        PolicyArn=team.boundary, PolicyDocument=document(allow("s3:*")), SetAsDefault=True
    )
    with refused("AccessDenied"):
        deploying.iam.list_users()
    with refused("DeleteConflict", status=409):
        company.iam.delete_policy(PolicyArn=team.boundary)


def test_passing_a_role_needs_leave_for_that_role(company: Company) -> None:
    for name in ("web", "production"):
        company.role(
            name, {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
        )
    ann = company.hire(
        "ann",
        allow("iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile"),
        allow("iam:PassRole", on=company.arn("role/web"), StringEquals={"iam:PassedToService": "ec2.amazonaws.com"}),
    )
    ann.iam.create_instance_profile(InstanceProfileName="box")
    told = ann.terminal.refused(
        "AccessDenied",
        *("iam", "add-role-to-instance-profile", "--instance-profile-name", "box", "--role-name", "production"),
    )
    assert f"is not authorized to perform: iam:PassRole on resource: {company.arn('role/production')}" in told
    ann.iam.add_role_to_instance_profile(InstanceProfileName="box", RoleName="web")


def test_an_administrator_by_tag(company: Company) -> None:
    """Attribute-based: who has the same team tag may be changed, and nobody gives themselves another tag."""
    same: Any = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    blue, red = [{"Key": "team", "Value": "blue"}], [{"Key": "team", "Value": "red"}]
    ann = company.hire("ann", allow("iam:UpdateUser", "iam:CreateAccessKey", **same), Tags=blue)
    company.hire("bob", Tags=blue)
    company.hire("eve", Tags=red)
    company.hire("tom")
    ann.iam.update_user(UserName="bob", NewPath="/blue/")
    for outside in ("eve", "tom", "admin", "nobody"):
        with refused("AccessDenied"):
            ann.iam.update_user(UserName=outside, NewPath="/blue/")
    with refused("AccessDenied"):
        ann.iam.tag_user(UserName="eve", Tags=blue)
    company.iam.tag_user(UserName="ann", Tags=[{"Key": "TEAM", "Value": "red"}])
    ann.iam.update_user(UserName="eve", NewPath="/red/")
    with refused("AccessDenied"):
        ann.iam.update_user(UserName="bob", NewPath="/red/")
