"""Time and place: the bounds, to the second, and the words."""

from __future__ import annotations

import pytest

from tests.unit.crypto.sigv4.signing import REGION, SERVICE, by_header, by_query, check, with_header
from watchword.crypto.sigv4 import SignatureDoesNotMatch, check_claim, read_claim
from watchword.domain.http import HttpRequest


def outcome(request: HttpRequest, ahead: float) -> str:
    claim = read_claim(request)
    try:
        check_claim(claim, services=SERVICE, regions=REGION, now=claim.timestamp + ahead)
    except SignatureDoesNotMatch as refusal:
        return refusal.message.split(":")[0]
    return "current"


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        (-901, "Signature not yet current"),
        (-900, "current"),
        (0, "current"),
        (900, "current"),
        (901, "Signature expired"),
    ],
)
def test_fifteen_minutes_either_way(ahead: float, told: str) -> None:
    assert outcome(by_header(), ahead) == told


@pytest.mark.parametrize(
    ("expires", "ahead", "told"),
    [
        (1, 1, "current"),
        (1, 2, "Signature expired"),
        (60, 61, "Signature expired"),
        (3600, 3600, "current"),
        (604_800, 604_800, "current"),
        (604_800, 604_801, "Signature expired"),
        (3600, -901, "Signature not yet current"),
    ],
)
def test_a_presigned_request_says_how_long(expires: int, ahead: float, told: str) -> None:
    assert outcome(by_query(expires=expires), ahead) == told


def test_words_of_an_old_signature() -> None:
    request = with_header(by_header(), b"x-amz-date", b"20150830T123600Z")
    with pytest.raises(SignatureDoesNotMatch) as caught:
        check(request, at=1_440_940_000)
    assert caught.value.message == (
        "Signature expired: 20150830T123600Z is now earlier than 20150830T125140Z (20150830T130640Z - 15 min.)"
    )


def test_all_that_is_wrong_with_a_scope_is_told_at_once() -> None:
    request = by_header()
    found = request.header(b"authorization") or b""
    scope = found[found.index(b"/") : found.index(b",")]
    claim = read_claim(with_header(request, b"authorization", found.replace(scope, b"/20150830/mars/ec2/aws5")))
    with pytest.raises(SignatureDoesNotMatch) as caught:
        check_claim(claim, services={"sts", "iam"}, regions={"us-east-1"}, now=claim.timestamp)
    day = claim.amz_date[:8]
    assert caught.value.message == (
        "Credential should be scoped to a valid region, not 'mars'. "
        "Credential should be scoped to correct service: 'iam', 'sts'. "
        "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'. "
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        f"'20150830' != '{day}', from '{claim.amz_date}'."
    )


def test_a_part_of_a_name_is_not_the_name() -> None:
    request = by_header()
    found = request.header(b"authorization") or b""
    claim = read_claim(with_header(request, b"authorization", found.replace(b"us-east-1", b"us")))
    with pytest.raises(SignatureDoesNotMatch):
        check_claim(claim, services="sts", regions="us-east-1", now=claim.timestamp)
