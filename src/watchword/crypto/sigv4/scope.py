"""The claim against time and place, before any key is looked up: stale or misdirected requests cost nothing more.

Steps, going on from `claim`:

10. not older than 15 minutes, or than its own expiry     12. the credential has five parts
11. not more than 15 minutes ahead                        13. region, service, terminator and date are right
                                                          14. no token where this form has none
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container

from watchword.crypto.sigv4.claim import Claim
from watchword.crypto.sigv4.moments import write_basic
from watchword.crypto.sigv4.presented import Form
from watchword.crypto.sigv4.refusals import IncompleteSignature, InvalidClientTokenId, SignatureDoesNotMatch

SKEW_SECONDS = 900
LONGEST_PRESIGNED_SECONDS = 604_800

_PARTS = 5
_TERMINATOR = "aws4_request"
_NUMBER = re.compile(r"[0-9]{1,6}")


def check_claim(claim: Claim, *, services: Collection[str] | str, regions: Container[str] | str, now: float) -> None:
    """Check a claim against time and place, with steps 10 to 14. `now` is real time, in epoch seconds.

    `services` and `regions` are what is answered for here: one name, or anything that holds names.
    Raises IncompleteSignature, SignatureDoesNotMatch, InvalidClientTokenId.
    """
    _check_time(claim, now)  # 10, 11
    if claim.presented.credential.count("/") != _PARTS - 1:  # 12
        raise IncompleteSignature(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
            f"got '{claim.presented.credential}'"
        )
    # A text holds its own parts: "us" is in "us-east-1". One name is made a collection of one.
    services = (services,) if isinstance(services, str) else services
    regions = (regions,) if isinstance(regions, str) else regions
    if (  # 13
        claim.region not in regions
        or claim.service not in services
        or not claim.presented.credential.endswith("/" + _TERMINATOR)
        or claim.date != claim.amz_date[:8]
    ):
        raise SignatureDoesNotMatch(_misdirected(claim, services, regions))
    if claim.stray_token:  # 14
        raise InvalidClientTokenId


def _check_time(claim: Claim, now: float) -> None:
    lifetime = _lifetime(claim)
    if claim.timestamp < now - lifetime:
        raise SignatureDoesNotMatch(
            f"Signature expired: {claim.amz_date} is now earlier than {write_basic(now - lifetime)} "
            f"({write_basic(now)} - {_length(lifetime)}.)"
        )
    if claim.timestamp > now + SKEW_SECONDS:
        raise SignatureDoesNotMatch(
            f"Signature not yet current: {claim.amz_date} is still later than {write_basic(now + SKEW_SECONDS)} "
            f"({write_basic(now)} + {_length(SKEW_SECONDS)}.)"
        )


def _lifetime(claim: Claim) -> int:
    """How many seconds the signature holds: 15 minutes, or what a presigned request says."""
    if claim.form is Form.HEADER or claim.presented.expires is None:
        return SKEW_SECONDS
    seconds = int(claim.presented.expires) if _NUMBER.fullmatch(claim.presented.expires) else 0
    if not 1 <= seconds <= LONGEST_PRESIGNED_SECONDS:
        longest = LONGEST_PRESIGNED_SECONDS
        raise IncompleteSignature(
            f"X-Amz-Expires must be from 1 to {longest} seconds. Got '{claim.presented.expires}'."
        )
    return seconds


def _length(seconds: int) -> str:
    return f"{seconds // 60} min" if seconds % 60 == 0 else f"{seconds} sec"


def _misdirected(claim: Claim, services: Collection[str], regions: Container[str]) -> str:
    """Tell all that is wrong with a scope, in AWS's order."""
    terminator, day = claim.presented.credential.rsplit("/", 1)[1], claim.amz_date[:8]
    wrong = []
    if claim.region not in regions:
        wrong.append(f"Credential should be scoped to a valid region, not '{claim.region}'.")
    if claim.service not in services:
        names = ", ".join(f"'{name}'" for name in sorted(services))
        wrong.append(f"Credential should be scoped to correct service: {names}.")
    if terminator != _TERMINATOR:
        wrong.append(f"Credential should be scoped with a valid terminator: '{_TERMINATOR}', not '{terminator}'.")
    if claim.date != day:
        wrong.append(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{claim.date}' != '{day}', from '{claim.amz_date}'."
        )
    return " ".join(wrong)
