"""Whether an assertion counts: here, and now. Pure questions about what it says and about the time.

Source: SAML Profiles, 4.1.4.3; IAM User Guide, "Configure SAML assertions for the authentication response".
"""

from __future__ import annotations

import re

from watchword.crypto.saml.assertion import Assertion
from watchword.crypto.saml.refusals import (
    AudienceMissing,
    NotYetValid,
    RecipientWrong,
    RedeemedTooLate,
    ResponseExpired,
)
from watchword.domain.clock import iso8601

REDEEMABLE = 300
"""Seconds from its issue in which an assertion is taken.  Source: answers recorded from AWS."""
AHEAD = 60
"""Seconds that the provider's clock may be ahead of ours. Nothing is granted after its end."""

PROVIDER_NAME = "urn:amazon:webservices"
SIGN_IN = "https://signin.aws.amazon.com/saml"
_SIGN_IN = re.compile(
    r"https://(?:[a-z0-9]+(?:-[a-z0-9]+)+\.)?signin\.aws\.amazon\.com/saml(?:/acs/(?P<provider>[A-Z0-9]+))?", re.ASCII
)
"""The endpoint of AWS, of one region, or of one provider in either."""


def check_validity(assertion: Assertion, *, provider_id: str, now: float) -> None:
    """Refuse an assertion that is for others, or whose time has not come or is over.

    `provider_id` is the SAMLProviderUUID, `now` epoch seconds by the clock that providers keep too.
    Raises RecipientWrong, AudienceMissing, NotYetValid, RedeemedTooLate, ResponseExpired.
    """
    if not _is_sign_in(assertion.recipient, provider_id):
        raise RecipientWrong(expected=SIGN_IN)
    if not assertion.audiences or not all(_takes_in(named, provider_id) for named in assertion.audiences):
        raise AudienceMissing
    for member, begin in (
        ("IssueInstant", assertion.issued_at),
        ("Conditions NotBefore", assertion.valid_from),
        ("SubjectConfirmationData NotBefore", assertion.confirmed_from),
    ):
        if begin is not None and begin > now + AHEAD:
            raise NotYetValid(member=member, instant=_told(begin))
    if now >= assertion.issued_at + REDEEMABLE:
        raise RedeemedTooLate
    for member, end in (
        ("Conditions NotOnOrAfter", assertion.valid_until),
        ("SubjectConfirmationData NotOnOrAfter", assertion.confirmed_until),
        ("SessionNotOnOrAfter", assertion.session_until),
    ):
        if end is not None and end <= now:
            raise ResponseExpired(member=member, instant=_told(end))


def _takes_in(audiences: tuple[str, ...], provider_id: str) -> bool:
    return any(audience == PROVIDER_NAME or _is_sign_in(audience, provider_id) for audience in audiences)


def _is_sign_in(url: str, provider_id: str) -> bool:
    parts = _SIGN_IN.fullmatch(url)
    return parts is not None and parts["provider"] in (None, provider_id)


def _told(moment: float) -> str:
    return iso8601(moment)
