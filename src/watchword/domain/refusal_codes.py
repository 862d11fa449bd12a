"""Codes by which AWS, and whoever speaks as it does, refuses a request: for its clients to tell what to do next."""

from __future__ import annotations

DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized"})
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
NOT_KNOWN = frozenset(
    {
        "AuthFailure",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
"""Of credentials that open nothing: log in again, or configure others."""

ENCODED = " Encoded authorization failure message:"
"""What stands before the part of a denial that is sealed, and says nothing to a person.

Source: recorded from AWS's UnauthorizedOperation.
"""
