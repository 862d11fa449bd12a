"""Step 16: the signature itself, and the body it covers. A claim gets here checked, with its key at hand."""

from __future__ import annotations

import hmac
from hashlib import sha256

from watchword.crypto.sigv4.canonical import canonical_request, string_to_sign
from watchword.crypto.sigv4.claim import Claim
from watchword.crypto.sigv4.presented import Form
from watchword.crypto.sigv4.refusals import SignatureDoesNotMatch
from watchword.domain.http import HttpRequest

UNSIGNED_PAYLOAD = b"UNSIGNED-PAYLOAD"


def verify(claim: Claim, request: HttpRequest, signing_key: bytes) -> None:
    """Check that the owner of `signing_key` signed exactly this request.

    Raises SignatureDoesNotMatch.
    """
    payload = payload_hash(claim, request.body)
    sent = claim.headers.get(b"x-amz-content-sha256")
    if sent is not None and sent != payload:  # a signed header over a swapped body
        raise SignatureDoesNotMatch
    if signed_query(claim, payload, signing_key) is None:
        raise SignatureDoesNotMatch


def signed_query(claim: Claim, payload: bytes, signing_key: bytes) -> bytes | None:
    """Give the canonical query that the signature covers, or None when it covers none.

    A presigned URL may get its token after signing, and the token is then outside the signature: it opens for its
    own access key id alone, signed or not.   Source: AWS's test suite, post-sts-header-after.
    """
    if _signs(claim, claim.query, payload, signing_key):
        return claim.query
    later = claim.tokenless_query
    return later if later is not None and _signs(claim, later, payload, signing_key) else None


def payload_hash(claim: Claim, body: bytes) -> bytes:
    """Give the payload's line of the canonical request: the body's hash, unless these rules let it stay unsigned."""
    if claim.rules.unsigned_payload:
        sent = claim.headers.get(b"x-amz-content-sha256")
        if sent == UNSIGNED_PAYLOAD or (sent is None and claim.form is Form.QUERY):
            return UNSIGNED_PAYLOAD
    return sha256(body).hexdigest().encode("ascii")


def request_text(claim: Claim, query: bytes, payload: bytes) -> bytes:
    """Write the claim's canonical request over one spelling of its query."""
    return canonical_request(
        claim.method, claim.path, query, headers=claim.headers, signed=claim.signed_headers, payload=payload
    )


def _signs(claim: Claim, query: bytes, payload: bytes, signing_key: bytes) -> bool:
    text = string_to_sign(claim.amz_date, claim.scope, request_text(claim, query, payload))
    signature = hmac.digest(signing_key, text, "sha256").hex()
    return hmac.compare_digest(signature.encode("ascii"), claim.signature.encode("latin-1"))
