"""LookupEvents through boto3: who did what, and who asked for the credentials that it was done with."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.accounts import Member, allowing, member_of, trusting
from tests.support.authority import Authority
from tests.support.refusals import refused
from tests.support.wire import send, signed

OWN = {"LookupEvents", "ResetSandbox"}
"""What a test does beside what it is about."""
EVERYTHING = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'


@pytest.fixture
def trail(authority: Authority) -> Any:
    return authority.client("cloudtrail")


@pytest.fixture
def other(authority: Authority) -> Member:
    return member_of(authority)


def by(trail: Any, key: str, value: str, **more: Any) -> list[dict[str, Any]]:
    """Ask once, by one attribute."""
    attribute = {"AttributeKey": key, "AttributeValue": value}
    events: list[dict[str, Any]] = trail.lookup_events(LookupAttributes=[attribute], **more)["Events"]
    return events


def whole(event: dict[str, Any]) -> dict[str, Any]:
    """Give the event in full."""
    read: dict[str, Any] = json.loads(event["CloudTrailEvent"])
    return read


def a_role(authority: Authority, iam: Any, name: str) -> str:
    trust = trusting(authority.account_id, action=["sts:AssumeRole", "sts:SetSourceIdentity"])
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=EVERYTHING)
    return arn


def test_what_was_done_is_told(authority: Authority, iam: Any, trail: Any) -> None:
    iam.create_user(UserName="ann", Path="/people/")
    (event,) = by(trail, "EventName", "CreateUser")
    assert (event["EventSource"], event["Username"]) == ("iam.amazonaws.com", authority.user_name)
    assert (event["ReadOnly"], event["AccessKeyId"]) == ("false", authority.access_key_id)
    assert {"ResourceType": "AWS::IAM::User", "ResourceName": "ann"} in event["Resources"]
    told = whole(event)
    assert told["eventID"] == event["EventId"]
    assert told["requestParameters"] == {"userName": "ann", "path": "/people/"}
    assert told["responseElements"]["user"]["userName"] == "ann"
    assert told["userIdentity"]["arn"] == f"arn:aws:iam::{authority.account_id}:user/{authority.user_name}"
    assert by(trail, "EventId", event["EventId"]) == [event]


def test_each_attribute(iam: Any, trail: Any) -> None:
    iam.create_user(UserName="ann")
    iam.create_group(GroupName="team")
    iam.list_users()
    arn = iam.get_user(UserName="ann")["User"]["Arn"]
    for key, value, names in (
        ("EventName", "ListUsers", {"ListUsers"}),
        ("EventSource", "iam.amazonaws.com", {"CreateUser", "CreateGroup", "ListUsers", "GetUser"}),
        ("ReadOnly", "false", {"CreateUser", "CreateGroup"}),
        ("ResourceType", "AWS::IAM::Group", {"CreateGroup"}),
        ("ResourceName", "ann", {"CreateUser", "GetUser"}),
        ("ResourceName", arn, {"CreateUser", "GetUser"}),
        ("Username", "nobody", set()),
    ):
        assert {event["EventName"] for event in by(trail, key, value)} - OWN == names, (key, value)


def test_who_asked_for_a_session_is_told_by_one_call(authority: Authority, iam: Any, sts: Any, trail: Any) -> None:
    role = a_role(authority, iam, "reader")
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    iam.put_user_policy(UserName="ann", PolicyName="may", PolicyDocument=EVERYTHING)
    ann = authority.of("sts", key)
    for session, name in (
        (ann.assume_role(RoleArn=role, RoleSessionName="run-7"), "AssumeRole"),
        (ann.get_session_token(), "GetSessionToken"),
        (ann.get_federation_token(Name="guest"), "GetFederationToken"),
    ):
        issued = session["Credentials"]["AccessKeyId"]
        (event,) = by(trail, "ResourceName", issued)
        assert (event["EventName"], event["Username"], event["AccessKeyId"]) == (name, "ann", key["AccessKeyId"])
        told = whole(event)
        assert told["responseElements"]["credentials"]["accessKeyId"] == issued
        assert told["sourceIPAddress"] == "127.0.0.1"
        for secret in (session["Credentials"]["SecretAccessKey"], session["Credentials"]["SessionToken"]):
            assert secret not in json.dumps(told)
    (made,) = by(trail, "ResourceName", key["AccessKeyId"])
    assert made["EventName"] == "CreateAccessKey"


def test_what_reads_is_told_as_aws_tells_it(authority: Authority, iam: Any, sts: Any, trail: Any) -> None:
    """Source: IAM User Guide, "Logging IAM and AWS STS API calls with CloudTrail", table."""
    sts.assume_role(RoleArn=a_role(authority, iam, "reader"), RoleSessionName="one")
    sts.get_session_token()
    sts.get_federation_token(Name="guest")
    sts.get_caller_identity()
    told = {event["EventName"]: event["ReadOnly"] for event in by(trail, "EventSource", "sts.amazonaws.com")}
    assert told == {
        "AssumeRole": "true",
        "GetSessionToken": "false",
        "GetFederationToken": "false",
        "GetCallerIdentity": "true",
    }


def test_a_chained_session_shows_all_of_its_chain(authority: Authority, iam: Any, sts: Any, trail: Any) -> None:
    first, second = a_role(authority, iam, "first"), a_role(authority, iam, "second")
    one = sts.assume_role(RoleArn=first, RoleSessionName="one")["Credentials"]
    two = authority.of("sts", one).assume_role(RoleArn=second, RoleSessionName="two", SourceIdentity="ann")
    session = two["Credentials"]
    authority.of("iam", session).list_users()
    (event,) = by(trail, "AccessKeyId", session["AccessKeyId"])
    told = whole(event)
    assert (event["EventName"], event["Username"]) == ("ListUsers", "two")
    assert told["additionalEventData"]["chain"] == [
        {"arn": f"arn:aws:iam::{authority.account_id}:user/admin", "accessKeyId": authority.access_key_id},
        {
            "arn": f"arn:aws:sts::{authority.account_id}:assumed-role/first/one",
            "accessKeyId": one["AccessKeyId"],
        },
    ]
    context = told["userIdentity"]["sessionContext"]
    assert context["sourceIdentity"] == "ann"
    assert (context["sessionIssuer"]["type"], context["sessionIssuer"]["arn"]) == ("Role", second)


def test_refusals_are_events_too(authority: Authority, iam: Any, trail: Any) -> None:
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    with refused("AccessDenied"):
        authority.of("iam", key).delete_role(RoleName="reader")
    with refused("NoSuchEntity"):
        iam.get_user(UserName="nobody")
    (denied,) = by(trail, "EventName", "DeleteRole")
    assert whole(denied)["errorCode"] == "AccessDenied"
    assert {"ResourceType": "AWS::IAM::Role", "ResourceName": "reader"} in denied["Resources"]
    (missed,) = by(trail, "ResourceName", "nobody")
    assert whole(missed)["errorCode"] == "NoSuchEntityException"
    assert whole(missed)["responseElements"] is None


def test_a_key_in_a_strangers_hands_is_seen_by_whose_it_is(authority: Authority, iam: Any, trail: Any) -> None:
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    with refused("SignatureDoesNotMatch"):
        authority.client("sts", key["AccessKeyId"], "guessed").get_caller_identity()
    (event,) = by(trail, "AccessKeyId", key["AccessKeyId"])
    assert whole(event)["errorCode"] == "SignatureDoesNotMatch"
    assert whole(event)["userIdentity"] == {
        "type": "Unknown",
        "principalId": "Anonymous",
        "accessKeyId": key["AccessKeyId"],
    }
    everything = trail.lookup_events()["Events"]
    assert event["EventId"] not in {each["EventId"] for each in everything}


def test_both_accounts_see_a_role_assumed_across_them(
    authority: Authority, iam: Any, trail: Any, other: Member
) -> None:
    there = other.client("iam")
    role = there.create_role(RoleName="guest", AssumeRolePolicyDocument=trusting(authority.account_id))["Role"]["Arn"]
    session = authority.client("sts").assume_role(RoleArn=role, RoleSessionName="run")["Credentials"]
    (mine,) = by(trail, "ResourceName", session["AccessKeyId"])
    (theirs,) = by(other.client("cloudtrail"), "ResourceName", session["AccessKeyId"])
    first, copy = whole(mine), whole(theirs)
    assert first["sharedEventID"] == copy["sharedEventID"]
    assert first["eventID"] != copy["eventID"]
    assert (first["recipientAccountId"], copy["recipientAccountId"]) == (authority.account_id, other.account_id)
    assert first["userIdentity"]["type"] == "IAMUser"
    assert copy["userIdentity"] == {
        "type": "AWSAccount",
        "principalId": first["userIdentity"]["principalId"],
        "accountId": authority.account_id,
    }
    assert "Username" not in theirs


def test_another_accounts_refusals_stay_there(authority: Authority, trail: Any, other: Member) -> None:
    """Source: IAM User Guide, "Logging IAM and AWS STS API calls with CloudTrail", cross-account requests."""
    there = other.client("iam")
    role = there.create_role(RoleName="closed", AssumeRolePolicyDocument=trusting(other.account_id))["Role"]["Arn"]
    with refused("AccessDenied"):
        authority.client("sts").assume_role(RoleArn=role, RoleSessionName="run")
    assert len(by(trail, "ResourceName", "closed")) == 1
    names = {event["EventName"] for event in by(other.client("cloudtrail"), "ResourceName", "closed")}
    assert names == {"CreateRole"}


def test_pages(iam: Any, trail: Any) -> None:
    for number in range(7):
        iam.create_group(GroupName=f"group-{number}")
    attribute = [{"AttributeKey": "EventName", "AttributeValue": "CreateGroup"}]
    pages = list(
        trail.get_paginator("lookup_events").paginate(LookupAttributes=attribute, PaginationConfig={"PageSize": 3})
    )
    names = [whole(event)["requestParameters"]["groupName"] for page in pages for event in page["Events"]]
    assert names == [f"group-{number}" for number in reversed(range(7))]
    assert [len(page["Events"]) for page in pages] == [3, 3, 1]
    with refused("InvalidNextTokenException", status=400):
        trail.lookup_events(NextToken=pages[0]["NextToken"])
    with refused("InvalidNextTokenException", status=400):
        trail.lookup_events(LookupAttributes=attribute, NextToken="made up")


def test_bad_questions(trail: Any) -> None:
    one = {"AttributeKey": "EventName", "AttributeValue": "CreateUser"}
    for code, question in (
        ("InvalidLookupAttributesException", {"LookupAttributes": [one, one]}),
        ("InvalidLookupAttributesException", {"LookupAttributes": [one | {"AttributeKey": "Nothing"}]}),
        ("InvalidLookupAttributesException", {"LookupAttributes": [one | {"AttributeValue": "x" * 2_001}]}),
        ("InvalidTimeRangeException", {"StartTime": 2_000_000_000, "EndTime": 1_999_999_999}),
        ("InvalidTimeRangeException", {"EndTime": 1_000_000_000}),
        ("InvalidMaxResultsException", {"MaxResults": 51}),
        ("InvalidEventCategoryException", {"EventCategory": "Data"}),
    ):
        with refused(code, status=400):
            trail.lookup_events(**question)
    assert trail.lookup_events(EventCategory="insight")["Events"] == []


def test_who_may_look(authority: Authority, iam: Any) -> None:
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    trail = authority.of("cloudtrail", key)
    message = (
        f"User: arn:aws:iam::{authority.account_id}:user/ann is not authorized to perform: cloudtrail:LookupEvents"
        " on resource: * because no identity-based policy allows the cloudtrail:LookupEvents action"
    )
    with refused("AccessDeniedException", status=400, message=message):
        trail.lookup_events()
    iam.put_user_policy(UserName="ann", PolicyName="look", PolicyDocument=allowing("cloudtrail:LookupEvents"))
    assert trail.lookup_events()["Events"]


def test_times_are_the_authoritys_own(authority: Authority, iam: Any, trail: Any) -> None:
    iam.create_user(UserName="ann")
    (event,) = by(trail, "EventName", "CreateUser")
    at = event["EventTime"]
    assert by(trail, "EventName", "CreateUser", StartTime=at, EndTime=at) == [event]
    authority.advance(91 * 86_400)
    assert by(trail, "EventName", "CreateUser") == []


def test_what_a_stranger_sends_is_no_accounts_event(authority: Authority, trail: Any) -> None:
    raw = signed(authority, "sts", {"Action": "GetCallerIdentity"})
    raw.headers = [header for header in raw.headers if header[0] != "Authorization"]
    request_id = send(authority, raw).headers["x-amzn-requestid"]
    assert by(trail, "EventId", request_id) == []
