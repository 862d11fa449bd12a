"""EndSessions through boto3: what is ended opens nothing from the moment the call returns, and nothing else is hurt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.sessions.hands import Hands, document, saying
from tests.support.accounts import member_of, trusting


def test_one_session_ends_and_its_twin_goes_on(hands: Hands) -> None:
    role = hands.role("deploy")
    one, other = hands.assume(role, "one"), hands.assume(role, "other")
    answer = hands.end(AccessKeyIds=[one["AccessKeyId"]], Reason="seen in a log")
    assert (answer["Count"], answer["DryRun"]) == (1, False)
    assert [session["AccessKeyId"] for session in answer["Sessions"]] == [one["AccessKeyId"]]
    assert "The session was ended at " in (words := hands.ended(one))
    assert words.endswith(": seen in a log")
    assert hands.who(other).endswith("/other")


def test_its_holder_is_not_told_who_ended_it(hands: Hands) -> None:
    one = hands.assume(hands.role("deploy"), "one")
    hands.end(AccessKeyIds=[one["AccessKeyId"]])
    assert hands.authority.user_name not in hands.ended(one)


def test_what_was_issued_from_it_ends_too(hands: Hands) -> None:
    first, second = hands.role("first"), hands.role("second")
    parent = hands.assume(first, "parent")
    child = hands.assume(second, "child", parent)
    grandchild = hands.assume(first, "grandchild", child)
    stranger = hands.assume(second, "stranger")
    assert hands.end(AccessKeyIds=[parent["AccessKeyId"]])["Count"] == 3
    for ended in (parent, child, grandchild):
        hands.ended(ended)
    hands.who(stranger)


@pytest.mark.parametrize("by", ["role", "user", "name", "identity", "key"])
def test_sessions_end_by_what_they_are(hands: Hands, by: str) -> None:
    ann, bob = hands.user("ann"), hands.user("bob")
    role, spare = hands.role("deploy"), hands.role("spare")
    mine = hands.assume(role, "nightly", ann, SourceIdentity="ann")
    others = [
        hands.assume(spare, "weekly", bob, SourceIdentity="bob"),
        hands.authority.of("sts", bob).get_session_token()["Credentials"],
    ]
    which = {
        "role": {"Role": "deploy"},
        "user": {"User": "ann"},
        "name": {"SessionName": "nightly"},
        "identity": {"SourceIdentity": "ann"},
        "key": {"IssuingAccessKeyId": ann["AccessKeyId"]},
    }[by]
    assert hands.end(**which)["Count"] == 1
    hands.ended(mine)
    for other in others:
        hands.who(other)
    hands.who(ann)  # the long-term key is not a session


def test_all_criteria_have_to_fit(hands: Hands) -> None:
    role = hands.role("deploy")
    one, other = hands.assume(role, "one"), hands.assume(role, "other")
    assert hands.end(Role="deploy", SessionName="one")["Count"] == 1
    hands.ended(one)
    hands.who(other)


def test_a_user_s_own_sessions_end(hands: Hands) -> None:
    ann = hands.user("ann")
    sts = hands.authority.of("sts", ann)
    own = sts.get_session_token()["Credentials"]
    guest = sts.get_federation_token(Name="guest")["Credentials"]
    assert hands.end(User="ann")["Count"] == 2
    for ended in (own, guest):
        hands.ended(ended)


def test_new_sessions_are_good_at_once(hands: Hands) -> None:
    role = hands.role("deploy")
    before = hands.assume(role, "same")
    hands.end(Role="deploy")
    after = hands.assume(role, "same")
    hands.ended(before)
    assert hands.who(after).endswith("/same")


def test_only_what_was_issued_before_a_time(hands: Hands) -> None:
    role = hands.role("deploy")
    kept = hands.assume(role, "kept")
    past = datetime.now(UTC) - timedelta(hours=1)
    assert hands.end(Role="deploy", IssuedBefore=past)["Count"] == 0
    hands.who(kept)
    assert hands.end(IssuedBefore=datetime.now(UTC) + timedelta(seconds=-0.001))["Count"] >= 0
    with saying("InvalidParameterException"):
        hands.end(IssuedBefore=datetime.now(UTC) + timedelta(hours=1))


def test_a_dry_run_ends_nothing(hands: Hands) -> None:
    one = hands.assume(hands.role("deploy"), "one")
    answer = hands.end(Role="deploy", DryRun=True)
    assert (answer["Count"], answer["DryRun"], "EndingId" in answer) == (1, True, False)
    hands.who(one)


def test_ending_twice_is_ending_once(hands: Hands) -> None:
    one = hands.assume(hands.role("deploy"), "one")
    hands.end(AccessKeyIds=[one["AccessKeyId"]], Reason="first")
    assert hands.end(AccessKeyIds=[one["AccessKeyId"]], Reason="second")["Count"] == 0
    assert hands.ended(one).endswith(": first")


def test_what_says_nothing_ends_nothing(hands: Hands) -> None:
    with saying("InvalidParameterException"):
        hands.end()
    with saying("InvalidParameterException"):
        hands.end(User="ann", Role="deploy")
    with saying("ResourceNotFoundException"):
        hands.end(Role="nobody")
    with saying("InvalidParameterException", "IssuingAccessKeyId"):
        hands.end(AccessKeyIds=[hands.authority.access_key_id])
    assert hands.end(AccessKeyIds=["ASIAAAAAAAAAAAAAAAAA"])["Count"] == 0


def test_the_principal_is_the_resource(hands: Hands) -> None:
    hands.role("mine"), hands.role("theirs")
    mine = hands.assume(f"arn:aws:iam::{hands.authority.account_id}:role/mine", "one")
    theirs = hands.assume(f"arn:aws:iam::{hands.authority.account_id}:role/theirs", "one")
    only = document(Effect="Allow", Action="watchword:EndSessions", Resource="arn:aws:iam::*:role/mine")
    helper = hands.authority.of("watchword", hands.user("helper", only))
    for which in ({"Role": "theirs"}, {"SessionName": "one"}, {"AccessKeyIds": [theirs["AccessKeyId"]]}):
        with saying("AccessDeniedException", "watchword:EndSessions"):
            helper.end_sessions(**which)
    with saying("AccessDeniedException", f"session {theirs['AccessKeyId']}"):
        helper.end_sessions(AccessKeyIds=[mine["AccessKeyId"], theirs["AccessKeyId"]])
    hands.who(mine), hands.who(theirs)
    assert helper.end_sessions(AccessKeyIds=[mine["AccessKeyId"]])["Count"] == 1
    hands.ended(mine)
    hands.who(theirs)


def test_another_account_s_sessions_are_out_of_reach(hands: Hands) -> None:
    member = member_of(hands.authority)
    one = hands.assume(hands.role("deploy"), "one")
    theirs = member.client("watchword")
    assert theirs.end_sessions(AccessKeyIds=[one["AccessKeyId"]])["Count"] == 0
    assert theirs.end_sessions(SessionName="one")["Count"] == 0
    with saying("ResourceNotFoundException"):
        theirs.get_session(AccessKeyId=one["AccessKeyId"])
    hands.who(one)


def test_an_account_ends_what_came_from_it_in_another(hands: Hands) -> None:
    member = member_of(hands.authority)
    iam = member.client("iam")
    trust = trusting(hands.authority.account_id)
    far = iam.create_role(RoleName="far", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    near = hands.assume(hands.role("near"), "near")
    there = hands.assume(far, "there", near)
    hands.end(AccessKeyIds=[near["AccessKeyId"]])
    hands.ended(near)
    hands.ended(there)


def test_it_is_on_record(hands: Hands) -> None:
    one = hands.assume(hands.role("deploy"), "one")
    answer = hands.end(AccessKeyIds=[one["AccessKeyId"]], Reason="leaked")
    hands.ended(one)
    trail = hands.authority.client("cloudtrail")
    attribute = {"AttributeKey": "EventId", "AttributeValue": answer["EndingId"]}
    (event,) = trail.lookup_events(LookupAttributes=[attribute])["Events"]
    assert event["EventName"] == "EndSessions"
    used: list[Any] = trail.lookup_events(
        LookupAttributes=[{"AttributeKey": "AccessKeyId", "AttributeValue": one["AccessKeyId"]}]
    )["Events"]
    assert "ExpiredToken" in used[0]["CloudTrailEvent"]
    assert "assumed-role/deploy/one" in used[0]["CloudTrailEvent"]


def test_the_way_of_aws_works_too(hands: Hands) -> None:
    role = hands.role("deploy")
    one = hands.assume(role, "one")
    older = document(
        Effect="Deny",
        Action="*",
        Resource="*",
        Condition={"DateLessThan": {"aws:TokenIssueTime": (datetime.now(UTC) + timedelta(seconds=2)).isoformat()}},
    )
    hands.iam.put_role_policy(RoleName="deploy", PolicyName="AWSRevokeOlderSessions", PolicyDocument=older)
    with saying("AccessDenied", "explicit deny"):
        hands.authority.of("iam", one).list_users()


def test_sessions_of_a_long_term_key_outlive_it(hands: Hands) -> None:
    """As AWS has it: only ending them ends them, or the end of their user."""
    ann = hands.user("ann")
    sts = hands.authority.of("sts", ann)
    own = sts.get_session_token()["Credentials"]
    guest = sts.get_federation_token(Name="guest")["Credentials"]
    hands.iam.update_access_key(UserName="ann", AccessKeyId=ann["AccessKeyId"], Status="Inactive")
    hands.who(own), hands.who(guest)
    hands.iam.delete_access_key(UserName="ann", AccessKeyId=ann["AccessKeyId"])
    hands.who(own), hands.who(guest)
    assert hands.end(IssuingAccessKeyId=ann["AccessKeyId"])["Count"] == 2
    hands.ended(own), hands.ended(guest)
