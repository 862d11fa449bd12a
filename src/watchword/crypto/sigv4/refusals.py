"""How AWS refuses a signature: each code once, with its status in query and in JSON services.

Sources: Common Errors of IAM and STS; answers seen from AWS by its users, for the words.
"""

from __future__ import annotations

from watchword.domain.refusal import Refusal

_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
)


class InvalidURIPath(Refusal):
    """The path cannot be brought to canonical form, or climbs above its root."""

    code = "InvalidURIPath"


class MalformedQueryString(Refusal):
    """The query string has a broken escape."""

    code = "MalformedQueryString"


class MissingAuthenticationToken(Refusal):
    """Nobody signed, or a presigned request names another algorithm."""

    code, status, text = "MissingAuthenticationToken", 403, "Request is missing Authentication Token"
    json_code, json_status = "MissingAuthenticationTokenException", 400

    def __init__(self) -> None:
        super().__init__()


class IncompleteSignature(Refusal):
    """The signature's parameters are missing, doubled or unreadable."""

    code, json_code = "IncompleteSignature", "IncompleteSignatureException"

    def __init__(self, message: str) -> None:
        super().__init__(message=message)


class SignatureDoesNotMatch(Refusal):
    """The signature is wrong, too old, too new, or made for another place."""

    code, status = "SignatureDoesNotMatch", 403
    json_code, json_status = "InvalidSignatureException", 400

    def __init__(self, message: str = _MISMATCH) -> None:
        super().__init__(message=message)


class InvalidClientTokenId(Refusal):
    """No such key, or not now: unknown, inactive, deleted, or with a session token that is not its own."""

    code, status, text = "InvalidClientTokenId", 403, "The security token included in the request is invalid."
    json_code, json_status = "UnrecognizedClientException", 400

    def __init__(self) -> None:
        super().__init__()


class ExpiredToken(Refusal):
    """The session has ended."""

    code, status = "ExpiredToken", 403
    json_code, json_status = "ExpiredTokenException", 400

    def __init__(self, message: str = "The security token included in the request is expired") -> None:
        super().__init__(message=message)
