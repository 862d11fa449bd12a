"""May they: every layer of policies through real clients, each refusal in AWS's words, each change seen at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError
from mypy_boto3_iam.type_defs import TagTypeDef

from tests.api.sts.people import EVERYTHING, People, Statement, User, document, not_authorized
from tests.support.authority import Authority, initialise, serving
from tests.support.refusals import refused

INVALID = "The security token included in the request is invalid."
LIST: Statement = {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"}
DENY: Statement = {"Effect": "Deny", "Action": "iam:ListUsers", "Resource": "*"}
ROLES: Statement = {"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*"}
NO_IDENTITY = " because no identity-based policy allows the {action} action"


@pytest.fixture
def people(authority: Any, iam: Any) -> People:
    return People(authority, iam, authority.account_id)


def allow(*actions: str, **condition: dict[str, Any]) -> Statement:
    statement: Statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return {**statement, "Condition": condition} if condition else statement


def tag(key: str, value: str) -> TagTypeDef:
    return {"Key": key, "Value": value}


def only(statement: Statement, **condition: dict[str, Any]) -> Statement:
    return {**statement, "Condition": condition}


def managed(people: People, *statements: Statement, name: str = "Managed") -> str:
    arn: str = people.iam.create_policy(PolicyName=name, PolicyDocument=document(*statements))["Policy"]["Arn"]
    return arn


def may_list(who: Any) -> bool:
    """Whether somebody may list users, at this moment."""
    try:
        who.list_users()
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDenied":
            raise
        return False
    return True


def denied(ann: User, action: str, resource: str, why: str) -> Any:
    return refused("AccessDenied", status=403, message=not_authorized(ann.arn, action, resource) + why)


# What AWS says, layer by layer


def test_nothing_allows(people: People) -> None:
    ann = people.user()
    everybody = f"arn:aws:iam::{people.account}:user/"
    with denied(ann, "iam:ListUsers", everybody, NO_IDENTITY.format(action="iam:ListUsers")):
        ann.iam.list_users()
    with denied(ann, "iam:GetUser", f"{everybody}x", NO_IDENTITY.format(action="iam:GetUser")):
        ann.iam.get_user(UserName="x")


def test_an_identity_policy_denies(people: People) -> None:
    ann = people.user(EVERYTHING, DENY)
    why = " with an explicit deny in an identity-based policy"
    with denied(ann, "iam:ListUsers", f"arn:aws:iam::{people.account}:user/", why):
        ann.iam.list_users()
    ann.iam.list_roles()


def test_a_group_denies_what_the_user_is_allowed(people: People) -> None:
    ann = people.user(LIST)
    people.iam.create_group(GroupName="team")
    people.iam.put_group_policy(GroupName="team", PolicyName="own", PolicyDocument=document(DENY))
    assert may_list(ann.iam)
    people.iam.add_user_to_group(GroupName="team", UserName=ann.name)
    why = " with an explicit deny in an identity-based policy"
    with denied(ann, "iam:ListUsers", f"arn:aws:iam::{people.account}:user/", why):
        ann.iam.list_users()


@pytest.mark.parametrize(
    ("bound", "why"),
    [
        (ROLES, " because no permissions boundary allows the iam:ListUsers action"),
        (DENY, " with an explicit deny in a permissions boundary"),
    ],
)
def test_a_boundary_stands_in_the_way(people: People, bound: Statement, why: str) -> None:
    ann = people.user(EVERYTHING)
    people.iam.put_user_permissions_boundary(UserName=ann.name, PermissionsBoundary=managed(people, bound))
    with denied(ann, "iam:ListUsers", f"arn:aws:iam::{people.account}:user/", why):
        ann.iam.list_users()


def test_a_boundary_grants_nothing(people: People) -> None:
    ann = people.user()
    people.iam.put_user_permissions_boundary(UserName=ann.name, PermissionsBoundary=managed(people, EVERYTHING))
    why = NO_IDENTITY.format(action="iam:ListUsers")
    with denied(ann, "iam:ListUsers", f"arn:aws:iam::{people.account}:user/", why):
        ann.iam.list_users()


def test_a_roles_boundary_stands_in_the_way_of_its_sessions(people: People, sts: Any) -> None:
    role = people.role(EVERYTHING)
    session = people.iam_of(sts.assume_role(RoleArn=role.arn, RoleSessionName="run-7")["Credentials"])
    assert may_list(session)
    people.iam.put_role_permissions_boundary(RoleName=role.name, PermissionsBoundary=managed(people, ROLES))
    who = f"arn:aws:sts::{people.account}:assumed-role/{role.name}/run-7"
    why = " because no permissions boundary allows the iam:ListUsers action"
    told = not_authorized(who, "iam:ListUsers", f"arn:aws:iam::{people.account}:user/") + why
    with refused("AccessDenied", status=403, message=told):
        session.list_users()
    session.list_roles()


@pytest.mark.parametrize("passed", ["inline", "by ARN"])
@pytest.mark.parametrize(
    ("policy", "why"),
    [
        (ROLES, " because no session policy allows the iam:ListUsers action"),
        (DENY, " with an explicit deny in a session policy"),
    ],
)
def test_a_session_policy_stands_in_the_way(people: People, sts: Any, passed: str, policy: Statement, why: str) -> None:
    role = people.role(EVERYTHING)
    more: dict[str, Any] = (
        {"Policy": document(policy)} if passed == "inline" else {"PolicyArns": [{"arn": managed(people, policy)}]}
    )
    given = sts.assume_role(RoleArn=role.arn, RoleSessionName="run-7", **more)["Credentials"]
    who = f"arn:aws:sts::{people.account}:assumed-role/{role.name}/run-7"
    told = not_authorized(who, "iam:ListUsers", f"arn:aws:iam::{people.account}:user/") + why
    with refused("AccessDenied", status=403, message=told):
        people.iam_of(given).list_users()


def test_the_trust_policy_is_not_told(people: People) -> None:
    ann = people.user(allow("sts:AssumeRole"))
    role = people.role(trusts=people.trust(arn="*", StringEquals={"sts:ExternalId": "x"}))
    for arn in (role.arn, f"arn:aws:iam::{people.account}:role/none"):
        told = not_authorized(ann.arn, "sts:AssumeRole", arn)
        with refused("AccessDenied", status=403, message=told):
            ann.sts.assume_role(RoleArn=arn, RoleSessionName="run-7")


# What conditions can ask


def test_resource_tags_decide(people: People) -> None:
    ann = people.user(allow("iam:GetUser", StringEquals={"aws:ResourceTag/team": "blue"}))
    people.iam.create_user(UserName="blue", Tags=[tag("Team", "blue")])
    people.iam.create_user(UserName="red", Tags=[tag("team", "red")])
    ann.iam.get_user(UserName="blue")
    for name in ("red", "nobody"):
        with refused("AccessDenied", status=403):
            ann.iam.get_user(UserName=name)
    people.iam.tag_user(UserName="red", Tags=[tag("team", "blue")])
    ann.iam.get_user(UserName="red")
    people.iam.untag_user(UserName="red", TagKeys=["team"])
    with refused("AccessDenied", status=403):
        ann.iam.get_user(UserName="red")


def test_a_user_may_act_on_what_bears_its_own_tag(people: People) -> None:
    statement = allow("iam:GetUser", StringEquals={"iam:ResourceTag/team": "${aws:PrincipalTag/team}"})
    ann = people.user(statement)
    people.iam.create_user(UserName="blue", Tags=[tag("team", "blue")])
    with refused("AccessDenied", status=403):
        ann.iam.get_user(UserName="blue")
    people.iam.tag_user(UserName=ann.name, Tags=[tag("team", "blue")])
    ann.iam.get_user(UserName="blue")


def test_request_tags_and_their_keys_decide(people: People) -> None:
    ann = people.user(
        allow(
            "iam:CreateUser",
            "iam:TagUser",
            StringEquals={"aws:RequestTag/team": "blue"},
            **{"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "stage"]}},
        )
    )
    blue, stage, more = (tag(key, "blue") for key in ("team", "stage", "more"))
    ann.iam.create_user(UserName="one", Tags=[blue])
    ann.iam.create_user(UserName="two", Tags=[blue, stage])
    tags: list[TagTypeDef]
    for tags in ([stage], [blue, more], [tag("team", "red")], []):
        with refused("AccessDenied", status=403):
            ann.iam.create_user(UserName="three", Tags=tags)
    with refused("NoSuchEntity", status=404):
        people.iam.get_user(UserName="three")


def test_which_tags_may_be_taken_off(people: People) -> None:
    taken = {"ForAllValues:StringEquals": {"aws:TagKeys": ["stage"]}}
    ann = people.user(allow("iam:UntagUser", **taken))
    tags = [tag("team", "blue"), tag("stage", "test")]
    people.iam.tag_user(UserName=ann.name, Tags=tags)
    ann.iam.untag_user(UserName=ann.name, TagKeys=["stage"])
    with refused("AccessDenied", status=403):
        ann.iam.untag_user(UserName=ann.name, TagKeys=["team"])
    assert people.iam.list_user_tags(UserName=ann.name)["Tags"] == tags[:1]


OWN = "arn:aws:iam::*:user/${aws:username}"
CREATE_OWN: Statement = {
    "Sid": "CreateOwnAccessKeys",
    "Effect": "Allow",
    "Action": ["iam:CreateAccessKey", "iam:GetUser", "iam:ListAccessKeys", "iam:TagUser"],
    "Resource": OWN,
}
MANAGE_OWN: Statement = {
    "Sid": "ManageOwnAccessKeys",
    "Effect": "Allow",
    "Action": [
        "iam:CreateAccessKey",
        "iam:DeleteAccessKey",
        "iam:GetAccessKeyLastUsed",
        "iam:GetUser",
        "iam:ListAccessKeys",
        "iam:UpdateAccessKey",
        "iam:TagUser",
    ],
    "Resource": OWN,
}


def test_creating_ones_own_keys_and_nobody_elses(people: People) -> None:
    ann, ben = people.user(CREATE_OWN), people.user()
    key = ann.iam.create_access_key()["AccessKey"]
    assert ann.iam.list_access_keys(UserName=ann.name)["AccessKeyMetadata"][-1]["UserName"] == ann.name
    ann.iam.get_user()
    ann.iam.tag_user(UserName=ann.name, Tags=[tag(key["AccessKeyId"], "laptop")])
    refusals: list[Callable[[], Any]] = [
        lambda: ann.iam.create_access_key(UserName=ben.name),
        lambda: ann.iam.list_access_keys(UserName=ben.name),
        lambda: ann.iam.get_user(UserName=ben.name),
        lambda: ann.iam.tag_user(UserName=ben.name, Tags=[tag("a", "b")]),
        lambda: ann.iam.delete_access_key(AccessKeyId=key["AccessKeyId"]),
        lambda: ann.iam.update_access_key(AccessKeyId=key["AccessKeyId"], Status="Inactive"),
    ]
    for call in refusals:
        with refused("AccessDenied", status=403):
            call()


def test_managing_ones_own_keys_and_nobody_elses(people: People) -> None:
    ann, ben = people.user(MANAGE_OWN), people.user()
    key = ann.iam.create_access_key()["AccessKey"]["AccessKeyId"]
    ann.iam.get_access_key_last_used(AccessKeyId=key)
    ann.iam.update_access_key(AccessKeyId=key, Status="Inactive")
    ann.iam.delete_access_key(AccessKeyId=key)
    other = people.iam.list_access_keys(UserName=ben.name)["AccessKeyMetadata"][0]["AccessKeyId"]
    with refused("AccessDenied", status=403):
        ann.iam.delete_access_key(UserName=ben.name, AccessKeyId=other)
    with refused("NoSuchEntity", status=404):
        ann.iam.delete_access_key(AccessKeyId=other)
    assert ben.sts.get_caller_identity()["Arn"] == ben.arn


def test_a_renamed_users_own_keys_stay_its_own(people: People) -> None:
    ann = people.user(CREATE_OWN)
    people.iam.update_user(UserName=ann.name, NewUserName="renamed")
    ann.iam.list_access_keys(UserName="renamed")
    people.iam.create_user(UserName=ann.name)
    with refused("AccessDenied", status=403):
        ann.iam.list_access_keys(UserName=ann.name)


def test_what_is_refused_without_a_second_factor(people: People, sts: Any) -> None:
    unless = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    sensitive: Statement = {"Effect": "Deny", "Action": "iam:ListUsers", "Resource": "*"}
    ann = people.user(EVERYTHING, only(sensitive, **unless))
    assert not may_list(ann.iam)
    ann.iam.list_roles()
    people.iam.put_user_policy(
        UserName=ann.name,
        PolicyName="may",
        PolicyDocument=document(EVERYTHING, only(sensitive, Bool={"aws:MultiFactorAuthPresent": "false"})),
    )
    assert may_list(ann.iam), "the key is absent with long-term credentials, and `Bool` then does not hold"
    role = people.role(EVERYTHING, only(sensitive, Bool={"aws:MultiFactorAuthPresent": "false"}))
    session = people.iam_of(sts.assume_role(RoleArn=role.arn, RoleSessionName="run-7")["Credentials"])
    assert not may_list(session)


def test_older_sessions_are_revoked_and_newer_ones_work(people: People, authority: Authority, sts: Any) -> None:
    role = people.role(EVERYTHING)
    old = people.iam_of(sts.assume_role(RoleArn=role.arn, RoleSessionName="run-7")["Credentials"])
    assert may_list(old)
    authority.advance(60)
    now = authority.client("watchword").get_server_information()["Now"].strftime("%Y-%m-%dT%H:%M:%SZ")
    older = {"DateLessThan": {"aws:TokenIssueTime": now}}
    revoke = document({"Effect": "Deny", "Action": ["*"], "Resource": ["*"], "Condition": older})
    people.iam.put_role_policy(RoleName=role.name, PolicyName="AWSRevokeOlderSessions", PolicyDocument=revoke)
    assert not may_list(old)
    authority.advance(60)
    new = people.iam_of(sts.assume_role(RoleArn=role.arn, RoleSessionName="run-8")["Credentials"])
    assert may_list(new)
    ann = people.user(EVERYTHING, {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": older})
    assert may_list(ann.iam), "a long-term key has no issue time"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, True),
        ({"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "::1/128"]}}, False),
        ({"NotIpAddress": {"aws:SourceIp": "127.0.0.1"}}, False),
        ({"Bool": {"aws:SecureTransport": "false"}}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, False),
        ({"StringLike": {"aws:UserAgent": "Boto3/*"}}, True),
        ({"StringEquals": {"aws:RequestedRegion": "us-east-1"}}, True),
        ({"StringEquals": {"aws:PrincipalType": "User"}}, True),
        ({"Null": {"aws:TokenIssueTime": "true", "aws:SourceIdentity": "true"}}, True),
        ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, True),
        ({"NumericLessThan": {"aws:EpochTime": "1577836800"}}, False),
        ({"Bool": {"aws:ViaAWSService": "false"}}, True),
        ({"StringEquals": {"aws:NoSuchKey": "x"}}, False),
        ({"StringEqualsIfExists": {"aws:NoSuchKey": "x"}}, True),
    ],
    ids=str,
)
def test_what_the_request_tells(people: People, condition: Statement, *, holds: bool) -> None:
    assert may_list(people.user(only(LIST, **condition)).iam) is holds


def test_what_the_principal_tells(people: People) -> None:
    ann = people.user()
    user = people.iam.get_user(UserName=ann.name)["User"]
    for key, value in {
        "aws:PrincipalArn": user["Arn"],
        "aws:userid": user["UserId"],
        "aws:username": ann.name,
        "aws:PrincipalAccount": people.account,
        "aws:ResourceAccount": people.account,
    }.items():
        for told, holds in ((value, True), (value + "x", False)):
            condition = {"StringEquals": {key: told}}
            people.iam.put_user_policy(
                UserName=ann.name, PolicyName="own", PolicyDocument=document(only(LIST, **condition))
            )
            assert may_list(ann.iam) is holds, (key, told)


# Each change is seen by the very next request

Change = Callable[[People, User, str], Any]
CHANGES: dict[str, tuple[Change, Change]] = {
    "inline": (
        lambda p, u, _: p.iam.put_user_policy(UserName=u.name, PolicyName="x", PolicyDocument=document(LIST)),
        lambda p, u, _: p.iam.delete_user_policy(UserName=u.name, PolicyName="x"),
    ),
    "inline, written over": (
        lambda p, u, _: p.iam.put_user_policy(UserName=u.name, PolicyName="x", PolicyDocument=document(LIST)),
        lambda p, u, _: p.iam.put_user_policy(UserName=u.name, PolicyName="x", PolicyDocument=document(LIST, DENY)),
    ),
    "attached": (
        lambda p, u, arn: p.iam.attach_user_policy(UserName=u.name, PolicyArn=arn),
        lambda p, u, arn: p.iam.detach_user_policy(UserName=u.name, PolicyArn=arn),
    ),
    "version": (
        lambda p, u, arn: p.iam.attach_user_policy(UserName=u.name, PolicyArn=arn),
        lambda p, _, arn: p.iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(ROLES), SetAsDefault=True),
    ),
    "default": (
        lambda p, u, arn: (
            p.iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(ROLES)),
            p.iam.attach_user_policy(UserName=u.name, PolicyArn=arn),
        ),
        lambda p, _, arn: p.iam.set_default_policy_version(PolicyArn=arn, VersionId="v2"),
    ),
    "membership": (
        lambda p, u, _: p.iam.add_user_to_group(GroupName="listers", UserName=u.name),
        lambda p, u, _: p.iam.remove_user_from_group(GroupName="listers", UserName=u.name),
    ),
    "the group's inline policy": (
        lambda p, u, _: p.iam.add_user_to_group(GroupName="listers", UserName=u.name),
        lambda p, *_: p.iam.delete_group_policy(GroupName="listers", PolicyName="list"),
    ),
    "the group's attached policy": (
        lambda p, u, arn: (
            p.iam.add_user_to_group(GroupName="empty", UserName=u.name),
            p.iam.attach_group_policy(GroupName="empty", PolicyArn=arn),
        ),
        lambda p, _, arn: p.iam.detach_group_policy(GroupName="empty", PolicyArn=arn),
    ),
    "the version in a group": (
        lambda p, u, arn: (
            p.iam.attach_group_policy(GroupName="empty", PolicyArn=arn),
            p.iam.add_user_to_group(GroupName="empty", UserName=u.name),
        ),
        lambda p, _, arn: p.iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(DENY), SetAsDefault=True),
    ),
    "boundary": (
        lambda p, u, arn: (
            p.iam.put_user_policy(UserName=u.name, PolicyName="x", PolicyDocument=document(EVERYTHING)),
            p.iam.put_user_permissions_boundary(UserName=u.name, PermissionsBoundary=arn),
        ),
        lambda p, _, arn: p.iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(ROLES), SetAsDefault=True),
    ),
    "principal tag": (
        lambda p, u, _: (
            p.iam.put_user_policy(
                UserName=u.name,
                PolicyName="x",
                PolicyDocument=document(only(LIST, StringEquals={"aws:PrincipalTag/may": "list"})),
            ),
            p.iam.tag_user(UserName=u.name, Tags=[tag("may", "list")]),
        ),
        lambda p, u, _: p.iam.untag_user(UserName=u.name, TagKeys=["may"]),
    ),
    "name": (
        lambda p, u, _: p.iam.put_user_policy(
            UserName=u.name,
            PolicyName="x",
            PolicyDocument=document(only(LIST, StringEquals={"aws:username": u.name})),
        ),
        lambda p, u, _: p.iam.update_user(UserName=u.name, NewUserName="renamed"),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_by_the_next_request(people: People, change: str) -> None:
    ann = people.user()
    people.iam.create_group(GroupName="empty")
    people.iam.create_group(GroupName="listers")
    people.iam.put_group_policy(GroupName="listers", PolicyName="list", PolicyDocument=document(LIST))
    arn = managed(people, LIST)
    give, take = CHANGES[change]
    assert not may_list(ann.iam)
    give(people, ann, arn)
    assert may_list(ann.iam)
    take(people, ann, arn)
    assert not may_list(ann.iam)


def test_a_roles_policies_bind_its_live_sessions(people: People, sts: Any) -> None:
    role = people.role()
    session = people.iam_of(sts.assume_role(RoleArn=role.arn, RoleSessionName="run-7")["Credentials"])
    arn = managed(people, LIST)
    assert not may_list(session)
    people.iam.attach_role_policy(RoleName=role.name, PolicyArn=arn)
    assert may_list(session)
    people.iam.detach_role_policy(RoleName=role.name, PolicyArn=arn)
    assert not may_list(session)
    people.iam.put_role_policy(RoleName=role.name, PolicyName="own", PolicyDocument=document(LIST))
    assert may_list(session)
    people.iam.delete_role_policy(RoleName=role.name, PolicyName="own")
    assert not may_list(session)


def test_a_changed_trust_policy_decides_the_next_assumption(people: People) -> None:
    ann = people.user(allow("sts:AssumeRole"))
    role = people.role(trusts=people.trust())
    ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="run-7")
    nobody = {**people.trust(), "Effect": "Deny"}
    people.iam.update_assume_role_policy(RoleName=role.name, PolicyDocument=document(nobody))
    with refused("AccessDenied", status=403):
        ann.sts.assume_role(RoleArn=role.arn, RoleSessionName="run-7")


def test_a_deleted_session_policy_does_not_widen_its_session(people: People, sts: Any) -> None:
    role = people.role(EVERYTHING)
    one, other = managed(people, LIST, name="One"), managed(people, ROLES, name="Other")
    passed = [{"arn": one}, {"arn": other}]
    both = people.iam_of(sts.assume_role(RoleArn=role.arn, RoleSessionName="both", PolicyArns=passed)["Credentials"])
    lone = people.iam_of(
        sts.assume_role(RoleArn=role.arn, RoleSessionName="lone", PolicyArns=passed[:1])["Credentials"]
    )
    assert may_list(both)
    assert may_list(lone)
    people.iam.delete_policy(PolicyArn=one)
    assert not may_list(both)
    assert not may_list(lone)
    for session in (both, lone):  # what it denied is not known any more, so nothing more is allowed
        with refused("AccessDenied", status=403):
            session.list_roles()


def test_a_session_policys_new_version_binds_the_session(people: People, sts: Any) -> None:
    role, arn = people.role(EVERYTHING), managed(people, ROLES)
    given = sts.assume_role(RoleArn=role.arn, RoleSessionName="run-7", PolicyArns=[{"arn": arn}])["Credentials"]
    session = people.iam_of(given)
    assert not may_list(session)
    people.iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(LIST), SetAsDefault=True)
    assert may_list(session)


# What each kind of credential may not do


def test_a_recreated_role_does_not_take_over_sessions_or_trust(people: People, sts: Any) -> None:
    entry = people.role(EVERYTHING)
    inner = people.role(EVERYTHING, trusts=people.trust(arn=entry.arn))
    old = sts.assume_role(RoleArn=entry.arn, RoleSessionName="run-7")["Credentials"]
    people.sts_of(old).assume_role(RoleArn=inner.arn, RoleSessionName="inner")
    people.iam.delete_role_policy(RoleName=entry.name, PolicyName="may")
    people.iam.delete_role(RoleName=entry.name)
    people.iam.create_role(RoleName=entry.name, AssumeRolePolicyDocument=document(people.trust()))
    with refused("InvalidClientTokenId", status=403, message=INVALID):
        people.iam_of(old).list_users()
    with refused("InvalidClientTokenId", status=403, message=INVALID):
        people.sts_of(old).get_caller_identity()
    new = sts.assume_role(RoleArn=entry.arn, RoleSessionName="run-7")["Credentials"]
    with refused("AccessDenied", status=403):
        people.sts_of(new).assume_role(RoleArn=inner.arn, RoleSessionName="inner")


def test_a_session_token_of_a_user_opens_little(people: People) -> None:
    ann = people.user(EVERYTHING)
    role = people.role(LIST)
    given = ann.sts.get_session_token()["Credentials"]
    session: Any = people.sts_of(given)
    assert session.get_caller_identity()["Arn"] == ann.arn
    session.assume_role(RoleArn=role.arn, RoleSessionName="run-7")
    for call in (
        session.get_session_token,
        lambda: session.get_federation_token(Name="guest"),
        lambda: session.get_access_key_info(AccessKeyId=given["AccessKeyId"]),
        lambda: session.decode_authorization_message(EncodedMessage="x"),
    ):
        with refused("AccessDenied", status=403):
            call()
    iam: Any = people.iam_of(given)
    for call in (iam.list_users, iam.get_user, iam.create_access_key):
        with refused("InvalidClientTokenId", status=403, message=INVALID):
            call()
    assert len(people.iam.list_access_keys(UserName=ann.name)["AccessKeyMetadata"]) == 1


def test_a_federated_user_opens_nothing_of_iam(people: People) -> None:
    ann = people.user(EVERYTHING)
    given = ann.sts.get_federation_token(Name="guest", Policy=document(EVERYTHING))["Credentials"]
    guest: Any = people.sts_of(given)
    assert guest.get_caller_identity()["Arn"] == f"arn:aws:sts::{people.account}:federated-user/guest"
    with refused("InvalidClientTokenId", status=403, message=INVALID):
        people.iam_of(given).list_users()
    role = people.role(LIST, trusts=people.trust(arn="*"))
    for call in (
        guest.get_session_token,
        lambda: guest.get_federation_token(Name="guest"),
        lambda: guest.assume_role(RoleArn=role.arn, RoleSessionName="run-7"),
    ):
        with refused("AccessDenied", status=403):
            call()


def test_a_role_session_may_not_federate(people: People, sts: Any) -> None:
    role = people.role(EVERYTHING)
    session = people.sts_of(sts.assume_role(RoleArn=role.arn, RoleSessionName="run-7")["Credentials"])
    with refused("AccessDenied", status=403, message="Cannot call GetSessionToken with session credentials"):
        session.get_session_token()
    with refused("AccessDenied", status=403, message="Cannot call GetFederationToken with session credentials"):
        session.get_federation_token(Name="guest")


# The root of an account


@dataclass(frozen=True, slots=True)
class Rooted:
    """An authority whose first key is root's."""

    authority: Authority
    iam: Any
    sts: Any


