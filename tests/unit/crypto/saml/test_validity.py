"""When and where an assertion counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from watchword.crypto.saml import Assertion, check_validity, refusals
from watchword.crypto.saml.moments import instant
from watchword.domain.refusal import Refusal

NOW = 1_700_000_000.0
GOOD = Assertion(
    id="_1",
    issuer="https://idp.example.com",
    issued_at=NOW,
    subject="ann",
    subject_type="persistent",
    recipient="https://signin.aws.amazon.com/saml",
    confirmed_from=None,
    confirmed_until=NOW + 300,
    valid_from=NOW,
    valid_until=NOW + 3_600,
    audiences=(("urn:amazon:webservices",),),
    session_until=None,
    attributes={},
)


def check(assertion: Assertion, now: float = NOW) -> None:
    check_validity(assertion, provider_id="SAMLSPABC", now=now)


def refused(assertion: Assertion, kind: type[Refusal], text: str | None = None, now: float = NOW) -> None:
    with pytest.raises(kind, match=text) as caught:
        check(assertion, now)
    assert type(caught.value) is kind


SIGN_INS = [
    "https://signin.aws.amazon.com/saml",
    "https://us-east-1.signin.aws.amazon.com/saml",
    "https://ap-southeast-2.signin.aws.amazon.com/saml",
    "https://signin.aws.amazon.com/saml/acs/SAMLSPABC",
    "https://eu-west-1.signin.aws.amazon.com/saml/acs/SAMLSPABC",
]


@pytest.mark.parametrize("url", SIGN_INS)
def test_sign_in_addresses_of_aws_are_taken(url: str) -> None:
    check(replace(GOOD, recipient=url))
    check(replace(GOOD, audiences=((url,),)))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://signin.aws.amazon.com/saml",
        "https://signin.aws.amazon.com/saml/",
        "https://signin.aws.amazon.com.evil.example/saml",
        "https://evil.example/https://signin.aws.amazon.com/saml",
        "https://evil.example#.signin.aws.amazon.com/saml",
        "https://a.b.signin.aws.amazon.com/saml",
        "https://signin.aws.amazon.com/saml\n",
        "https://signin.aws.amazon.com/saml/acs/SAMLSPOTHER",
        "https://signin.aws.amazon.com/SAML",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    refused(replace(GOOD, recipient=url), refusals.RecipientWrong, "must name https://signin")
    refused(
        replace(GOOD, audiences=((url,),)), refusals.AudienceMissing, "^Response does not contain the required audi"
    )


def test_every_restriction_must_take_aws_in_and_any_of_its_audiences_may() -> None:
    check(replace(GOOD, audiences=(("urn:other", "urn:amazon:webservices"), ("urn:amazon:webservices",))))
    for audiences in ((), ((),), (("urn:other",),), (("urn:amazon:webservices",), ("urn:other",))):
        refused(replace(GOOD, audiences=audiences), refusals.AudienceMissing)


def test_it_is_redeemed_within_five_minutes() -> None:
    late = replace(GOOD, confirmed_until=NOW + 9_999)
    check(late, NOW + 299.9)
    with pytest.raises(refusals.RedeemedTooLate) as caught:
        check(late, NOW + 300)
    assert (caught.value.code, caught.value.status) == ("ExpiredTokenException", 400)
    assert caught.value.message == "Token must be redeemed within 5 minutes of issuance"


@pytest.mark.parametrize("name", ["valid_until", "confirmed_until", "session_until"])
def test_what_has_ended_is_refused(name: str) -> None:
    check(replace(GOOD, **{name: NOW + 1}))  # type: ignore[arg-type] # all three are instants
    for end in (NOW, NOW - 1, 0.0):
        refused(replace(GOOD, **{name: end}), refusals.ResponseExpired, "has expired")  # type: ignore[arg-type] # as above


@pytest.mark.parametrize("name", ["issued_at", "valid_from", "confirmed_from"])
def test_what_has_not_begun_is_refused_but_for_a_minute(name: str) -> None:
    check(replace(GOOD, **{name: NOW + 60}))  # type: ignore[arg-type] # all three are instants
    refused(replace(GOOD, **{name: NOW + 61}), refusals.NotYetValid, "not valid yet")  # type: ignore[arg-type] # as above


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-11-14T22:13:20Z", NOW),
        ("2023-11-14T22:13:20.500Z", NOW + 0.5),
        ("2023-11-14T22:13:20", NOW),
        (" 2023-11-14T22:13:20+00:00\n", NOW),
    ],
)
def test_instants_are_read(text: str, moment: float) -> None:
    assert instant(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "20231114T221320Z",
        "2023-11-14",
        "2023-11-14T22:13Z",
        "2023-13-14T22:13:20Z",
        "2023-11-14T22:13:20+01:00",
        "2023-11-14T24:00:00Z",
        "\u0662\u0660\u0662\u0663-11-14T22:13:20Z",
        "12023-11-14T22:13:20Z",
        "-2023-11-14T22:13:20Z",
    ],
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no date and time|must be in"):
        instant(text)
