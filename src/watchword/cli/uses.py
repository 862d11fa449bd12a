"""When a credential was last used, as far as that is known: never used is one thing, not known another.

Source: IAM User Guide, credential report; IAM API, AccessKeyLastUsed and RoleLastUsed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from watchword.cli import times

KEYS_TRACKED = datetime(2015, 4, 22, tzinfo=UTC)
PASSWORDS_TRACKED = datetime(2014, 10, 20, tzinfo=UTC)
NOTHING = frozenset({"", "N/A", "no_information", "not_supported"})
"""What AWS writes where it has no value."""


class Known(StrEnum):
    USED = "used"
    NEVER = "never"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Use:
    """The last use of a credential; `note` says why it is not known."""

    known: Known
    at: datetime | None = None
    service: str | None = None
    region: str | None = None
    note: str | None = None

    def told(self, now: datetime) -> str:
        """Say it to a person."""
        if self.at is None:
            return self.note or str(self.known)
        where = " ".join(part for part in (self.service, self.region) if part)
        return f"{times.both(self.at, now)} {where}".rstrip()

    def idle_since(self, created: datetime | None) -> datetime | None:
        """Tell since when nothing was done with it; None when that is not known."""
        return created if self.known is Known.NEVER else self.at


def use(
    at: datetime | None,
    created: datetime | None,
    tracked: datetime,
    service: str | None = None,
    region: str | None = None,
) -> Use:
    """Judge a last use. No date means never only for what was made after AWS began to look."""
    if at is not None:
        return Use(Known.USED, at, value(service), value(region))
    if created is not None and created >= tracked:
        return Use(Known.NEVER)
    return Use(Known.UNKNOWN)


def key_use(told: Mapping[str, Any], created: datetime | None) -> Use:
    """Read what GetAccessKeyLastUsed told."""
    return use(told.get("LastUsedDate"), created, KEYS_TRACKED, told.get("ServiceName"), told.get("Region"))


def denied(note: str) -> Use:
    """Make the use of a credential that one may not ask about."""
    return Use(Known.UNKNOWN, note=note)


def value(text: str | None) -> str | None:
    """Give a text of AWS's, or nothing where it stands for nothing."""
    return None if text is None or text in NOTHING else text
