"""One rotation, and all that its next step depends on; and what holds of any key of a rotation, whatever its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watchword.rotation.records import Rotation
from watchword.rotation.seen import Key, Known, User
from watchword.rotation.steps import Do, Step, Why
from watchword.rotation.terms import Terms

LAG = 900.0
"""Seconds: a last use may be told as the first of a quarter of an hour.  Source: IAM API, AccessKeyLastUsed."""
EARLIER, LATER = 60.0, 300.0
"""Seconds around a request for a key in which it may have been made: clocks differ, and requests take time."""
SETTLED = 60.0
"""Seconds after which a list of keys tells of every change that was made before."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A rotation as it stands now. `since` tells when each key was first seen in its present status."""

    user: User
    rotation: Rotation
    since: Mapping[str, float]
    terms: Terms
    now: float

    @property
    def old(self) -> Key | None:
        return self.user.key(self.rotation.old)

    @property
    def new(self) -> Key | None:
        return self.user.key(self.rotation.new)

    def step(self, do: Do, why: Why, *, key: str = "", at: float = 0.0, note: str = "") -> Step:
        """Make a step of this rotation, to its old key unless another is named."""
        rotation = self.rotation
        return Step(do, key or rotation.old, why, at, rotation.kind, rotation.id, note)

    def settle(self, changed_at: float, do: Do, why: Why, *, key: str = "") -> Step:
        """Do something that goes by a list of keys: not before the list tells of what was changed at an instant."""
        at = changed_at + SETTLED
        return self.step(do, why, key=key) if self.now >= at else self.step(Do.WAIT, Why.UNSETTLED, key=key, at=at)

    def until(self, at: float, why: Why, *, key: str = "") -> Step:
        """Wait for a change that will come at an instant; its owner is told when that is soon."""
        return self.step(Do.WARN if self.terms.is_soon(at, self.now) else Do.WAIT, why, key=key, at=at)

    def unknown(self, *keys: Key) -> Step | None:
        """Stop at a key whose last use is not known: that never counts as unused."""
        for key in keys:
            if key.use.known is Known.UNKNOWN:
                return self.step(Do.BLOCKED, Why.USE_UNKNOWN, key=key.id, note=key.use.why)
        return None

    def recovery(self, old: Key) -> Step:
        """The old key was deactivated: it can be brought back until the whole window has passed, then it is deleted.

        The window begins anew when the key was seen active, or used, after that.
        """
        rotation = self.rotation
        if old.active:
            return self.settle(rotation.deactivated_at, Do.ROLLED_BACK, Why.REACTIVATED)
        if blocked := self.unknown(old):
            return blocked
        inactive_since = max(rotation.deactivated_at, self.since.get(old.id, 0.0), old.use.at)
        until = inactive_since + self.terms.recovery
        return self.step(Do.DELETE, Why.RECOVERED, at=until) if self.now >= until else self.until(until, Why.RECOVERY)


def was_asked_for(rotation: Rotation, key: Key) -> bool:
    """Tell whether a key was made when we asked for one, and not before: it may be what a lost answer told of."""
    is_new = key.id not in rotation.known
    return is_new and any(at - EARLIER <= key.created <= at + LATER for at in rotation.attempts)


def is_used(rotation: Rotation, key: Key) -> bool:
    """Tell whether somebody else uses a key that we made: our own question who it is counts as a use, too.

    What is not known is not told here: ask `Standing.unknown` first.
    """
    if key.use.known is not Known.AT:
        return False
    asked = rotation.verified_at or rotation.updated_at  # ended between our question and the record of it
    return key.use.service != "sts" or key.use.at > asked + LAG
