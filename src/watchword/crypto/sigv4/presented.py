"""What a client presents as its signature, in an Authorization header or in query parameters, taken apart.

Steps 6 and 7 of AWS's order of errors:

6a 7a  the algorithm is known
6b     parameters are pairs
6c 7c  of a double parameter, the last counts in a header and the first in a query
6d 7d  nothing is missing, the date included; all that is missing is told at once
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256

import msgspec

from watchword.crypto.sigv4.refusals import IncompleteSignature, MissingAuthenticationToken

_ALGORITHM = "AWS4-HMAC-SHA256"
_SHOWABLE_ALGORITHM = re.compile(rb"AWS[0-9A-Z-]{0,40}")
_HASHED = "(hashed with SHA-256 and encoded with Base64)"


class Form(StrEnum):
    """Where the signature stands."""

    HEADER = "header"
    QUERY = "query"


class Presented(msgspec.Struct, frozen=True, gc=False):
    """A signature's parameters as the client wrote them; bytes beyond ASCII as Latin-1."""

    form: Form
    credential: str
    signature: str
    signed_headers: bytes
    date: str
    date_header: bytes
    """The header that the date comes from; empty in query form."""
    session_token: str | None
    expires: str | None
    """X-Amz-Expires of a presigned request."""


def from_header(headers: Mapping[bytes, bytes]) -> Presented:
    """Take the Authorization header apart; the date and the token stand in headers of their own.

    Raises IncompleteSignature.
    """
    authorization = headers[b"authorization"]
    parts = _parameters(authorization)
    date_header = b"x-amz-date" if b"x-amz-date" in headers else b"date"
    date = headers.get(date_header)
    if date is None or not (b"Credential" in parts and b"Signature" in parts and b"SignedHeaders" in parts):
        raise _header_lacks(parts, authorization, dated=date is not None)  # 6d
    token = headers.get(b"x-amz-security-token")
    return Presented(
        Form.HEADER,
        parts[b"Credential"].decode("latin-1"),
        parts[b"Signature"].decode("latin-1"),
        parts[b"SignedHeaders"],
        date.decode("latin-1"),
        date_header,
        None if token is None else token.decode("latin-1"),
        None,
    )


def from_query(parameters: Mapping[str, str]) -> Presented:
    """Take the X-Amz-… parameters of a presigned request, of which the first of each name is given (7c).

    Raises MissingAuthenticationToken, IncompleteSignature.
    """
    if parameters["X-Amz-Algorithm"] != _ALGORITHM:  # 7a
        raise MissingAuthenticationToken
    missing = [  # 7d
        f"AWS query-string parameters must include '{name}'."
        for name in ("X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date")
        if name not in parameters
    ]
    if missing:
        raise IncompleteSignature(f"{' '.join(missing)} Re-examine the query-string parameters.")
    return Presented(
        Form.QUERY,
        parameters["X-Amz-Credential"],
        parameters["X-Amz-Signature"],
        parameters["X-Amz-SignedHeaders"].encode("latin-1"),
        parameters["X-Amz-Date"],
        b"",
        parameters.get("X-Amz-Security-Token"),
        parameters.get("X-Amz-Expires"),
    )


def _parameters(authorization: bytes) -> dict[bytes, bytes]:
    algorithm, _, rest = authorization.partition(b" ")
    if algorithm != _ALGORITHM.encode():  # 6a
        # Anything but an algorithm's name may be a bearer's secret, which no message may repeat.
        known = _SHOWABLE_ALGORITHM.fullmatch(algorithm)
        shown = algorithm.decode("ascii") if known else _hashed(algorithm)
        raise IncompleteSignature(f"Unsupported AWS 'algorithm': '{shown}'.")
    found: dict[bytes, bytes] = {}
    for part in rest.split(b","):
        name, equals, value = part.strip().partition(b"=")
        if equals:
            found[name] = value  # 6c
        elif name:  # 6b
            raise IncompleteSignature(
                f"Invalid key=value pair (missing equal-sign) in Authorization header {_HASHED}: "
                f"'{_hashed(authorization)}'."
            )
    return found


def _header_lacks(parts: Mapping[bytes, bytes], authorization: bytes, *, dated: bool) -> IncompleteSignature:
    missing = [
        f"Authorization header requires '{name}' parameter."
        for name in ("Credential", "Signature", "SignedHeaders")
        if name.encode() not in parts
    ]
    if not dated:
        missing.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    return IncompleteSignature(f"{' '.join(missing)} {_HASHED} Authorization={_hashed(authorization)}")


def _hashed(text: bytes) -> str:
    """Name a text without repeating it, as AWS does: a signature in a log could be used again."""
    return base64.b64encode(sha256(text).digest()).decode("ascii")
