"""Rotating one's own access key: what comes next, as a pure question about what is recorded, what is true, and now.

    INTENT -> CREATED and kept -> VERIFIED -> SWITCHED -> OVERLAP -> DEACTIVATED -> RECOVERY -> DELETED

What is recorded says only what nobody can look up: which key is ours, since when, and what for. All else is read anew
before every step, so that a run which was ended anywhere is gone on with by the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from watchword.cli.keys import reasons
from watchword.cli.uses import Known, Use

DAY = 86_400
QUIET, RECOVERY = DAY, 7 * DAY
LAG = 900
"""Seconds: a last use may be told as the first of a quarter of an hour.  Source: IAM API, AccessKeyLastUsed."""
EARLIER, LATER = 60, 180
"""Seconds around a request in which a key was made that may be what it made: clocks differ, and requests take time."""
ROUNDED = 3
"""Seconds by which instants may differ that are told in whole ones: of a use of ours, and of the switch after it."""
SETTLED = 60
"""Seconds after which a list of keys tells of every one that was made before."""


class Rotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rotation as it is recorded. Instants are epoch seconds of the account's clock, lengths are seconds."""

    account: str
    user_id: str
    user: str
    """The user's name; empty for root."""
    profile: str
    path: str
    section: str
    """Where the profile's key stands: a file, and a section of it."""
    old: str
    quiet: int = QUIET
    recovery: int = RECOVERY
    attempts: tuple[float, ...] = ()
    """When a key was asked for; recorded before each request."""
    new: str = ""
    """The new key, once its secret is kept."""
    lost: str = ""
    """A key that we made, whose secret nobody has."""
    switched_at: float | None = None
    deactivated_at: float | None = None
    undoing: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """One key of the user's, as it is now."""

    active: bool
    created: float
    use: Use


@dataclass(frozen=True, slots=True)
class World:
    """What is true now."""

    keys: Mapping[str, Seen]
    """All keys of the user, by id."""
    in_profile: str
    """The key that the profile holds."""
    kept: frozenset[str]
    """Keys whose secrets are in the person's store."""
    signer: str
    """The key by which we ask: it works."""
    deleted: frozenset[str] = frozenset()
    """Keys that we have just deleted."""


class Do(StrEnum):
    """What a step does. Only the first six change anything but our own record."""

    CREATE = "create"
    VERIFY = "verify"
    SWITCH = "switch"
    DEACTIVATE = "deactivate"
    ACTIVATE = "activate"
    DELETE = "delete"
    ADOPT = "adopt"
    DISOWN = "disown"
    FORGET_LOST = "forget lost"
    NOTE_SWITCHED = "note switched"
    NOTE_DEACTIVATED = "note deactivated"
    RESUME = "resume"
    FINISH = "finish"
    WAIT = "wait"
    BLOCKED = "blocked"


RESTS = frozenset({Do.FINISH, Do.WAIT, Do.BLOCKED})
"""Steps that end a run."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one rotation needs next: to which key, why, and from which instant on."""

    do: Do
    key: str = ""
    why: str = ""
    at: float | None = None


def next_step(rotation: Rotation, world: World, now: float, *, hurry: bool = False) -> Step:
    """Tell what comes next. `hurry` waits for nothing but proof that the old key is no longer used."""
    if rotation.lost:
        return _rid(rotation, world, rotation.lost, now, then=Do.FORGET_LOST)
    if rotation.undoing:
        return _back(rotation, world, now)
    if not rotation.new:
        return _make(rotation, world)
    if rotation.switched_at is None:
        return _switch(rotation, world)
    return _retire(rotation, world, now, hurry=hurry)


def _rid(rotation: Rotation, world: World, key: str, now: float, then: Do) -> Step:
    """Take a key of ours out of the world: never while it is active, and not by a list that may not tell of it yet."""
    seen = world.keys.get(key)
    if seen is not None and key in {world.in_profile, world.signer}:
        return Step(Do.BLOCKED, key, reasons.IN_USE)
    if seen is not None:
        return Step(Do.DEACTIVATE if seen.active else Do.DELETE, key)
    settled = max(rotation.attempts, default=0.0) + SETTLED
    if now < settled and key not in world.deleted:
        return Step(Do.WAIT, key, reasons.UNSETTLED, settled)
    return Step(then, key)


def _make(rotation: Rotation, world: World) -> Step:
    old = world.keys.get(rotation.old)
    if old is None or not old.active:
        return Step(Do.BLOCKED, rotation.old, reasons.OLD_NOT_ACTIVE)
    return _unrecorded(rotation, world) or Step(Do.CREATE)


def _unrecorded(rotation: Rotation, world: World) -> Step | None:
    """Judge keys that nobody recorded: the answer to our request may have been lost.

    Such a key is ours if we keep its secret; or if it was made when we asked, and never used since.
    """
    others = [key for key in world.keys if key != rotation.old]
    if len(others) > 1:
        return Step(Do.BLOCKED, others[0], reasons.STRANGERS)
    for key in others:
        if key in world.kept:
            return Step(Do.ADOPT, key)
        asked = _was_asked_for(rotation, world.keys[key])
        if asked and world.keys[key].use.known is Known.NEVER:
            return Step(Do.DISOWN, key)
        unknown = asked and world.keys[key].use.known is Known.UNKNOWN
        return Step(Do.BLOCKED, key, reasons.USE_UNKNOWN if unknown else reasons.STRANGER)
    return None


