"""Signature Version 4, the verifying side: a claim is read, checked against time and place, and verified.

    claim = read_claim(request)                                       # steps 1 to 9
    check_claim(claim, services=…, regions=…, now=…)                  # 10 to 14, still with no look-up
    key = keys.of(claim, version=…, secret=…)                         # 15 is the caller's: the key and its session
    verify(claim, request, key)                                       # 16

Each raises a coded refusal, in AWS's order. Canonical requests hold tokens: they are never told in an error or a log.
"""

from watchword.crypto.sigv4.canonical import S3, STANDARD, Rules
from watchword.crypto.sigv4.claim import Claim, read_claim
from watchword.crypto.sigv4.explain import Explanation, KnownCredential, explain
from watchword.crypto.sigv4.keys import SigningKeys, derive
from watchword.crypto.sigv4.presented import Form
from watchword.crypto.sigv4.refusals import (
    ExpiredToken,
    IncompleteSignature,
    InvalidClientTokenId,
    InvalidURIPath,
    MalformedQueryString,
    MissingAuthenticationToken,
    SignatureDoesNotMatch,
)
from watchword.crypto.sigv4.scope import check_claim
from watchword.crypto.sigv4.verify import verify

__all__ = [
    "S3",
    "STANDARD",
    "Claim",
    "ExpiredToken",
    "Explanation",
    "Form",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidURIPath",
    "KnownCredential",
    "MalformedQueryString",
    "MissingAuthenticationToken",
    "Rules",
    "SignatureDoesNotMatch",
    "SigningKeys",
    "check_claim",
    "derive",
    "explain",
    "read_claim",
    "verify",
]
