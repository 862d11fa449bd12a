"""JSON web tokens that others signed: from text to claims, and whether one of given keys signed them.

Read strictly, since what two readers understand differently is how tokens are forged: one text for each value, each
member once, no algorithm but those named, no extension. What a token says is believed only once `is_signed` is true.
Source: RFC 7515, section 5.2; RFC 7519, section 7.2; RFC 8725.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Never

import msgspec
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry, deserialize_compact

from watchword.crypto.jose.web_keys import ALGORITHMS, WebKeys
from watchword.crypto.texts import canonical_base64

LONGEST_TOKEN = 20_000
"""Characters.  Source: STS API, WebIdentityToken."""
PARTS = 3
MOST_KEYS = 4
"""How many keys of one id are tried."""


class BrokenToken(Exception):  # noqa: N818 - told by what is wrong with it
    """The text is no token that is taken here."""


@dataclass(frozen=True, slots=True)
class WebToken:
    """A token that was read, not yet verified; `key_id` is empty when it does not name its key."""

    algorithm: str
    key_id: str
    claims: Mapping[str, Any]
    text: str = field(repr=False)


class _Registry(JWSRegistry):
    max_header_length = LONGEST_TOKEN
    max_signature_length = LONGEST_TOKEN


# Members of a header that nobody here knows mean nothing: those that must be understood are named by `crit`.
_REGISTRY = _Registry(algorithms=list(ALGORITHMS), strict_check_header=False)


def read_token(text: str) -> WebToken:
    """Read a signed token in its compact form.

    Raises BrokenToken.
    """
    parts = text.split(".") if len(text) <= LONGEST_TOKEN else []
    raw = [canonical_base64(part) for part in parts] if text.isascii() else []
    if len(raw) != PARTS or not all(raw):
        raise BrokenToken("it is not three base64url texts")
    header, claims = _members(raw[0] or b""), _members(raw[1] or b"")
    algorithm, key_id = header.get("alg"), header.get("kid", "")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise BrokenToken("its algorithm is not taken")
    if not isinstance(key_id, str) or (not key_id and "kid" in header):
        raise BrokenToken("it names no key")
    if "crit" in header or "b64" in header:
        raise BrokenToken("it asks for an extension")
    return WebToken(algorithm, key_id, claims, text)


def is_signed(token: WebToken, keys: WebKeys) -> bool:
    """Say whether a key of the token's key id signed it with the token's algorithm."""
    for key in keys.fitting(token.key_id, token.algorithm)[:MOST_KEYS]:
        try:
            deserialize_compact(token.text, key.key, registry=_REGISTRY)
        except (JoseError, ValueError):
            continue
        return True
    return False


def _members(raw: bytes) -> dict[str, Any]:
    """Read a JSON object in which each member stands once, at every depth.

    Raises BrokenToken.
    """
    try:
        msgspec.json.decode(raw)  # the stricter reader: half characters, numbers that are none, too large ones
        members = json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_refuse)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise BrokenToken("it holds no proper JSON") from error
    if type(members) is not dict:
        raise BrokenToken("it holds no JSON object")
    return members


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        msg = "a member stands twice"
        raise ValueError(msg)
    return members


def _refuse(constant: str) -> Never:
    msg = f"`{constant}` is no number"
    raise ValueError(msg)
