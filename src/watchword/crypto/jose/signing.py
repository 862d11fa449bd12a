"""Web identity tokens of our own: making key pairs, and signing claims with them. Others' are not verified here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

ALGORITHMS = ("RS256", "ES384")
"""Source: STS API, GetWebIdentityToken, SigningAlgorithm."""
RSA_BITS = 3_072
CURVE = "P-384"


def make_key(algorithm: str) -> tuple[str, str, bytes]:
    """Make a key pair: its id (RFC 7638 thumbprint), the public JWK and the private one, both JSON.

    Raises ValueError for an algorithm that is not one of ALGORITHMS.
    """
    if algorithm == "RS256":
        key: RSAKey | ECKey = RSAKey.generate_key(RSA_BITS)
    elif algorithm == "ES384":
        key = ECKey.generate_key(CURVE)
    else:
        msg = f"`{algorithm}` is none of {ALGORITHMS}"
        raise ValueError(msg)
    key_id = key.thumbprint()
    public = {**key.as_dict(private=False), "kid": key_id, "use": "sig", "alg": algorithm}
    return key_id, json.dumps(public, sort_keys=True), json.dumps(key.as_dict(private=True)).encode()


def sign(claims: Mapping[str, Any], *, algorithm: str, key_id: str, private_jwk: bytes) -> str:
    """Sign claims as a JWT in compact form.  Source: RFC 7519, RFC 7515."""
    kept = json.loads(private_jwk)
    key = RSAKey.import_key(kept) if algorithm == "RS256" else ECKey.import_key(kept)
    header = {"alg": algorithm, "kid": key_id, "typ": "JWT"}
    return jwt.encode(header, dict(claims), key, algorithms=[algorithm])
