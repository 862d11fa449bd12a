"""A claim: what a signed request says of itself, before anybody believes it. No key is looked up here.

Steps, numbered in AWS's order of errors (`presented` has 6 and 7; `scope` and `verify` go on from here):

1. the path is in order                        8. what must be signed is, and all that is signed is there
4. the query's escapes are in order            9. the date can be read
5. header or query form, not both

Source: the order that AWS answers in, as observed by scratchstack ("AWS Auth Error Ordering").
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from watchword.crypto.sigv4.canonical import (
    STANDARD,
    Pair,
    Rules,
    canonical_pairs,
    canonical_path,
    canonical_query,
    decoded,
    folded,
)
from watchword.crypto.sigv4.moments import UNREADABLE, signing_time
from watchword.crypto.sigv4.presented import Form, Presented, from_header, from_query
from watchword.crypto.sigv4.refusals import IncompleteSignature, MissingAuthenticationToken, SignatureDoesNotMatch
from watchword.domain.http import HttpRequest

_CREDENTIAL_PARTS = 5
_SIGNED_IF_SENT = (b"x-amz-content-sha256", b"x-amz-target")
_ADDED_AFTER_SIGNING = (b"X-Amz-Signature", b"X-Amz-Security-Token")


class Claim(msgspec.Struct, frozen=True, gc=False):
    """What a request claims. The parts of a credential that has not five are empty, and `check_claim` refuses it."""

    presented: Presented
    rules: Rules
    access_key_id: str
    date: str
    """The credential scope's day, `YYYYMMDD`."""
    region: str
    service: str
    stray_token: bool
    """A token also, or only, stands where this form has none."""
    amz_date: str
    """The signing time as it is signed, `YYYYMMDDTHHMMSSZ`; empty when it cannot be read."""
    timestamp: float
    """The signing time in epoch seconds."""
    signed_headers: tuple[bytes, ...]
    method: str
    path: bytes
    query: bytes
    tokenless_query: bytes | None
    """Query form: the canonical query of a client that added the token after signing."""
    headers: Mapping[bytes, bytes]

    def __repr__(self) -> str:
        # Never the token or the signature.
        return f"Claim({self.form}, {self.presented.credential!r}, {self.amz_date!r})"

    @property
    def form(self) -> Form:
        """Whether a header or the query carries the signature."""
        return self.presented.form

    @property
    def signature(self) -> str:
        """The signature as sent."""
        return self.presented.signature

    @property
    def session_token(self) -> str | None:
        """The session token, from this form's own place."""
        return self.presented.session_token

    @property
    def scope(self) -> str:
        """The credential scope: `date/region/service/aws4_request`."""
        return self.presented.credential.partition("/")[2]


def read_claim(request: HttpRequest, rules: Rules = STANDARD) -> Claim:
    """Read what a request claims, with steps 1 to 9.

    Raises InvalidURIPath, MalformedQueryString, MissingAuthenticationToken, IncompleteSignature, SignatureDoesNotMatch.
    """
    claim = sketch_claim(request, rules)
    require_signed(claim)
    require_date(claim)
    return claim


def sketch_claim(request: HttpRequest, rules: Rules = STANDARD) -> Claim:
    """Read a claim with steps 1 to 7 alone, for one who explains it. Nobody else may go on from a sketch.

    Raises InvalidURIPath, MalformedQueryString, MissingAuthenticationToken, IncompleteSignature, SignatureDoesNotMatch.
    """
    path = canonical_path(request.path, rules)  # 1
    pairs = canonical_pairs(request.query)  # 4
    headers = folded(request.headers)
    parameters = _first_values(pairs) if pairs else {}
    if "X-Amz-Algorithm" not in parameters:  # 5
        if b"authorization" not in headers:
            raise MissingAuthenticationToken
        presented, stray_token = from_header(headers), "X-Amz-Security-Token" in parameters
    elif b"authorization" in headers:
        raise SignatureDoesNotMatch
    else:
        presented, stray_token = from_query(parameters), b"x-amz-security-token" in headers
    parts = presented.credential.split("/")
    key_id, date, region, service = parts[:4] if len(parts) == _CREDENTIAL_PARTS else (parts[0], "", "", "")
    token_in_query = presented.form is Form.QUERY and presented.session_token is not None
    return Claim(
        presented,
        rules,
        key_id,
        date,
        region,
        service,
        stray_token,
        *signing_time(presented.date, http=presented.date_header == b"date"),
        tuple(sorted(presented.signed_headers.split(b";"))),
        request.method,
        path,
        canonical_query(pairs) if pairs else b"",
        canonical_query(pairs, without=_ADDED_AFTER_SIGNING) if token_in_query else None,
        headers,
    )


def require_signed(claim: Claim) -> None:
    """Step 8: the signature covers what it must, and all that it says it covers is there.

    A token in a header may be unsigned: it opens for its own access key id alone.
    Raises SignatureDoesNotMatch.
    """
    signed, headers, date_header = claim.signed_headers, claim.headers, claim.presented.date_header
    if b"host" not in signed and b":authority" not in signed:
        raise SignatureDoesNotMatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    if date_header and date_header not in signed:
        raise _unsigned(date_header)
    for name in _SIGNED_IF_SENT:
        if name in headers and name not in signed:
            raise _unsigned(name)
    for name in signed:
        if name not in headers:
            raise SignatureDoesNotMatch(f"The 'SignedHeader' '{name.decode('latin-1')}' is not in the request.")


def require_date(claim: Claim) -> None:
    """Step 9: the date can be read.

    Raises IncompleteSignature.
    """
    if claim.timestamp == UNREADABLE:
        raise IncompleteSignature(
            f"Date must be in ISO-8601 'basic format'. Got '{claim.presented.date}'. "
            "See http://en.wikipedia.org/wiki/ISO_8601"
        )


def _first_values(pairs: list[Pair]) -> dict[str, str]:
    """Give the X-Amz-… parameters by name: of a double one, the first."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name.startswith(b"X-Amz-"):
            found.setdefault(decoded(name), decoded(value))
    return found


def _unsigned(name: bytes) -> SignatureDoesNotMatch:
    return SignatureDoesNotMatch(f"'{name.decode('latin-1')}' must be a 'SignedHeader' in the AWS Authorization.")
