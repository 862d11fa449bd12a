"""What a verified assertion claims in AWS's own attributes: roles, the session's name, tags and length.

Source: IAM User Guide, "Configure SAML assertions for the authentication response".
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha1

from watchword.crypto.saml import Assertion
from watchword.services.known import KnownSamlProvider
from watchword.services.sts.saml_refusals import (
    PrincipalTagInvalid,
    RolesMissing,
    SessionDurationInvalid,
    SessionNameInvalid,
    SessionNameMissing,
    SourceIdentityInvalid,
    TooManyPrincipalTags,
)
from watchword.wire.patterns import matcher

ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
PRINCIPAL_TAG = ATTRIBUTES + "PrincipalTag:"

_NAME = re.compile(r"[a-zA-Z_0-9+=,.@-]{2,64}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{3,5}", re.ASCII)
SHORTEST, LONGEST = 900, 43_200
_TAG_KEY = matcher(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+")
_TAG_VALUE = matcher(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*")
"""Source: sts model, tagKeyType and tagValueType."""
LONGEST_KEY, LONGEST_VALUE = 128, 256

Attributes = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a SAML provider says of somebody; `longest` is the SessionDuration in seconds, None where there is none."""

    assertion: Assertion
    provider: KnownSamlProvider
    pairs: frozenset[frozenset[str]]
    """A role's ARN with a provider's."""
    session_name: str
    longest: int | None
    tags: Mapping[str, str]
    transitive_keys: tuple[str, ...]
    source_identity: str

    @property
    def name_qualifier(self) -> str:
        """What makes the subject unique among all providers.  Source: STS API, AssumeRoleWithSAML, NameQualifier."""
        told = f"{self.assertion.issuer}{self.provider.account}/{self.provider.name}"
        return b64encode(sha1(told.encode(), usedforsecurity=False).digest()).decode("ascii")


def read_claims(assertion: Assertion, provider: KnownSamlProvider, *, most_tags: int) -> Claims:
    """Read AWS's attributes.

    Raises RolesMissing, SessionNameMissing, SessionNameInvalid, SessionDurationInvalid, PrincipalTagInvalid,
    TooManyPrincipalTags, SourceIdentityInvalid.
    """
    attributes = assertion.attributes
    return Claims(
        assertion,
        provider,
        _pairs(attributes),
        _session_name(attributes),
        _longest(attributes),
        _tags(attributes, most_tags),
        attributes.get(ATTRIBUTES + "TransitiveTagKeys", ()),
        _source_identity(attributes),
    )


def _pairs(attributes: Attributes) -> frozenset[frozenset[str]]:
    told = attributes.get(ATTRIBUTES + "Role", ())
    if not told:
        raise RolesMissing
    return frozenset(frozenset(part.strip() for part in pair.split(",")) for pair in told)


def _session_name(attributes: Attributes) -> str:
    told = attributes.get(ATTRIBUTES + "RoleSessionName", ())
    if not told:
        raise SessionNameMissing
    if len(told) > 1 or _NAME.fullmatch(told[0]) is None:
        raise SessionNameInvalid
    return told[0]


def _longest(attributes: Attributes) -> int | None:
    told = attributes.get(ATTRIBUTES + "SessionDuration", ())
    if not told:
        return None
    text = told[0].strip()
    if len(told) > 1 or _SECONDS.fullmatch(text) is None or not SHORTEST <= int(text) <= LONGEST:
        raise SessionDurationInvalid
    return int(text)


def _source_identity(attributes: Attributes) -> str:
    told = attributes.get(ATTRIBUTES + "SourceIdentity", ())
    if not told:
        return ""
    if len(told) > 1 or _NAME.fullmatch(told[0]) is None:  # which takes no colon, so that none begins with `aws:`
        raise SourceIdentityInvalid
    return told[0]


def _tags(attributes: Attributes, most: int) -> Mapping[str, str]:
    found = {
        name.removeprefix(PRINCIPAL_TAG): told for name, told in attributes.items() if name.startswith(PRINCIPAL_TAG)
    }
    if len(found) > most:
        raise TooManyPrincipalTags(limit=most)
    for key, told in found.items():
        if not _is_tag(key, told):
            raise PrincipalTagInvalid(key=key[:LONGEST_KEY])
    return {key: told[0] for key, told in found.items()}


def _is_tag(key: str, told: tuple[str, ...]) -> bool:
    if len(told) != 1 or len(key) > LONGEST_KEY or len(told[0]) > LONGEST_VALUE:
        return False
    return _TAG_KEY(key) is not None and _TAG_VALUE(told[0]) is not None
