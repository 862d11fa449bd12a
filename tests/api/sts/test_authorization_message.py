"""Denials, decoded: why a request was refused, told to whom the account lets decode it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.api.sts.people import People, Statement, User, not_authorized
from tests.support import refusals
from tests.support.authority import Authority, run
from tests.support.refusals import refused

DENY: Statement = {
    "Sid": "NotFromHere",
    "Effect": "Deny",
    "Action": "iam:ListUsers",
    "Resource": "*",
    "Condition": {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}},
}


@pytest.fixture
def people(authority: Any, iam: Any) -> People:
    return People(authority, iam, authority.account_id)


def denial(user: User) -> tuple[str, str]:
    """Have a user denied; give the message, and what stands sealed in it."""
    with pytest.raises(ClientError) as caught:
        user.iam.list_users()
    message = caught.value.response["Error"]["Message"]
    return message, refusals.sealed(message)


def test_the_administrator_learns_why(people: People, sts: Any) -> None:
    ann = people.user(DENY)
    message, encoded = denial(ann)
    everybody = f"arn:aws:iam::{people.account}:user/"
    plain = not_authorized(ann.arn, "iam:ListUsers", everybody) + " with an explicit deny in an identity-based policy"
    assert message == f"{plain} Encoded authorization failure message: {encoded}"
    assert len(encoded) < 1_200
    told = json.loads(sts.decode_authorization_message(EncodedMessage=encoded)["DecodedMessage"])
    assert (told["allowed"], told["explicitDeny"], told["watchword"]["layer"]) == (False, True, "identity")
    (statement,) = told["matchedStatements"]["items"]
    assert (statement["statementId"], statement["effect"], statement["sourcePolicyId"]) == (
        "NotFromHere",
        "DENY",
        "may",
    )
    context = told["context"]
    assert (context["principal"]["arn"], context["principal"]["name"]) == (ann.arn, ann.name)
    assert (context["action"], context["resource"]) == ("iam:ListUsers", everybody)
    conditions = {one["key"]: one["values"]["items"] for one in context["conditions"]["items"]}
    assert conditions["aws:SourceIp"] == [{"value": "127.0.0.1"}]


def test_it_tells_which_request_it_was(people: People, sts: Any) -> None:
    ann = people.user()
    with pytest.raises(ClientError) as caught:
        ann.iam.list_users()
    answer: Any = caught.value.response
    encoded = refusals.sealed(answer["Error"]["Message"])
    told = json.loads(sts.decode_authorization_message(EncodedMessage=encoded)["DecodedMessage"])
    assert told["watchword"]["requestId"] == answer["ResponseMetadata"]["RequestId"]
    assert told["matchedStatements"]["items"] == []


def test_who_was_denied_may_not_decode_it(people: People) -> None:
    ann = people.user()
    _, encoded = denial(ann)
    why = " because no identity-based policy allows the sts:DecodeAuthorizationMessage action"
    words = not_authorized(ann.arn, "sts:DecodeAuthorizationMessage", "*") + why
    with refused("AccessDenied", status=403, message=words):
        ann.sts.decode_authorization_message(EncodedMessage=encoded)
    may = people.user({"Effect": "Allow", "Action": "sts:DecodeAuthorizationMessage", "Resource": "*"})
    assert may.sts.decode_authorization_message(EncodedMessage=encoded)["DecodedMessage"]


def test_an_altered_message_is_refused(people: People, sts: Any) -> None:
    _, encoded = denial(people.user())
    other = "A" if encoded[100] != "A" else "B"
    for text in (encoded[:-4], encoded + "AAAA", encoded[:100] + other + encoded[101:], "nothing"):
        with refused(
            "InvalidAuthorizationMessageException", status=400, message="The message sent in for decoding is invalid."
        ):
            sts.decode_authorization_message(EncodedMessage=text)


def test_the_journal_keeps_the_words_alone(authority: Authority, people: People) -> None:
    denial(people.user())
    shown = run("journal", "--data", str(authority.data), "--json").stdout
    assert "is not authorized to perform: iam:ListUsers" in shown
    assert "Encoded authorization failure message" not in shown


def test_a_role_that_is_missing_looks_like_one_that_does_not_trust(people: People) -> None:
    """In the same account and in another: nobody learns from the length of a denial which roles there are."""
    ann = people.user({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"})
    role = people.role(trusts=people.trust(arn=people.user().arn))
    missing = role.arn[: -len(role.name)] + "x" * len(role.name)
    lengths = set()
    for arn in (role.arn, missing):
        with pytest.raises(ClientError) as caught:
            ann.sts.assume_role(RoleArn=arn, RoleSessionName="one")
        message = caught.value.response["Error"]["Message"]
        assert refusals.words(message) == not_authorized(ann.arn, "sts:AssumeRole", arn)
        lengths.add(len(message))
    assert len(lengths) == 1
