"""The whole verification, told: for the person who stares at SignatureDoesNotMatch. Never on a request's own path.

The steps are `read_claim`'s, `check_claim`'s and `verify`'s. Those that need the credentials stand here:

14. the session token belongs to the key, and has not expired
15. the key is known and active
"""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass

from watchword.crypto.sigv4.canonical import Rules, string_to_sign
from watchword.crypto.sigv4.claim import Claim, require_date, require_signed, sketch_claim
from watchword.crypto.sigv4.keys import derive
from watchword.crypto.sigv4.refusals import ExpiredToken, InvalidClientTokenId
from watchword.crypto.sigv4.scope import check_claim
from watchword.crypto.sigv4.verify import payload_hash, request_text, signed_query, verify
from watchword.domain.http import HttpRequest
from watchword.domain.refusal import Refusal
from watchword.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class KnownCredential:
    """A credential that the explaining side knows. `session_token` makes it a temporary one."""

    access_key_id: str
    secret: Secret
    active: bool = True
    session_token: Secret | None = None
    session_expires: float | None = None
    """Epoch seconds; at that second the session is over."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What became of a request, and the texts that were signed as far as they can be made."""

    refusal: Refusal | None
    canonical_request: bytes | None = None
    string_to_sign: bytes | None = None


def explain(
    request: HttpRequest,
    credentials: Sequence[KnownCredential],
    rules: Rules,
    *,
    services: Collection[str] | str,
    regions: Container[str] | str,
    now: float,
) -> Explanation:
    """Verify a request as a server would at `now` (epoch seconds), and tell the texts on the way."""
    try:
        claim = sketch_claim(request, rules)
    except Refusal as refusal:
        return Explanation(refusal)
    credential: KnownCredential | None = None
    refused: Refusal | None = None
    try:
        require_signed(claim)
        require_date(claim)
        check_claim(claim, services=services, regions=regions, now=now)
        credential = _credential(claim, credentials, now)
        verify(claim, request, _signing_key(claim, credential))
    except Refusal as refusal:
        refused = refusal
    return _told(claim, request, credential, refused)


def _credential(claim: Claim, credentials: Sequence[KnownCredential], now: float) -> KnownCredential:
    """Find the credential of a claim, with steps 14 and 15."""
    known = next((one for one in credentials if one.access_key_id == claim.access_key_id), None)
    if known is None:
        raise InvalidClientTokenId
    sent = None if claim.session_token is None else Secret(claim.session_token)
    if known.session_token != sent:
        raise InvalidClientTokenId
    if known.session_expires is not None and now >= known.session_expires:
        raise ExpiredToken
    if not known.active:
        raise InvalidClientTokenId
    return known


def _signing_key(claim: Claim, credential: KnownCredential) -> bytes:
    return derive(credential.secret, date=claim.date, region=claim.region, service=claim.service)


def _told(
    claim: Claim, request: HttpRequest, credential: KnownCredential | None, refused: Refusal | None
) -> Explanation:
    if any(name not in claim.headers for name in claim.signed_headers):
        return Explanation(refused)
    payload = payload_hash(claim, request.body)
    query = claim.query
    if credential is not None:
        query = signed_query(claim, payload, _signing_key(claim, credential)) or query
    canonical = request_text(claim, query, payload)
    if not claim.amz_date or not claim.scope:
        return Explanation(refused, canonical)
    return Explanation(refused, canonical, string_to_sign(claim.amz_date, claim.scope, canonical))
