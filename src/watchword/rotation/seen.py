"""What a sweep reads of the world: accounts, users, their keys. Instants are epoch seconds of the account's clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Known(StrEnum):
    """What is known of a key's last use. That it is not known never means that it was not used."""

    NEVER = "never"
    AT = "at"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LastUse:
    """When a key was used last, and for what; `why` says why that is not known."""

    known: Known
    at: float = 0.0
    service: str = ""
    region: str = ""
    why: str = ""


NEVER_USED = LastUse(Known.NEVER)


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the organization.

    `parents` are the ids of what it stands in, from the root to its own unit. `management` says that it manages the
    organization.
    """

    id: str
    name: str = ""
    email: str = ""
    parents: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    management: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """One long-term access key of a user, as it is now."""

    id: str
    active: bool
    created: float
    use: LastUse


@dataclass(frozen=True, slots=True)
class User:
    """One IAM user, as it is now.

    `id` is the unique id (AIDA…), which a user made anew under the same name does not share. `exempt_group` is the
    group that exempts it, if one does; `quarantined` the policy by which AWS has quarantined it. `unread` says what of
    it could not be read, and why: such a user is left alone.
    """

    account: str
    id: str
    name: str
    arn: str
    path: str = "/"
    created: float = 0.0
    tags: Mapping[str, str] = field(default_factory=dict)
    keys: tuple[Key, ...] = ()
    exempt_group: str = ""
    quarantined: str = ""
    unread: tuple[str, ...] = ()

    def key(self, key_id: str) -> Key | None:
        """Find one of its keys by id."""
        return next((key for key in self.keys if key.id == key_id), None)
