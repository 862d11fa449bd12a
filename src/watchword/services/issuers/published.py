"""What an OpenID provider publishes: its description, and the keys that it signs with.

Source: OpenID Connect Discovery 1.0, section 4; IAM User Guide, "Create an OpenID Connect identity provider in IAM".
"""

from __future__ import annotations

import ssl
from collections.abc import Collection

import msgspec

from watchword.crypto.jose import BrokenKeys, WebKeys, read_keys
from watchword.services.issuers.addresses import Address, address_of
from watchword.services.issuers.cutoff import Cutoff
from watchword.services.issuers.faults import Unusable
from watchword.services.issuers.https import get

DESCRIPTION = "/.well-known/openid-configuration"


class _Description(msgspec.Struct):
    issuer: str
    jwks_uri: str


def fetch_keys(issuer: str, thumbprints: Collection[str], *, trust: ssl.SSLContext, seconds: float) -> WebKeys:
    """Fetch the keys of a provider, all in all within `seconds`.

    Raises Unreachable, Untrusted, Unusable.
    """
    with Cutoff(seconds) as cutoff:
        described = _description(get(_address(issuer.removesuffix("/") + DESCRIPTION), trust, thumbprints, cutoff))
        if described.issuer != issuer:  # or one provider could speak for another
            raise Unusable("it calls itself by another name")
        keys = get(_address(described.jwks_uri), trust, thumbprints, cutoff)
    try:
        return read_keys(keys)
    except BrokenKeys as error:
        raise Unusable("its keys cannot be read") from error


def _description(document: bytes) -> _Description:
    try:
        return msgspec.json.decode(document, type=_Description)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Unusable("its description cannot be read") from error


def _address(url: str) -> Address:
    try:
        return address_of(url)
    except ValueError as error:
        raise Unusable("its keys are not at an https address") from error