def _was_asked_for(rotation: Rotation, seen: Seen) -> bool:
    return any(at - EARLIER <= seen.created <= at + LATER for at in rotation.attempts)


def _switch(rotation: Rotation, world: World) -> Step:
    if world.in_profile == rotation.new:
        return Step(Do.NOTE_SWITCHED, rotation.new)
    if world.in_profile != rotation.old:
        return Step(Do.BLOCKED, world.in_profile, reasons.OTHER_IN_PROFILE)
    if rotation.new not in world.kept:
        return Step(Do.DISOWN, rotation.new)
    seen = world.keys.get(rotation.new)
    if seen is None or not seen.active:
        return Step(Do.BLOCKED, rotation.new, reasons.NEW_NOT_ACTIVE)
    return Step(Do.SWITCH, rotation.new)


def _retire(rotation: Rotation, world: World, now: float, *, hurry: bool) -> Step:
    """The profile has been switched: see the old key out, as soon as that is safe."""
    if world.in_profile != rotation.new:
        return Step(Do.BLOCKED, world.in_profile, reasons.OTHER_IN_PROFILE)
    new, old = world.keys.get(rotation.new), world.keys.get(rotation.old)
    if world.signer != rotation.new or new is None or not new.active:
        return Step(Do.BLOCKED, rotation.new, reasons.NEW_NOT_ACTIVE)
    if old is None:
        return Step(Do.FINISH, rotation.old)
    if old.active:
        return _overlap(rotation, old, now, hurry=hurry)
    if rotation.deactivated_at is None:
        return Step(Do.NOTE_DEACTIVATED, rotation.old)
    until = rotation.deactivated_at + (0 if hurry else rotation.recovery)
    return (
        Step(Do.DELETE, rotation.old)
        if now + ROUNDED >= until
        else Step(Do.WAIT, rotation.old, reasons.RECOVERY, until)
    )


def _overlap(rotation: Rotation, old: Seen, now: float, *, hurry: bool) -> Step:
    """Both keys work. A last use that is not known never counts as unused."""
    if rotation.deactivated_at is not None:
        return Step(Do.RESUME, rotation.old)
    if old.use.known is Known.UNKNOWN:
        return Step(Do.BLOCKED, rotation.old, old.use.note or reasons.USE_UNKNOWN)
    switched = rotation.switched_at or now
    used = old.use.at.timestamp() if old.use.at else 0.0
    since_switch = used > switched + ROUNDED
    quiet = 0 if hurry and not since_switch else rotation.quiet
    until = (used + LAG if since_switch else switched) + quiet
    if now + ROUNDED >= until:
        return Step(Do.DEACTIVATE, rotation.old)
    return Step(Do.WAIT, rotation.old, reasons.STILL_USED if since_switch else reasons.OVERLAP, until)


def _back(rotation: Rotation, world: World, now: float) -> Step:
    """Undo: the old key works and is in the profile before the new one is touched."""
    if not rotation.new and (step := _unrecorded(rotation, world)) and step.why != reasons.STRANGER:
        return step
    old = world.keys.get(rotation.old)
    if old is None:  # there is nothing to go back to: what has been done stays
        end = world.in_profile == rotation.new and world.signer == rotation.new
        return Step(Do.FINISH if end else Do.BLOCKED, rotation.old, reasons.TOO_LATE)
    if not old.active:
        return Step(Do.ACTIVATE, rotation.old)
    if world.in_profile == rotation.old == world.signer:
        return _rid(rotation, world, rotation.new, now, then=Do.FINISH)
    return _restored(rotation, world, now)


def _restored(rotation: Rotation, world: World, now: float) -> Step:
    """Bring the old key back into the profile; a third one there is someone's own, and left alone."""
    if rotation.old not in world.kept and world.in_profile != rotation.old:
        return Step(Do.BLOCKED, rotation.old, reasons.OLD_NOT_KEPT)
    if world.in_profile == rotation.new:
        return Step(Do.SWITCH, rotation.old)
    if world.signer != rotation.old:
        return Step(Do.VERIFY, rotation.old)
    return _rid(rotation, world, rotation.new, now, then=Do.FINISH)


def begin(world: World) -> Step:
    """Tell whether a rotation of the profile's key may begin.

    There is room for one more key only beside a single one.  Source: IAM quotas, access keys per user.
    """
    mine = world.keys.get(world.in_profile)
    if mine is None or not mine.active:
        return Step(Do.BLOCKED, world.in_profile, reasons.OLD_NOT_ACTIVE)
    other = next((key for key in world.keys if key != world.in_profile), None)
    if other is None:
        return Step(Do.CREATE)
    return Step(Do.BLOCKED, other, reasons.SECOND_ACTIVE if world.keys[other].active else reasons.SECOND_INACTIVE)