@pytest.fixture(scope="session")
def rooted_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    data = tmp_path_factory.mktemp("rooted") / "data"
    with serving(data, initialise(data, "--root-key", "--sandbox")) as authority:
        yield authority


@pytest.fixture
def rooted(rooted_authority: Authority) -> Iterator[Rooted]:
    yield Rooted(rooted_authority, rooted_authority.client("iam"), rooted_authority.client("sts"))
    rooted_authority.reset()


def test_root_may_everything_and_needs_no_policy(rooted: Rooted) -> None:
    account = rooted.authority.account_id
    root = f"arn:aws:iam::{account}:root"
    assert rooted.sts.get_caller_identity() | {"ResponseMetadata": 0} == {
        "UserId": account,
        "Account": account,
        "Arn": root,
        "ResponseMetadata": 0,
    }
    assert rooted.iam.get_user()["User"]["Arn"] == root
    rooted.iam.create_user(UserName="ann")
    assert [user["UserName"] for user in rooted.iam.list_users()["Users"]] == ["ann"]
    own = rooted.iam.list_access_keys()["AccessKeyMetadata"]
    assert [key["AccessKeyId"] for key in own] == [rooted.authority.access_key_id]


def test_root_holds_two_keys_at_most_and_each_signs(rooted: Rooted) -> None:
    second = rooted.iam.create_access_key()["AccessKey"]
    assert rooted.authority.of("sts", second).get_caller_identity()["Arn"].endswith(":root")
    with refused("LimitExceeded", status=409):
        rooted.iam.create_access_key()
    rooted.iam.update_access_key(AccessKeyId=second["AccessKeyId"], Status="Inactive")
    with refused("InvalidClientTokenId", status=403):
        rooted.authority.of("sts", second).get_caller_identity()
    rooted.iam.delete_access_key(AccessKeyId=second["AccessKeyId"])


