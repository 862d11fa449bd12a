"""Blocks through boto3: sessions that match are refused for a while, and so are new ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.sessions.hands import Hands, document, saying
from tests.support.authority import Authority


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


def test_a_block_refuses_old_sessions_and_new(hands: Hands) -> None:
    role = hands.role("deploy")
    old, other = hands.assume(role, "old"), hands.assume(hands.role("other"), "other")
    hands.watchword.put_block(Name="freeze", Role="deploy", Until=soon(), Reason="change freeze")
    assert hands.refused(old, "AccessDenied").startswith("The session is blocked until ")
    assert hands.refused(old, "AccessDenied").endswith(": change freeze")
    with saying("AccessDenied", "The session is blocked until", "change freeze"):
        hands.assume(role, "new")
    hands.who(other)
    hands.watchword.delete_block(Name="freeze")
    hands.who(old)
    hands.assume(role, "new")


@pytest.mark.parametrize("by", ["User", "SourceIdentity", "SessionName", "IssuingAccessKeyId", "SourceIps"])
def test_what_a_block_may_match(hands: Hands, by: str) -> None:
    ann = hands.user("ann")
    role = hands.role("deploy")
    given = hands.assume(role, "nightly", ann, SourceIdentity="ann")
    what: dict[str, Any] = {
        "User": "ann",
        "SourceIdentity": "ann",
        "SessionName": "nightly",
        "IssuingAccessKeyId": ann["AccessKeyId"],
        "SourceIps": ["127.0.0.0/8"],
    }
    hands.watchword.put_block(Name="b", Until=soon(), **{by: what[by]})
    hands.refused(given, "AccessDenied")
    with saying("AccessDenied", "blocked"):
        hands.assume(role, "nightly", ann, SourceIdentity="ann")
    hands.who(ann)


def test_another_address_is_not_meant(hands: Hands) -> None:
    given = hands.assume(hands.role("deploy"), "one")
    hands.watchword.put_block(Name="b", SourceIps=["10.0.0.0/8", "2001:db8::/32"], Until=soon())
    hands.who(given)


def test_a_block_lifts_by_itself(authority: Authority) -> None:
    hands = Hands(authority, authority.client("iam"), authority.client("watchword"))
    given = hands.assume(hands.role("deploy"), "one", DurationSeconds=3600)
    hands.watchword.put_block(Name="b", Role="deploy", Until=datetime.now(UTC) + timedelta(minutes=10))
    hands.refused(given, "AccessDenied")
    hands.watchword.advance_clock(Seconds=700)
    hands.who(given)
    assert hands.watchword.list_blocks()["Blocks"] == []


def test_blocks_are_listed_and_put_anew(hands: Hands) -> None:
    hands.role("deploy")
    for name in ("c", "a", "b"):
        hands.watchword.put_block(Name=name, Role="deploy", Until=soon())
    again = hands.watchword.put_block(Name="b", SourceIps=["10.1.2.3"], Until=soon(), Reason="why")["Block"]
    assert (again["SourceIps"], "Role" in again) == (["10.1.2.3/32"], False)
    page = hands.watchword.list_blocks(MaxResults=2)
    assert [block["Name"] for block in page["Blocks"]] == ["a", "b"]
    (last,) = hands.watchword.list_blocks(NextToken=page["NextToken"])["Blocks"]
    assert (last["Name"], last["Role"]) == ("c", "deploy")
    with saying("ResourceNotFoundException", "block `d`"):
        hands.watchword.delete_block(Name="d")


def test_a_block_has_to_make_sense(hands: Hands) -> None:
    with saying("InvalidParameterException", "criterion"):
        hands.watchword.put_block(Name="b", Until=soon())
    with saying("InvalidParameterException", "Until"):
        hands.watchword.put_block(Name="b", SessionName="s", Until=soon() - timedelta(days=1))
    with saying("InvalidParameterException", "Until"):
        hands.watchword.put_block(Name="b", SessionName="s", Until=soon() + timedelta(days=400))
    with saying("InvalidParameterException"):
        hands.watchword.put_block(Name="b", SourceIps=["10.0.0.300"], Until=soon())
    with saying("ResourceNotFoundException", "user `nobody`"):
        hands.watchword.put_block(Name="b", User="nobody", Until=soon())


def test_who_may_block(hands: Hands) -> None:
    hands.role("mine"), hands.role("theirs")
    helper = hands.authority.of(
        "watchword",
        hands.user(
            "helper", document(Effect="Allow", Action="watchword:PutBlock", Resource="arn:aws:iam::*:role/mine")
        ),
    )
    helper.put_block(Name="b", Role="mine", Until=soon())
    for which in ({"Role": "theirs"}, {"SourceIps": ["127.0.0.1"]}):
        with saying("AccessDeniedException"):
            helper.put_block(Name="b", Until=soon(), **which)
    with saying("AccessDeniedException"):
        helper.delete_block(Name="b")
