"""What anybody may read: an issuer's description and its public keys, so that its tokens can be verified elsewhere.

Source: OpenID Connect Discovery 1.0 §4; RFC 7517 §5.
"""

from __future__ import annotations

import json
import re
from typing import Any

from watchword.crypto.jose.signing import ALGORITHMS
from watchword.domain.http import Header, HttpReply
from watchword.services.operation import ISSUERS
from watchword.store import token_issuers
from watchword.store.tx import Tx

JSON: Header = (b"content-type", b"application/json")
MAY_BE_KEPT: Header = (b"cache-control", b"public, max-age=300")
NOT_FOUND = HttpReply(404, (JSON,), b'{"message":"there is no such issuer"}\n')
UNAVAILABLE = HttpReply(503, (JSON,), b'{"message":"the store does not answer"}\n')

CONFIGURATION = "/.well-known/openid-configuration"
KEYS = "/.well-known/jwks.json"
_ISSUER_ID = re.compile(r"[0-9a-f-]{36}", re.ASCII)


def is_published(path: str) -> bool:
    """Whether a path is one of an issuer's."""
    return path.startswith(f"{ISSUERS}/")


def publish(tx: Tx, public_url: str, path: str) -> HttpReply:
    """Answer for one of an issuer's paths."""
    issuer_id, slash, rest = path.removeprefix(f"{ISSUERS}/").partition("/")
    # Nothing else is looked up: of what strangers write, a database may refuse some (PostgreSQL: a null character).
    keys = token_issuers.published(tx, issuer_id) if _ISSUER_ID.fullmatch(issuer_id) else []
    if not keys:
        return NOT_FOUND
    issuer = f"{public_url}{ISSUERS}/{issuer_id}"
    asked = slash + rest
    if asked == CONFIGURATION:
        return _json(_configuration(issuer))
    if asked == KEYS:
        return _json({"keys": [json.loads(key.public_jwk) for key in keys]})
    return NOT_FOUND


def _configuration(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "jwks_uri": f"{issuer}{KEYS}",
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": list(ALGORITHMS),
        "claims_supported": ["iss", "aud", "sub", "iat", "exp", "jti"],
    }


def _json(value: dict[str, Any]) -> HttpReply:
    return HttpReply(200, (JSON, MAY_BE_KEPT), json.dumps(value).encode())
