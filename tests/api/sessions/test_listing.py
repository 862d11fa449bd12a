"""ListSessions and GetSession through boto3."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.sessions.hands import Hands, document, saying
from tests.support.accounts import member_of
from tests.support.authority import Authority


def test_the_newest_is_first(hands: Hands) -> None:
    role = hands.role("deploy")
    for name in ("one", "two", "three"):
        hands.assume(role, name)
    assert [session["SessionName"] for session in hands.listed(Role="deploy")] == ["three", "two", "one"]


def test_a_session_is_told(hands: Hands) -> None:
    ann = hands.user("ann")
    arn = hands.role("deploy")
    given = hands.assume(arn, "nightly", ann, SourceIdentity="ann", DurationSeconds=1800)
    hands.who(given)
    (told,) = hands.listed(Role="deploy")
    account = hands.authority.account_id
    assert told["AccessKeyId"] == given["AccessKeyId"]
    assert (told["State"], told["PrincipalType"]) == ("LIVE", "AssumedRole")
    assert told["PrincipalArn"] == f"arn:aws:sts::{account}:assumed-role/deploy/nightly"
    assert told["IssuerArn"] == arn
    assert (told["SessionName"], told["SourceIdentity"]) == ("nightly", "ann")
    assert told["RequesterArn"] == f"arn:aws:iam::{account}:user/ann"
    assert told["IssuingAccessKeyId"] == ann["AccessKeyId"]
    assert told["SourceIp"] == "127.0.0.1"
    assert "Boto3" in told["UserAgent"]
    assert told["MfaAuthenticated"] is False
    assert told["ExpiresAt"] - told["IssuedAt"] == timedelta(seconds=1800)
    assert (told["LastCall"]["EventName"], told["LastCall"]["EventSource"]) == (
        "GetCallerIdentity",
        "sts.amazonaws.com",
    )


def test_nothing_that_opens_anything_is_told(hands: Hands) -> None:
    given = hands.assume(hands.role("deploy"), "one")
    told = str(hands.listed()) + str(hands.watchword.get_session(AccessKeyId=given["AccessKeyId"]))
    assert given["SecretAccessKey"] not in told
    assert given["SessionToken"] not in told


@pytest.mark.parametrize(
    ("which", "names"),
    [
        ({"Role": "deploy"}, ["one", "two"]),
        ({"User": "ann"}, ["one"]),
        ({"SessionName": "two"}, ["two"]),
        ({"SourceIdentity": "ann"}, ["one"]),
        ({"SourceIp": "127.0.0.0/8"}, ["one", "two", "three"]),
        ({"SourceIp": "10.0.0.1"}, []),
        ({"Role": "deploy", "SessionName": "three"}, []),
        ({"State": "EXPIRED"}, []),
    ],
)
def test_filters(hands: Hands, which: dict[str, str], names: list[str]) -> None:
    ann = hands.user("ann")
    hands.assume(hands.role("deploy"), "one", ann, SourceIdentity="ann")
    hands.assume(f"arn:aws:iam::{hands.authority.account_id}:role/deploy", "two")
    hands.assume(hands.role("other"), "three")
    assert sorted(session["SessionName"] for session in hands.listed(**which)) == sorted(names)


def test_by_when_it_was_issued(hands: Hands) -> None:
    hands.assume(hands.role("deploy"), "one")
    now = datetime.now(UTC)
    assert len(hands.listed(IssuedAfter=now - timedelta(minutes=1))) == 1
    assert hands.listed(IssuedBefore=now - timedelta(minutes=1)) == []
    assert len(hands.listed(IssuedAfter=now - timedelta(minutes=1), IssuedBefore=now + timedelta(minutes=1))) == 1


def test_page_by_page(hands: Hands) -> None:
    role = hands.role("deploy")
    names = [f"n{number}" for number in range(7)]
    for name in names:
        hands.assume(role, name)
    assert [session["SessionName"] for session in hands.listed(MaxResults=3)] == names[::-1]
    token = hands.watchword.list_sessions(MaxResults=3)["NextToken"]
    with saying("InvalidParameterException", "NextToken"):
        hands.watchword.list_blocks(NextToken=token)
    with saying("InvalidParameterException", "NextToken"):
        hands.watchword.list_sessions(NextToken="x")
    with saying("InvalidParameterException", "NextToken"):
        member_of(hands.authority).client("watchword").list_sessions(NextToken=token)


def test_states(authority: Authority) -> None:
    hands = Hands(authority, authority.client("iam"), authority.client("watchword"))
    role, gone = hands.role("deploy"), hands.role("gone")
    hands.assume(role, "expired", DurationSeconds=900)
    hands.watchword.advance_clock(Seconds=1000)
    ended, blocked = hands.assume(role, "ended"), hands.assume(role, "blocked")
    hands.assume(role, "live")
    hands.assume(gone, "orphan")
    hands.iam.delete_role_policy(RoleName="gone", PolicyName="may")
    hands.iam.delete_role(RoleName="gone")
    done = hands.end(AccessKeyIds=[ended["AccessKeyId"]], Reason="leaked")
    until = hands.watchword.get_server_information()["Now"] + timedelta(hours=1)
    hands.watchword.put_block(Name="b", SessionName="blocked", Until=until, Reason="looking into it")
    states = {session["SessionName"]: session["State"] for session in hands.listed(State="ALL")}
    assert states == {
        "expired": "EXPIRED",
        "ended": "ENDED",
        "blocked": "BLOCKED",
        "live": "LIVE",
        "orphan": "ENDED",
    }
    assert [session["SessionName"] for session in hands.listed()] == ["live"]
    assert [session["SessionName"] for session in hands.listed(State="BLOCKED")] == ["blocked"]
    hands.watchword.advance_clock(Seconds=40 * 86_400)
    (told,) = hands.listed(State="ENDED", SessionName="ended")
    assert (told["Ending"]["EndingId"], told["Ending"]["Reason"]) == (done["EndingId"], "leaked")
    assert told["Ending"]["EndedBy"].endswith(f"user/{authority.user_name}")
    assert hands.listed() == []
    assert blocked["AccessKeyId"] in {session["AccessKeyId"] for session in hands.listed(State="EXPIRED")}


def test_one_session_in_full(hands: Hands) -> None:
    ann = hands.user("ann")
    hands.role("first")
    first = hands.assume(f"arn:aws:iam::{hands.authority.account_id}:role/first", "one", ann)
    narrow = document(Effect="Allow", Action="iam:ListUsers", Resource="*")
    second = hands.assume(
        hands.role("second"),
        "two",
        first,
        Policy=narrow,
        Tags=[{"Key": "team", "Value": "blue"}],
        TransitiveTagKeys=["team"],
    )
    told = hands.watchword.get_session(AccessKeyId=second["AccessKeyId"])["Session"]
    assert [(link["PrincipalArn"].rpartition(":")[2], link["AccessKeyId"]) for link in told["Chain"]] == [
        ("user/ann", ann["AccessKeyId"]),
        ("assumed-role/first/one", first["AccessKeyId"]),
    ]
    assert told["Policies"] == [narrow]
    assert (told["Tags"], told["TransitiveTagKeys"]) == ([{"Key": "team", "Value": "blue"}], ["team"])
    with saying("ResourceNotFoundException", "ASIAAAAAAAAAAAAAAAAA"):
        hands.watchword.get_session(AccessKeyId="ASIAAAAAAAAAAAAAAAAA")


def test_a_principal_may_see_its_own_alone(hands: Hands) -> None:
    own = document(
        Effect="Allow",
        Action=["watchword:ListSessions", "watchword:GetSession"],
        Resource="arn:aws:iam::*:user/${aws:username}",
    )
    ann = hands.user("ann", own)
    session = hands.authority.of("sts", ann).get_session_token()["Credentials"]
    other = hands.assume(hands.role("deploy"), "one")
    mine = hands.authority.of("watchword", ann)
    assert [told["AccessKeyId"] for told in mine.list_sessions(User="ann")["Sessions"]] == [session["AccessKeyId"]]
    assert mine.get_session(AccessKeyId=session["AccessKeyId"])["Session"]["State"] == "LIVE"
    calls: tuple[Callable[[], Any], ...] = (
        mine.list_sessions,
        lambda: mine.list_sessions(Role="deploy"),
        lambda: mine.get_session(AccessKeyId=other["AccessKeyId"]),
        lambda: mine.get_session(AccessKeyId="ASIAAAAAAAAAAAAAAAAA"),
    )
    for call in calls:
        with saying("AccessDeniedException", "not authorized to perform: watchword:"):
            call()
