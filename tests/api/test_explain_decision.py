"""ExplainDecision says what the real request gets, in the same words, and why; and says it only to who may ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.api.sts.people import EVERYTHING, People, Role, Statement, document
from tests.support.authority import Authority
from tests.support.refusals import refused, words

LIST: Statement = {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"}
NO_LIST: Statement = {"Sid": "Never", "Effect": "Deny", "Action": "iam:ListUsers", "Resource": "*"}
PASSED_ON = ("sts:TagSession", "sts:SetSourceIdentity")
"""What a session that has tags or a source identity needs besides, to assume a role."""
REFUSED = {"AccessDenied", "AccessDeniedException", "InvalidClientTokenId", "ExpiredToken"}


@pytest.fixture
def people(authority: Any, iam: Any) -> People:
    return People(authority, iam, authority.account_id)


@pytest.fixture
def own(authority: Authority) -> Any:
    return authority.client("watchword")


def when(statement: Statement, **condition: dict[str, Any]) -> Statement:
    return {**statement, "Condition": condition}


def told(own: Any, action: str, resource: str = "", **more: Any) -> Any:
    named = {"ResourceArn": resource} if resource else {}
    return own.explain_decision(Action=action, **named, **more)


def entry(name: str, *values: str) -> dict[str, Any]:
    return {"ContextKeyName": name, "ContextKeyValues": list(values)}


def layers(answer: Any) -> list[tuple[str, str]]:
    return [(reason["Layer"], reason["Effect"]) for reason in answer["Reasons"]]


def refusal_of(call: Callable[[], object]) -> str:
    """Give the words in which a real request was refused; empty when it was not, for whatever else it met."""
    try:
        call()
    except ClientError as error:
        if error.response["Error"]["Code"] in REFUSED:
            return words(error.response["Error"]["Message"])
    return ""


# It agrees with what real requests get


@dataclass(frozen=True)
class Somebody:
    """Who asks: clients of its own, and how ExplainDecision is told of it."""

    name: str
    client: Callable[[str], Any]
    asked: dict[str, str]


def with_session(people: People, role: Role, name: str, **more: Any) -> Somebody:
    sts = people.authority.client("sts", "", "")
    given = sts.assume_role(RoleArn=role.arn, RoleSessionName="run-7", **more)["Credentials"]
    return held(people, name, given)


def held(people: People, name: str, given: Any) -> Somebody:
    asked = {"AccessKeyId": given["AccessKeyId"]}
    return Somebody(name, lambda service: people.authority.of(service, given), asked)  # type: ignore[attr-defined]


def user(people: People, name: str, *may: Statement, boundary: str = "", **tags: str) -> Somebody:
    people.iam.create_user(UserName=name, Tags=[{"Key": key, "Value": value} for key, value in tags.items()])
    if may:
        people.iam.put_user_policy(UserName=name, PolicyName="may", PolicyDocument=document(*may))
    if boundary:
        people.iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=boundary)
    key: Any = people.iam.create_access_key(UserName=name)["AccessKey"]
    arn = f"arn:aws:iam::{people.account}:user/{name}"
    return Somebody(name, lambda service: people.authority.of(service, key), {"PrincipalArn": arn})  # type: ignore[attr-defined]


def everybody(people: People) -> list[Somebody]:
    """Users and sessions of every kind, so that each layer settles something for somebody."""
    sts: Any = people.authority.client("sts", "", "")
    only_list = people.iam.create_policy(PolicyName="OnlyList", PolicyDocument=document(LIST))["Policy"]["Arn"]
    trusts = people.trust(*PASSED_ON)
    wide, blue = (
        people.role(EVERYTHING, trusts=trusts),
        people.role(
            when(EVERYTHING, StringEquals={"aws:PrincipalTag/team": "blue", "sts:SourceIdentity": "ann"}), trusts=trusts
        ),
    )
    blue_by_source = people.role(
        when(EVERYTHING, StringEquals={"aws:SourceIdentity": "ann"}, Bool={"aws:MultiFactorAuthPresent": "false"}),
        trusts=trusts,
    )
    revoked = people.role(
        EVERYTHING,
        when({"Effect": "Deny", "Action": "*", "Resource": "*"}, DateLessThan={"aws:TokenIssueTime": "2999-01-01"}),
        trusts=trusts,
    )
    tagged = [{"Key": "team", "Value": "blue"}]
    return [
        user(people, "nobody"),
        user(people, "all", EVERYTHING),
        user(people, "denied", EVERYTHING, NO_LIST),
        user(people, "bounded", EVERYTHING, boundary=only_list),
        user(people, "blue", when(EVERYTHING, StringEquals={"aws:PrincipalTag/team": "blue"}), team="blue"),
        user(people, "red", when(EVERYTHING, StringEquals={"aws:PrincipalTag/team": "blue"}), team="red"),
        user(people, "self", when(EVERYTHING, StringEquals={"aws:username": "self"})),
        user(people, "on-blue", when(EVERYTHING, StringEquals={"aws:ResourceTag/team": "blue"})),
        with_session(people, wide, "session"),
        with_session(people, wide, "narrow", Policy=document(LIST)),
        with_session(people, wide, "by-arn", PolicyArns=[{"arn": only_list}]),
        with_session(people, blue, "tagged", Tags=tagged),
        with_session(people, blue_by_source, "sourced", Tags=tagged, SourceIdentity="ann"),
        with_session(people, revoked, "revoked"),
        held(people, "guest", sts.get_federation_token(Name="guest", Policy=document(EVERYTHING))["Credentials"]),
        held(people, "lone-guest", sts.get_federation_token(Name="guest")["Credentials"]),
        held(people, "own-session", sts.get_session_token()["Credentials"]),
    ]


@pytest.mark.slow
def test_it_says_what_the_real_request_gets(people: People, own: Any) -> None:
    """For everybody and every call: the outcome, and the message that the refused one was told."""
    trusting = people.role(trusts=people.trust(*PASSED_ON))
    people.iam.tag_role(RoleName=trusting.name, Tags=[{"Key": "team", "Value": "blue"}])
    named = user(people, "named")
    only_named = people.role(trusts=people.trust(arn=f"arn:aws:iam::{people.account}:user/named"))
    account = f"arn:aws:iam::{people.account}"
    calls: list[tuple[str, str, Callable[[Somebody], object]]] = [
        ("iam:ListUsers", f"{account}:user/", lambda who: who.client("iam").list_users()),
        ("iam:GetUser", f"{account}:user/blue", lambda who: who.client("iam").get_user(UserName="blue")),
        ("iam:GetRole", trusting.arn, lambda who: who.client("iam").get_role(RoleName=trusting.name)),
        ("sts:GetCallerIdentity", "*", lambda who: who.client("sts").get_caller_identity()),
        ("cloudtrail:LookupEvents", "*", lambda who: who.client("cloudtrail").lookup_events()),
        *(
            (
                "sts:AssumeRole",
                arn,
                lambda who, arn=arn: who.client("sts").assume_role(RoleArn=arn, RoleSessionName="run"),
            )
            for arn in (trusting.arn, only_named.arn, f"{account}:role/Nowhere")
        ),
    ]
    seen = set()
    for who in [*everybody(people), named]:
        for action, resource, call in calls:
            really = refusal_of(lambda: call(who))  # noqa: B023 - called right here
            answer = told(own, action, resource, **who.asked)
            asked = who.name, action, resource, answer
            assert answer["Allowed"] is (not really), (really, asked)
            assert answer.get("Message", "") == really, asked
            seen.add(answer["Reasons"][0]["Layer"])
    assert seen == {"identity", "boundary", "session", "trust"}


def test_of_oneself_it_knows_the_session_and_the_address(people: People) -> None:
    asks: Statement = {"Effect": "Allow", "Action": "watchword:ExplainDecision", "Resource": "*"}
    here = when(
        {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"}, IpAddress={"aws:SourceIp": "127.0.0.1"}
    )
    role = people.role(asks, here, LIST)
    who = with_session(people, role, "narrow", Policy=document(asks, here))
    answer = told(who.client("watchword"), "iam:ListUsers")
    assert answer["Outcome"] == "Allow"
    assert answer["PrincipalArn"] == f"arn:aws:sts::{people.account}:assumed-role/{role.name}/run-7"
    assert layers(answer) == [("identity", "Allow"), ("session", "Allow")]
    of_role = told(people.authority.client("watchword", "", ""), "iam:ListUsers", PrincipalArn=role.arn)
    assert layers(of_role) == [("identity", "Allow")]


# What it tells


def test_each_reason_names_layer_policy_and_statement(people: People, own: Any) -> None:
    only_roles = document({"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*"})
    boundary = people.iam.create_policy(PolicyName="Edge", PolicyDocument=only_roles)["Policy"]["Arn"]
    ann = user(people, "ann", EVERYTHING, NO_LIST, {**NO_LIST, "Sid": "Again"}, boundary=boundary)
    denied = told(own, "iam:ListUsers", **ann.asked)
    assert denied["Outcome"] == "ExplicitDeny"
    assert [(one["Policy"], one["Statement"], one["Effect"]) for one in denied["Reasons"]] == [
        ("may", "Never", "Deny"),
        ("may", "Again", "Deny"),
    ]
    bounded = told(own, "iam:ListGroups", **ann.asked)
    assert bounded["Outcome"] == "ImplicitDeny"
    assert bounded["Reasons"][0] == {
        "Layer": "boundary",
        "Effect": "None",
        "Detail": "no permissions boundary allows it",
    }
    allowed = told(own, "iam:ListRoles", **ann.asked)
    assert [(one["Layer"], one["Effect"], one["Statement"]) for one in allowed["Reasons"]] == [
        ("identity", "Allow", "1"),
        ("boundary", "Allow", "1"),
    ]
    assert "Message" not in allowed


def test_a_near_miss_says_what_stood_in_its_way(people: People, own: Any) -> None:
    ann = user(people, "ann", when(LIST, Bool={"aws:MultiFactorAuthPresent": "true"}))
    answer = told(own, "iam:ListUsers", **ann.asked)
    assert layers(answer) == [("identity", "None"), ("identity", "None")]
    assert "aws:MultiFactorAuthPresent" in answer["Reasons"][1]["Detail"]
    with_it = told(own, "iam:ListUsers", **ann.asked, ContextEntries=[entry("aws:multifactorauthpresent", "true")])
    assert with_it["Allowed"]


def test_context_goes_before_what_is_known_and_may_be_a_list(people: People, own: Any) -> None:
    ann = user(people, "ann", when(EVERYTHING, StringEquals={"aws:username": "bob"}))
    assert not told(own, "s3:GetObject", "arn:aws:s3:::box/a", **ann.asked)["Allowed"]
    as_bob = [entry("AWS:UserName", "bob")]
    assert told(own, "s3:GetObject", "arn:aws:s3:::box/a", **ann.asked, ContextEntries=as_bob)["Allowed"]
    keys: dict[str, Any] = {
        "ForAllValues:StringEquals": {"aws:TagKeys": ["team", "cost"]},
        "Null": {"aws:TagKeys": "false"},
    }
    bob = user(people, "bob", when(EVERYTHING, **keys))
    for values, allowed in ((["team", "cost"], True), (["team"], True), (["team", "other"], False)):
        entries = [entry("aws:TagKeys", *values)]
        assert told(own, "iam:TagUser", **bob.asked, ContextEntries=entries)["Allowed"] is allowed


def test_an_address_is_not_guessed_for_others(people: People, own: Any) -> None:
    here = when(LIST, IpAddress={"aws:SourceIp": "127.0.0.1"}, Bool={"aws:SecureTransport": "false"})
    ann = user(people, "ann", here)
    assert not told(own, "iam:ListUsers", **ann.asked)["Allowed"]
    told_so = [entry("aws:SourceIp", "127.0.0.1"), entry("aws:SecureTransport", "false")]
    assert told(own, "iam:ListUsers", **ann.asked, ContextEntries=told_so)["Allowed"]


def test_root_and_a_session_by_its_arn(people: People, own: Any) -> None:
    root = told(own, "iam:DeleteUser", PrincipalArn=f"arn:aws:iam::{people.account}:root")
    assert (root["Allowed"], root["Reasons"][0]["Layer"]) == (True, "identity")
    role = people.role(when(EVERYTHING, StringLike={"aws:userid": "*:run-7"}))
    session = f"arn:aws:sts::{people.account}:assumed-role/{role.name}/run-"
    assert told(own, "iam:ListUsers", PrincipalArn=f"{session}7")["Allowed"]
    assert not told(own, "iam:ListUsers", PrincipalArn=f"{session}8")["Allowed"]
    assert not told(own, "iam:ListUsers", PrincipalArn=role.arn)["Allowed"]


def test_sessions_that_ended_get_nothing_whatever_policies_say(people: People, own: Any) -> None:
    who = with_session(people, people.role(EVERYTHING), "session")
    key_id = who.asked["AccessKeyId"]
    until = own.get_server_information()["Now"] + timedelta(hours=1)
    own.put_block(Name="pause", SessionName="run-7", Until=until, Reason="looked into")
    blocked = told(own, "iam:ListUsers", **who.asked)
    assert (blocked["Outcome"], blocked["Reasons"][0]["Layer"]) == ("ImplicitDeny", "session")
    assert "looked into" in blocked["Message"]
    assert "pause" in blocked["Reasons"][0]["Detail"]
    assert blocked["Reasons"][1]["Effect"] == "Allow"
    own.delete_block(Name="pause")
    assert told(own, "iam:ListUsers", **who.asked)["Allowed"]
    own.end_sessions(AccessKeyIds=[key_id], Reason="leaked")
    ended = told(own, "iam:ListUsers", **who.asked)
    assert not ended["Allowed"]
    assert "expired" in ended["Message"]
    assert refusal_of(who.client("iam").list_users).startswith(ended["Message"])


def test_an_expired_session_gets_nothing(people: People, own: Any) -> None:
    who = with_session(people, people.role(EVERYTHING), "session", DurationSeconds=900)
    people.authority.advance(901)
    answer = told(own, "iam:ListUsers", **who.asked)
    assert (answer["Allowed"], answer["Reasons"][0]["Detail"]) == (False, "the session has expired")


# Whom it answers, and what it refuses


def test_it_is_allowed_on_the_principal_asked_about(people: People) -> None:
    account = f"arn:aws:iam::{people.account}"
    asks: Statement = {
        "Effect": "Allow",
        "Action": "watchword:ExplainDecision",
        "Resource": f"{account}:user/${{aws:username}}",
    }
    ann, bob = user(people, "ann", asks), user(people, "bob")
    own = ann.client("watchword")
    assert told(own, "iam:ListUsers")["PrincipalArn"] == f"{account}:user/ann"
    for about in ("user/bob", "user/nobody", "root"):
        with refused("AccessDeniedException"):
            told(own, "iam:ListUsers", PrincipalArn=f"{account}:{about}")
    with refused("AccessDeniedException"):
        told(bob.client("watchword"), "iam:ListUsers")
    with refused("AccessDeniedException"):
        told(own, "iam:ListUsers", AccessKeyId="ASIAQQQQQQQQQQQQQQQQ")


def test_another_account_s_principals_are_not_told_of(people: People, own: Any) -> None:
    for arn in ("arn:aws:iam::999988887777:user/ann", "arn:aws:iam::999988887777:root"):
        with refused("ResourceNotFoundException", status=400):
            told(own, "iam:ListUsers", PrincipalArn=arn)
    with refused("ResourceNotFoundException"):
        told(own, "iam:ListUsers", AccessKeyId="ASIAQQQQQQQQQQQQQQQQ")
    with refused("ResourceNotFoundException"):
        told(own, "iam:ListUsers", PrincipalArn=f"arn:aws:iam::{people.account}:role/Nowhere")


@pytest.mark.parametrize(
    "asked",
    [
        {"Action": "iam:*"},
        {"Action": "ListUsers"},
        {"Action": "sts:AssumeRole"},
        {"Action": "iam:GetUser", "ResourceArn": "user/ann"},
        {"Action": "iam:GetUser", "PrincipalArn": "ann"},
        {"Action": "iam:GetUser", "PrincipalArn": "arn:aws:iam::999988887777:group/team"},
        {
            "Action": "iam:GetUser",
            "PrincipalArn": "arn:aws:iam::999988887777:user/ann",
            "AccessKeyId": "ASIA" + "Q" * 16,
        },
        {"Action": "iam:GetUser", "AccessKeyId": "AKIA" + "Q" * 16},
        {"Action": "iam:GetUser", "ContextEntries": [entry("aws:Username", "a"), entry("aws:username", "b")]},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(own: Any, asked: dict[str, Any]) -> None:
    with refused("InvalidParameterException", status=400):
        own.explain_decision(**asked)


def test_what_another_account_s_policies_say_is_theirs(authority: Authority, own: Any) -> None:
    """Only the outcome is told, as by the real request; not which statement, nor whether there is such a role."""
    home = People(authority, authority.client("iam"), authority.account_id)  # type: ignore[arg-type]
    organizations = authority.client("organizations")
    organizations.create_organization()
    made = organizations.create_account(Email="b@example.com", AccountName="B")["CreateAccountStatus"]
    other = made["AccountId"]
    assume: Statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
    given = authority.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{other}:role/OrganizationAccountAccessRole", RoleSessionName="run"
    )["Credentials"]
    theirs = People(authority, authority.of("iam", given), other)  # type: ignore[arg-type]
    trusts = {**home.trust(), "Sid": "Theirs", "Condition": {"StringEquals": {"sts:ExternalId": "x"}}}
    role = theirs.role(trusts=trusts)
    ann = user(home, "ann", assume)
    refusals = [told(own, "sts:AssumeRole", arn, **ann.asked) for arn in (role.arn, role.arn[:-1] + "-")]
    for answer in refusals:
        assert layers(answer) == [("trust", "None"), ("identity", "Allow")]
    assert refusals[0]["Reasons"] == refusals[1]["Reasons"]
    assert "Theirs" not in str(refusals)
    right = told(own, "sts:AssumeRole", role.arn, **ann.asked, ContextEntries=[entry("sts:ExternalId", "x")])
    assert (right["Allowed"], layers(right)) == (True, [("identity", "Allow"), ("trust", "Allow")])
    assert "Theirs" not in str(right)
    nobody = user(home, "nobody")
    assert layers(told(own, "sts:AssumeRole", role.arn, **nobody.asked)) == [("identity", "None")]
