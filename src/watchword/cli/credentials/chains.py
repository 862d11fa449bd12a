"""How credentials come about: a key or another tool's answer at one end, and each call of STS on the way from there.

A link names everything that shapes what it gives, so its `digest` is what a session is kept under: the issuing access
key's id is in every digest after it, and a key that is rotated leaves nothing behind that could still be found.
Nothing here reads a file or asks anybody.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from hashlib import sha256

from watchword.cli.credentials.durations import CHAINED_ROLE, OWN_SESSION, ROLE, allowed
from watchword.cli.credentials.shapes import Credentials


@dataclass(frozen=True, slots=True)
class Key:
    """An access key, or a session, that stands in the environment or in a file."""

    credentials: Credentials
    mfa_serial: str = ""
    """The device that the key's profile names."""
    place: str = ""
    """Where it stands, in words."""

    @property
    def digest(self) -> str:
        return _digest("key", self.credentials.access_key_id)

    @property
    def lasting(self) -> bool:
        """Whether it is a long-term key, which alone may ask for a session of its own."""
        return self.credentials.session_token is None


@dataclass(frozen=True, slots=True)
class Delegated:
    """What botocore gets for us: SSO, web identity, another process, a container's or an instance's role."""

    profile: str
    """Empty for what is found where no profile says anything."""
    way: str
    fingerprint: str
    """Digest of all that its profile says of it."""
    kept: bool
    """Whether asking again costs a person or a process something; metadata endpoints have theirs at hand."""
    of_role: bool
    """Whether what it gives is known to be a role's session."""

    @property
    def digest(self) -> str:
        return _digest("delegated", self.profile, self.way, self.fingerprint)


@dataclass(frozen=True, slots=True)
class Own:
    """A session of a user's own: GetSessionToken."""

    parent: Key
    duration: int | None = None
    mfa_serial: str = ""
    endpoint_url: str = ""

    @property
    def digest(self) -> str:
        return _digest_of(self)


@dataclass(frozen=True, slots=True)
class Role:
    """A session of a role: AssumeRole."""

    parent: Link
    role: str
    """Its ARN, or its name in the account of the credentials that ask."""
    duration: int | None = None
    session_name: str = ""
    source_identity: str = ""
    external_id: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    transitive_tag_keys: tuple[str, ...] = ()
    policy: str = ""
    policy_arns: tuple[str, ...] = ()
    mfa_serial: str = ""
    """Only where no session of the user's own could carry it."""
    endpoint_url: str = ""

    @property
    def digest(self) -> str:
        return _digest_of(self)


Link = Key | Delegated | Own | Role


def root(link: Link) -> Key | Delegated:
    """Give the end where a chain begins."""
    while isinstance(link, Own | Role):
        link = link.parent
    return link


def issuer(link: Link) -> str:
    """Give the id of the access key that a chain begins with; empty when another tool got it."""
    first = root(link)
    return first.credentials.access_key_id if isinstance(first, Key) else ""


def has_mfa(link: Link) -> bool:
    """Whether an MFA device is asked about somewhere on a chain."""
    return isinstance(link, Own | Role) and (bool(link.mfa_serial) or has_mfa(link.parent))


def with_mfa(role: Role, serial: str) -> Role:
    """Ask about a device once for all roles of its user: in a session of the user's own, if there can be one."""
    parent = role.parent
    if isinstance(parent, Key) and parent.lasting:
        return replace(role, parent=Own(parent, mfa_serial=serial, endpoint_url=role.endpoint_url))
    if isinstance(parent, Own):
        return replace(role, parent=replace(parent, mfa_serial=serial))
    first = root(parent)
    if isinstance(parent, Role) and isinstance(first, Key) and first.lasting:
        return replace(role, parent=with_mfa(parent, serial))
    return replace(role, mfa_serial=serial)


def checked(link: Link) -> Link:
    """Check that each call of a chain gives what is asked of it.

    Raises Stop.
    """
    if isinstance(link, Own | Role):
        checked(link.parent)
        limits = OWN_SESSION if isinstance(link, Own) else CHAINED_ROLE if _is_role(link.parent) else ROLE
        if link.duration is not None:
            allowed(link.duration, limits)
    return link


def _is_role(link: Link) -> bool:
    return isinstance(link, Role) or (isinstance(link, Delegated) and link.of_role)


def _digest_of(link: Own | Role) -> str:
    shape = [getattr(link, member.name) for member in fields(link) if member.name != "parent"]
    return _digest(type(link).__name__, link.parent.digest, *shape)


def _digest(*shape: object) -> str:
    return sha256(json.dumps(shape).encode()).hexdigest()