def test_root_assumes_no_role(rooted: Rooted) -> None:
    account = rooted.authority.account_id
    trust = document(
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "sts:AssumeRole"}
    )
    role = rooted.iam.create_role(RoleName="Reader", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    with refused("AccessDenied", status=403, message="Roles may not be assumed by root accounts."):
        rooted.sts.assume_role(RoleArn=role, RoleSessionName="run-7")
    session = rooted.authority.of("sts", rooted.sts.get_session_token()["Credentials"])
    with refused("AccessDenied", status=403):
        session.assume_role(RoleArn=role, RoleSessionName="run-7")


def test_roots_sessions_last_an_hour(rooted: Rooted) -> None:
    given = rooted.sts.get_session_token(DurationSeconds=7200)["Credentials"]
    session = rooted.authority.of("sts", given)
    assert session.get_caller_identity()["Arn"].endswith(":root")
    with refused("InvalidClientTokenId", status=403, message=INVALID):
        rooted.authority.of("iam", given).list_users()
    rooted.authority.advance(3_601)
    with refused("ExpiredToken", status=403):
        session.get_caller_identity()


def test_a_user_that_root_federates(rooted: Rooted) -> None:
    given = rooted.sts.get_federation_token(Name="guest", Policy=document(EVERYTHING))["Credentials"]
    guest = rooted.authority.of("sts", given)
    assert guest.get_caller_identity()["Arn"].endswith(":federated-user/guest")
    with refused("InvalidClientTokenId", status=403, message=INVALID):
        rooted.authority.of("iam", given).list_users()
    with refused("AccessDenied", status=403):
        guest.get_federation_token(Name="guest")
