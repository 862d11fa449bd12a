"""What the rules file says, read and checked: values only. Lengths are seconds, instants epoch seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from watchword.rotation.terms import DAY, Exemption, Keep, Response, SecretTerms

NO_TEXTS: Mapping[str, str] = {}
PERIOD_TAGS = {"replace-after": "replace", "deactivate-after": "deactivate", "delete-after": "delete"}
TAG_NAMES = frozenset({*PERIOD_TAGS, "owner", "channel", "secret", "exempt-until", "exempt-reason", "hand-off"})
"""Every name that may stand in a user's tag, after the prefix."""
HARMLESS_TAGS = frozenset({*PERIOD_TAGS, "owner", "channel"})
"""Those of them that may be left to users themselves: with them nobody gets out of a rotation."""


@dataclass(frozen=True, slots=True)
class Aws:
    """How the tool signs in, and which accounts it looks after."""

    profile: str = ""
    """Of the AWS configuration files; empty for what the environment gives."""
    endpoint_url: str = ""
    """Of every service, instead of AWS's own."""
    region: str = ""
    """Of the services that have regions; empty for the profile's, and us-east-1 if that names none."""
    role_name: str = "WatchwordRotation"
    role_path: str = "/"
    external_id: str = ""
    session_name: str = "watchword-rotation"
    assume_in_management: bool = False
    """Whether the role is assumed in the tool's own account too, instead of its own credentials being used there."""
    accounts: tuple[str, ...] = ()
    """Account numbers; empty for those of the organization."""
    units: tuple[str, ...] = ()
    """Ids of organizational units or roots; only accounts that stand in one of them, however deep."""
    needs_units: bool = False
    """Whether some rule asks in which units an account stands."""
    account_tags: Mapping[str, str] = field(default_factory=dict)
    """Only accounts that carry all of these; values are globs."""
    skip: tuple[str, ...] = ()
    concurrency: int = 16
    """Accounts that one worker looks after at once."""
    calls_per_second: float = 10.0
    """To one account, at first: less when it throttles, more again when it does not."""


@dataclass(frozen=True, slots=True)
class TagRules:
    """Which tags of a user are heeded."""

    prefix: str = "watchword:"
    heed: frozenset[str] = HARMLESS_TAGS
    """Names after the prefix: those that may change something."""
    lengthen: bool = False
    """Whether a tag may have a key replaced, or an old one deactivated, later than the rules say."""
    minimum: float = 30 * DAY
    """The shortest period that `replace-after` may set: younger keys need not be looked at one by one."""


@dataclass(frozen=True, slots=True)
class SecretRules:
    """Where new secrets are kept. `terms` is what holds for a user unless an override says otherwise."""

    terms: SecretTerms = field(default_factory=SecretTerms)
    central_account: str = ""
    central_region: str = ""

    @property
    def keep(self) -> Keep:
        """Where they are kept unless an override says otherwise."""
        return self.terms.keep


@dataclass(frozen=True, slots=True)
class Owners:
    """How a key's owner is found: by tag, by the map, the account's contact, and at last whoever is named here."""

    tags: tuple[str, ...] = ("owner",)
    map: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """From a tag's value to mail addresses or names of channels."""
    account_contact: bool = True
    fallback: tuple[str, ...] = ()


class Tls(StrEnum):
    """How a connection to a mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server. The password itself is never here: only where it stands."""

    host: str
    port: int = 587
    tls: Tls = Tls.STARTTLS
    ca_file: str = ""
    user: str = ""
    password_env: str = ""
    password_file: str = ""
    timeout: float = 30.0
    """Seconds."""


@dataclass(frozen=True, slots=True)
class Ses:
    """Amazon SES, through its API, signed with the tool's own credentials."""

    region: str = ""
    configuration_set: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """Where a channel's URL, which is a secret, stands: in an environment variable or in a file."""

    name: str
    url_env: str = ""
    url_file: str = ""


@dataclass(frozen=True, slots=True)
class Telling:
    """How people are told. Without `smtp` and `ses` no mail is sent."""

    sender: str = ""
    admins: tuple[str, ...] = ()
    """Mail addresses or names of channels that get the central summary."""
    smtp: Smtp | None = None
    ses: Ses | None = None
    channels: Mapping[str, Channel] = field(default_factory=dict)
    templates: Path | None = None
    """Templates in this directory stand in for those of the same name that come with the tool."""
    attempts: int = 5


@dataclass(frozen=True, slots=True)
class Reporting:
    """What a scheduled run writes. `bands` are the histogram's borders in days, ascending."""

    directory: Path | None = None
    formats: tuple[str, ...] = ("html", "json")
    title: str = "Access keys"
    bands: tuple[int, ...] = (30, 60, 90, 180, 365)


@dataclass(frozen=True, slots=True)
class Layer:
    """What an override lays over the terms; None where it says nothing. Ages are counted from the key's creation."""

    replace: float | None = None
    deactivate: float | None = None
    delete: float | None = None
    quiet: float | None = None
    limit: float | None = None
    warn: tuple[float, ...] | None = None
    unused_after: float | None = None
    """0 for never."""
    unused: Response | None = None
    never_used_after: float | None = None
    """0 for never."""
    never_used: Response | None = None
    hand_off: bool | None = None
    exempt: Exemption | None = None
    owners: tuple[str, ...] = ()
    keep: Keep | None = None
    secret_name: str | None = None
    kms_key: str | None = None
    regions: tuple[str, ...] | None = None
    readers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """A layer, and whom it is for: every kind of match that is given must fit, by any of its values."""

    layer: Layer
    accounts: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    """Globs."""
    paths: tuple[str, ...] = ()
    """Globs of the user's path."""
    tags: Mapping[str, str] = field(default_factory=lambda: NO_TEXTS)
    """Of the user, all of them; values are globs."""
    source: str = ""
    """Where it stands: `rules.toml:31`."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The soonest at which a key can need anything, whatever its user's tags. Lengths are seconds; None is never."""

    age: float
    unused: float | None
    never_used: float | None
