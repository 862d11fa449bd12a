"""Keys, users and rotations in every situation, in few words."""

from __future__ import annotations

from typing import Any

from watchword.rotation.machine import Situation, next_steps
from watchword.rotation.records import Kind, Rotation, State
from watchword.rotation.seen import NEVER_USED, Key, Known, LastUse, User
from watchword.rotation.steps import Do, Step, Why
from watchword.rotation.terms import DAY, Exemption, Terms

ACCOUNT, USER = "111122223333", "AIDAANN"
OLD, NEW, THIRD = "AKIAOLD", "AKIANEW", "AKIATHIRD"
T = 1_800_000_000.0
"""Now, in most tests."""
TERMS = Terms()
UNKNOWN = LastUse(Known.UNKNOWN, why="throttled")
ENDED = Exemption(T - DAY, "moving house", "rules.toml:31")
EXEMPT = Exemption(T + DAY, "moving house", "rules.toml:31")


def days(number: float) -> float:
    """Give the instant that is so many days after T, or before it."""
    return T + number * DAY


def used(day: float, service: str = "s3") -> LastUse:
    return LastUse(Known.AT, days(day), service, "eu-central-1")


def key(of: str = OLD, *, age: float = 0, use: LastUse = NEVER_USED, active: bool = True) -> Key:
    """Give a key that is `age` days old."""
    return Key(of, active, days(-age), use)


def user(*keys: Key, unread: tuple[str, ...] = (), group: str = "", quarantined: str = "", of: str = USER) -> User:
    arn = f"arn:aws:iam::{ACCOUNT}:user/ann"
    return User(ACCOUNT, of, "ann", arn, keys=keys, unread=unread, exempt_group=group, quarantined=quarantined)


def rotation(state: State, *, kind: Kind = Kind.REPLACE, new: str = "", **record: Any) -> Rotation:
    """Give a rotation of OLD, opened at T; in the states that have one, its new key is NEW."""
    made = new or (NEW if state not in {State.DUE, State.INTENT} and kind is Kind.REPLACE else "")
    blank = Rotation("r", ACCOUNT, USER, "ann", kind, state, OLD, "", T, "sweep", new=made)
    changed = {name: getattr(blank, name) for name in blank.__struct_fields__} | record
    return Rotation(**changed)


def overlap(**record: Any) -> Rotation:
    """Give a rotation whose new key was made, verified and made current at T."""
    return rotation(State.OVERLAP, **{"created_at": T, "verified_at": T, "current_at": T, "updated_at": T, **record})


def deactivated(**record: Any) -> Rotation:
    """Give a rotation whose old key was deactivated at T."""
    made = {"created_at": days(-10), "verified_at": days(-10), "current_at": days(-10), "proven_at": days(-10)}
    return rotation(State.DEACTIVATED, **{**made, "deactivated_at": T, **record})


def steps(
    of: User,
    *rotations: Rotation,
    terms: Terms = TERMS,
    now: float = T,
    since: dict[str, float] | None = None,
    forced: bool = False,
) -> list[tuple[Do, str, Why]]:
    """Ask what comes next."""
    return [
        (one.do, one.key, one.why)
        for one in whole_steps(of, *rotations, terms=terms, now=now, since=since, forced=forced)
    ]


def whole_steps(
    of: User,
    *rotations: Rotation,
    terms: Terms = TERMS,
    now: float = T,
    since: dict[str, float] | None = None,
    forced: bool = False,
) -> tuple[Step, ...]:
    return next_steps(Situation(of, rotations, since or {}, forced), terms, now)
