"""What is known of keys, principals and identity providers: each as decisions need it, with its policies compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from watchword.crypto.saml import Metadata
from watchword.domain.secret import Secret
from watchword.policy import Policy, PolicySet


class KnownKey(NamedTuple):
    """A long-term access key as authentication needs it.

    A named tuple: made for each request where there are more keys than can be remembered.
    """

    id: str
    account: str
    owner_id: str
    """The user's unique id, or the account id for root."""
    owner_name: str | None
    """The user's name; None for root, and where the user is gone."""
    owner_arn: str
    secret: Secret
    active: bool


@dataclass(frozen=True, slots=True)
class KnownUser:
    """An IAM user with everything that decides what it may do."""

    id: str
    account: str
    name: str
    arn: str
    tags: Mapping[str, str]
    policies: PolicySet
    boundary: PolicySet | None


@dataclass(frozen=True, slots=True)
class KnownRole:
    """A role with its trust and everything that decides what its sessions may do."""

    id: str
    account: str
    name: str
    arn: str
    tags: Mapping[str, str]
    trust: Policy
    policies: PolicySet
    boundary: PolicySet | None
    max_session_seconds: int


@dataclass(frozen=True, slots=True)
class KnownOidcProvider:
    """An OpenID provider that an account has registered; `url` is without its scheme, thumbprints are lower-case."""

    arn: str
    url: str
    client_ids: frozenset[str]
    thumbprints: tuple[str, ...]

    @property
    def issuer(self) -> str:
        """What it calls itself, in its description and its tokens."""
        return f"https://{self.url}"


@dataclass(frozen=True, slots=True)
class KnownSamlProvider:
    """A SAML provider that an account has registered; `id` is its SAMLProviderUUID, `valid_until` in epoch seconds."""

    arn: str
    account: str
    name: str
    id: str
    metadata: Metadata
    valid_until: int
