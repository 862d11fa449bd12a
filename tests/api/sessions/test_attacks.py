"""Ways around an end or a block, each tried through boto3 by somebody who would like it to fail."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session

from tests.api.sessions.hands import Hands, document, saying
from tests.support.accounts import allowing, member_of, trusting
from tests.support.authority import Authority
from tests.support.polling import until


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


def test_a_block_follows_a_user_to_a_new_name(hands: Hands) -> None:
    ann, role = hands.user("ann"), hands.role("deploy")
    before = hands.assume(role, "before", ann)
    hands.watchword.put_block(Name="b", User="ann", Until=soon())
    hands.iam.update_user(UserName="ann", NewUserName="anna", NewPath="/else/")
    hands.refused(before, "AccessDenied")
    with saying("AccessDenied", "The session is blocked"):
        hands.assume(role, "after", ann)


def test_an_end_reaches_what_a_user_asked_for_under_another_name(hands: Hands) -> None:
    ann, role = hands.user("ann"), hands.role("deploy")
    before = hands.assume(role, "before", ann)
    hands.iam.update_user(UserName="ann", NewUserName="anna")
    after = hands.assume(role, "after", ann)
    assert hands.end(User="anna")["Count"] == 2
    hands.ended(before), hands.ended(after)


def test_a_block_holds_for_a_role_made_anew(hands: Hands) -> None:
    hands.role("deploy")
    hands.watchword.put_block(Name="b", Role="deploy", Until=soon())
    hands.iam.delete_role_policy(RoleName="deploy", PolicyName="may")
    hands.iam.delete_role(RoleName="deploy")
    with saying("AccessDenied", "The session is blocked"):
        hands.assume(hands.role("deploy"), "new")


def test_who_may_block_one_cannot_lift_the_block_of_another(hands: Hands) -> None:
    hands.role("mine"), hands.role("theirs")
    may = document(Effect="Allow", Action="watchword:PutBlock", Resource="arn:aws:iam::*:role/mine")
    helper = hands.authority.of("watchword", hands.user("helper", may))
    given = hands.assume(f"arn:aws:iam::{hands.authority.account_id}:role/theirs", "one")
    hands.watchword.put_block(Name="freeze", Role="theirs", Until=soon())
    with saying("AccessDeniedException", "watchword:PutBlock"):
        helper.put_block(Name="freeze", Role="mine", Until=soon())
    hands.refused(given, "AccessDenied")
    helper.put_block(Name="own", Role="mine", Until=soon())
    helper.put_block(Name="own", Role="mine", Until=soon(), Reason="again")


def test_who_may_schedule_for_one_cannot_replace_the_schedule_of_another(hands: Hands) -> None:
    hands.role("mine"), hands.role("theirs")
    may = document(
        Effect="Allow",
        Action=["watchword:PutSchedule", "watchword:EndSessions"],
        Resource="arn:aws:iam::*:role/mine",
    )
    helper = hands.authority.of("watchword", hands.user("helper", may))
    hands.watchword.put_schedule(Name="s", Expression="0 20 * * *", Role="theirs")
    with saying("AccessDeniedException", "watchword:PutSchedule"):
        helper.put_schedule(Name="s", Expression="0 20 * * *", Role="mine")
    helper.put_schedule(Name="own", Expression="0 20 * * *", Role="mine")
    helper.put_schedule(Name="own", Expression="0 21 * * *", Role="mine")


def test_nothing_a_session_gets_or_does_while_it_is_ended_outlives_it(hands: Hands) -> None:
    """A thief asks for more and more until it is refused: what it was given goes too, and nothing is done later."""
    role, other = hands.role("deploy"), hands.role("other")
    for turn in range(3):
        parent = hands.assume(role, f"parent{turn}")
        sts, iam = hands.authority.of("sts", parent), hands.authority.of("iam", parent)
        assume = partial(sts.assume_role, RoleArn=other, RoleSessionName="child")
        with ThreadPoolExecutor() as pool:
            issuing = [pool.submit(until_refused, assume) for _ in range(3)]
            changing = [pool.submit(until_refused, partial(make_user, iam)) for _ in range(3)]
            time.sleep(0.2)  # so that all are at it
            hands.end(Role="deploy")
            made = user_names(hands)
            given = [answer["Credentials"] for one in issuing for answer in one.result()]
            assert all(one.result() for one in changing)
        for child in given[-9:]:
            hands.ended(child)
        assert user_names(hands) == made


def test_nothing_is_done_with_rights_that_were_taken_away(hands: Hands) -> None:
    """They came by a group, of which a queued change of a member knows nothing by its own name."""
    ann = hands.user("ann", allowing("sts:*"))
    hands.iam.create_group(GroupName="makers")
    hands.iam.add_user_to_group(GroupName="makers", UserName="ann")
    for _ in range(3):
        hands.iam.put_group_policy(GroupName="makers", PolicyName="make", PolicyDocument=allowing("iam:CreateUser"))
        iam = hands.authority.of("iam", ann)
        with ThreadPoolExecutor() as pool:
            changing = [pool.submit(until_refused, partial(make_user, iam), "AccessDenied") for _ in range(4)]
            time.sleep(0.2)  # so that all are at it
            hands.iam.delete_group_policy(GroupName="makers", PolicyName="make")
            made = user_names(hands)
            assert all(one.result() for one in changing)
        assert user_names(hands) == made


def until_refused(call: Callable[[], Any], code: str = "ExpiredToken") -> list[Any]:
    """Do something again and again until it is refused with this code; gives the answers."""
    answers: list[Any] = []
    try:
        while True:
            answers.append(call())
    except ClientError as refused:
        if refused.response["Error"]["Code"] != code:
            raise
    return answers


def make_user(iam: Any) -> Any:
    return iam.create_user(UserName=f"u{next(NUMBERS)}")


NUMBERS = count()


def user_names(hands: Hands) -> set[str]:
    pages = hands.iam.get_paginator("list_users").paginate()
    return {user["UserName"] for page in pages for user in page["Users"]}


def test_a_source_identity_stays_through_an_instance_profile(hands: Hands) -> None:
    ann = hands.user("ann")
    orchestrator = hands.assume(hands.role("orchestrator"), "one", ann, SourceIdentity="ann")
    trust = trusting_machines()
    hands.role("web", trust=trust)
    hands.iam.create_instance_profile(InstanceProfileName="web")
    hands.iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    given = hands.authority.of("watchword", orchestrator).assume_role_for_instance_profile(
        InstanceProfileName="web", InstanceId="i-1"
    )["Credentials"]
    hands.who(given)
    hands.end(SourceIdentity="ann")
    hands.ended(given)


def trusting_machines() -> str:
    return (
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},'
        '"Action":"sts:AssumeRole"}}'
    )


def test_a_schedule_ends_what_came_from_here_in_another_account(authority: Authority) -> None:
    hands = Hands(authority, authority.client("iam"), authority.client("watchword"))
    ann, member = hands.user("ann"), member_of(authority)
    far = member.client("iam").create_role(
        RoleName="far", AssumeRolePolicyDocument=trusting(authority.account_id), MaxSessionDuration=43_200
    )["Role"]["Arn"]
    there = hands.assume(far, "there", ann, DurationSeconds=43_200)
    hands.watchword.put_schedule(Name="s", Expression="* * * * *", User="ann")
    hands.watchword.advance_clock(Seconds=120)
    until(lambda: "LastRunAt" in hands.watchword.list_schedules()["Schedules"][0])
    hands.ended(there)


def test_a_key_id_tells_nothing_to_who_may_not_ask(hands: Hands) -> None:
    nobody = hands.authority.of(
        "watchword", hands.user("nobody", document(Effect="Allow", Action="sts:*", Resource="*"))
    )
    given = hands.assume(hands.role("deploy"), "one")["AccessKeyId"]
    calls: tuple[Callable[[str], Any], ...] = (
        lambda key: nobody.get_session(AccessKeyId=key),
        lambda key: nobody.end_sessions(AccessKeyIds=[key]),
        lambda key: nobody.end_sessions(AccessKeyIds=[key], DryRun=True),
        lambda key: nobody.explain_decision(Action="iam:ListUsers", AccessKeyId=key),
    )
    for call in calls:
        told = set()
        for key in (given, "ASIAAAAAAAAAAAAAAAAA"):
            with pytest.raises(ClientError) as caught:
                call(key)
            told.add(str(caught.value.response["Error"]["Message"]).partition(" Encoded")[0].replace(key, "KEY"))
        assert len(told) == 1, told


def test_the_right_to_a_renamed_user_s_sessions_goes_by_its_name_now(hands: Hands) -> None:
    ann = hands.user("ann")
    own = hands.authority.of("sts", ann).get_session_token()["Credentials"]
    hands.iam.update_user(UserName="ann", NewUserName="chief")
    may = document(Effect="Allow", Action="watchword:*", Resource="arn:aws:iam::*:user/ann")
    helper = hands.authority.of("watchword", hands.user("helper", may))
    with saying("AccessDeniedException"):
        helper.get_session(AccessKeyId=own["AccessKeyId"])
    with saying("AccessDeniedException"):
        helper.end_sessions(AccessKeyIds=[own["AccessKeyId"]])
    hands.who(own)


def test_a_stranger_cannot_write_a_session_s_last_call(hands: Hands) -> None:
    given = hands.assume(hands.role("deploy"), "one")
    hands.who(given)
    with pytest.raises(ClientError):
        hands.authority.client("sts", given["AccessKeyId"], "wrong" * 8, "no token").get_caller_identity()
    told = hands.watchword.get_session(AccessKeyId=given["AccessKeyId"])["Session"]["LastCall"]
    assert (told["EventName"], told.get("ErrorCode")) == ("GetCallerIdentity", None)


@pytest.mark.parametrize("reason", ["bell \a", "line\nfeed", "<b>&'\"]]>", "é" * 256])
def test_an_odd_reason_is_told_whole_in_every_protocol(hands: Hands, reason: str) -> None:
    one = hands.assume(hands.role("deploy"), "one")
    hands.end(AccessKeyIds=[one["AccessKeyId"]], Reason=reason)
    for service, call in (("sts", "get_caller_identity"), ("iam", "list_users"), ("watchword", "list_blocks")):
        with pytest.raises(ClientError) as caught:
            getattr(hands.authority.of(service, one), call)()
        assert caught.value.response["Error"]["Code"].startswith("ExpiredToken")


@pytest.mark.parametrize("at", [-1, -1e15, -1e300, 0, 1e-9, "NaN", 1e15, 1e300])
@pytest.mark.parametrize(
    ("operation", "member"),
    [
        ("EndSessions", "IssuedBefore"),
        ("ListSessions", "IssuedBefore"),
        ("ListSessions", "IssuedAfter"),
        ("PutBlock", "Until"),
    ],
)
def test_an_odd_time_is_no_fault(hands: Hands, operation: str, member: str, at: float | str) -> None:
    more = {"Name": "b", "SessionName": "x"} if operation == "PutBlock" else {}
    status, answer = raw(hands, operation, {**more, member: at})
    assert status in (200, 400), answer


def raw(hands: Hands, operation: str, body: Any) -> tuple[int, str]:
    """Send a request that boto3 would not."""
    text = json.dumps(body).encode()
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"Watchword.{operation}"}
    made = AWSRequest("POST", hands.authority.endpoint + "/", headers=headers, data=text)
    keys = Credentials(hands.authority.access_key_id, hands.authority.secret_access_key)
    SigV4Auth(keys, "watchword", "us-east-1").add_auth(made)
    sent = URLLib3Session().send(made.prepare())
    return sent.status_code, sent.text
