"""Signing keys: derived from a secret for one day, region and service, and remembered.

A remembered key is as good as the secret for that day, so it is dropped with its access key.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from itertools import islice

from watchword.crypto.sigv4.claim import Claim
from watchword.domain.doorkeeper import Doorkeeper
from watchword.domain.secret import Secret

_SCOPES_PER_KEY = 64


def derive(secret: Secret, *, date: str, region: str, service: str) -> bytes:
    """Derive a signing key. `date` is `YYYYMMDD`.

    Source: IAM User Guide, "Create a signed AWS API request", "Calculate the signature".
    """
    key = b"AWS4" + secret.reveal().encode()
    for part in (date, region, service):
        key = hmac.digest(key, part.encode("utf-8", "surrogatepass"), "sha256")
    return hmac.digest(key, b"aws4_request", "sha256")


class SigningKeys:
    """Derived keys of at most `limit` access keys; the one that came first goes first. Used by one thread."""

    def __init__(self, limit: int = 10_000) -> None:
        self._limit = limit
        self._doorkeeper = Doorkeeper(2 * limit)
        self._kept: dict[str, dict[tuple[str, str, str, str], bytes]] = {}

    def of(self, claim: Claim, *, version: str, secret: Callable[[], Secret]) -> bytes:
        """Give the key that must have signed a checked claim. `secret` is asked only when the key is not remembered.

        `version` tells apart the secrets that one access key id had over time.
        """
        scopes = self._kept.get(claim.access_key_id)
        scope = (version, claim.date, claim.region, claim.service)
        if scopes is not None and (key := scopes.get(scope)) is not None:
            return key
        key = derive(secret(), date=claim.date, region=claim.region, service=claim.service)
        if not self._doorkeeper.knows(claim.access_key_id):
            return key
        if scopes is None:
            if len(self._kept) >= self._limit:
                for oldest in list(islice(self._kept, max(1, self._limit // 8))):
                    del self._kept[oldest]
            scopes = self._kept[claim.access_key_id] = {}
        elif len(scopes) >= _SCOPES_PER_KEY:
            scopes.clear()  # a client that goes through regions and days, or one who tries to fill the memory
        scopes[scope] = key
        return key

    def drop(self, access_key_id: str) -> None:
        """Forget every key of an access key id."""
        self._kept.pop(access_key_id, None)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
