"""What holds for one user: the rules, with everything that was said for its account, unit, tags and name laid over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

DAY = 86_400.0


class Response(StrEnum):
    """What is done with a key that nobody uses."""

    REPORT = "report"
    """A person decides: it is neither deactivated nor replaced by its age."""
    DEACTIVATE = "deactivate"
    """Deactivated, and deleted after the recovery window. No new one is made."""
    REPLACE = "replace"
    """Treated by age, as any other."""


class Keep(StrEnum):
    """In which account the new secret is kept."""

    MEMBER = "member"
    CENTRAL = "central"


@dataclass(frozen=True, slots=True)
class Exemption:
    """A user that is left alone until an instant, and why; after it the exemption itself is a finding."""

    until: float
    reason: str
    source: str
    """Who or what says so: `rules.toml:31`, `tag`, `group`, or who exempted it by command."""


@dataclass(frozen=True, slots=True)
class SecretTerms:
    """Where a new secret is kept, and for whom.

    `name` may hold `{account}` and `{user}`. `kms_key` is empty for the service's own. `regions` are those to which it
    is replicated, and which must confirm it.
    """

    keep: Keep = Keep.MEMBER
    name: str = "Account_{account}_User_{user}_AccessKey"
    kms_key: str = ""
    regions: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    """ARNs of principals that may read it beside the user itself."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one user. Lengths are seconds.

    An age of 90 / 100 / 110 days is `replace_after` 90, `overlap` 10 and `recovery` 10: the overlap is counted from the
    new key's proven use, the recovery from the old key's deactivation.
    """

    replace_after: float = 90 * DAY
    overlap: float = 10 * DAY
    recovery: float = 10 * DAY
    quiet: float = 3 * DAY
    """How long the old key must have been unused before it is deactivated."""
    limit: float = 180 * DAY
    """The age from which a key that is still in use, or whose successor is not, may be cut off if somebody approves."""
    warn: tuple[float, ...] = (14 * DAY, 7 * DAY, 1 * DAY)
    """How long before a change its owner is told, longest first."""
    unused_after: float | None = None
    unused: Response = Response.REPORT
    never_used_after: float | None = 30 * DAY
    never_used: Response = Response.DEACTIVATE
    hand_off: bool = False
    """The key is a third party's: its owner says when a new one may be made, and when it is installed."""
    exempt: Exemption | None = None
    owners: tuple[str, ...] = ()
    """Mail addresses or names of channels, as the rules route them."""
    secret: SecretTerms = SecretTerms()
    faults: tuple[str, ...] = ()
    """What in the user's own tags cannot be understood: such a user is blocked, not rotated by a guess."""

    def is_soon(self, at: float, now: float) -> bool:
        """Whether a change at an instant is near enough that its owner is told."""
        return bool(self.warn) and now >= at - self.warn[0]
