"""The machine: what each key of a user needs next, as a pure question about what is true, what is on record, and now.

Asked anew after each step, so that a sweep that was ended anywhere is gone on with by the next. Rotations come first; a
key that none of them speaks of is judged by its age and use. What always holds:

1. A key that is active is never deleted.
2. An old key is deactivated only while the new one is active and proven, and the old one quiet; or past its limit, with
   somebody's approval; or because it leaked.
3. What could not be read never counts as a no: nothing is done to a key whose last use is not known, nor to a user of
   whom something could not be read.
4. A create is never asked for again while it is not known what became of the last.
5. A user is not left without a working key by us, unless nobody uses those that it has, or the only one leaked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from watchword.rotation import orphans, retirement, succession
from watchword.rotation.judgement import Judgement
from watchword.rotation.records import OPEN, Kind, Rotation, State
from watchword.rotation.seen import User
from watchword.rotation.standing import Standing
from watchword.rotation.steps import NOTES, RESTS, Do, Step, Why
from watchword.rotation.terms import Terms

_STILL = frozenset({State.DUE, State.OVERLAP, State.DEACTIVATED})
"""States in which a rotation may be left for as long as an exemption lasts: no key of ours is unkept or unproved."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One user: as it is, and as it stands on record.

    `rotations` are those that are open or rolled back, also of a user that had the name before. `since` tells when each
    key was first seen in its present status. `forced` says that somebody asked for a new key.
    """

    user: User
    rotations: tuple[Rotation, ...] = ()
    since: Mapping[str, float] = field(default_factory=dict)
    forced: bool = False


def next_steps(situation: Situation, terms: Terms, now: float) -> tuple[Step, ...]:
    """Tell what comes next: one step for each rotation, and for each key that none of them speaks of.

    What must not wait comes first: leaked keys, then keys of ours that nobody can use.
    """
    user = situation.user
    rotations = sorted(situation.rotations, key=lambda one: (not one.leaked, not one.orphans))
    steps = [_of_rotation(Standing(user, one, situation.since, terms, now)) for one in rotations]
    taken = set(_keys_of(rotations))
    judgement = Judgement(user, situation.since, taken, terms, now, situation.forced)
    steps += [_of_key(judgement, key_id) for key_id in (key.id for key in user.keys) if key_id not in taken]
    return tuple(steps)


def gone(rotations: Iterable[Rotation]) -> tuple[Step, ...]:
    """Tell what rotations need of a user that exists no more: its keys went with it.

    Only for one whose unique id a complete reading does not know: a name that is not found may have been changed.
    """
    return tuple(Step(Do.CLOSE, one.old, Why.USER_GONE, 0.0, one.kind, one.id) for one in rotations)


def exemption_of(user: User, terms: Terms) -> str:
    """Say by what a user is exempt."""
    if user.exempt_group:
        return f"member of `{user.exempt_group}`"
    return f"{terms.exempt.reason} ({terms.exempt.source})" if terms.exempt else ""


def _of_rotation(standing: Standing) -> Step:
    user, rotation, terms = standing.user, standing.rotation, standing.terms
    if held := _held(standing):
        return held
    if rotation.state is State.ROLLED_BACK:
        return _paused(standing)
    goes_on = retirement.next_step if rotation.kind is Kind.RETIRE else succession.next_step
    step = goes_on(standing)
    if not rotation.leaked and _is_exempt(user, terms, standing.now) and _is_stopped(step, rotation):
        return standing.step(Do.EXEMPT, Why.EXEMPT, at=_exempt_until(user, terms), note=exemption_of(user, terms))
    if user.quarantined and not rotation.leaked and step.do in RESTS - {Do.BLOCKED}:
        return standing.step(Do.REPORT, Why.QUARANTINED, note=user.quarantined)
    return step


def _held(standing: Standing) -> Step | None:
    """Say what comes before anything that the rotation itself needs."""
    user, rotation, terms = standing.user, standing.rotation, standing.terms
    if rotation.user_id != user.id:
        return standing.step(Do.CLOSE, Why.OTHER_USER)
    if user.unread:
        return standing.step(Do.BLOCKED, Why.UNREAD, note="; ".join(user.unread))
    if rotation.undone_at and rotation.state in OPEN:  # an undo that was ended half way is gone on with
        return standing.step(Do.ROLLED_BACK, Why.RESUME, note=rotation.undone_why)
    if terms.faults:
        return standing.step(Do.BLOCKED, Why.BAD_TERMS, note="; ".join(terms.faults))
    return None


def _paused(standing: Standing) -> Step:
    rotation = standing.rotation
    if rotation.orphans:
        return orphans.see_out(standing, rotation.orphans[0])
    if standing.old is None:
        return standing.step(Do.CLOSE, Why.OLD_GONE)
    return standing.step(Do.REPORT, Why.PAUSED, note=rotation.undone_why)


def _is_stopped(step: Step, rotation: Rotation) -> bool:
    """Whether an exemption stops a step: no new key is begun, no old one touched. What has happened is still noted."""
    if step.do in NOTES:
        return False
    return step.do is Do.CREATE or (rotation.state in _STILL and not rotation.orphans)


def _of_key(judgement: Judgement, key_id: str) -> Step:
    user, terms = judgement.user, judgement.terms
    key = user.key(key_id)
    if user.unread or key is None:
        return Step(Do.BLOCKED, key_id, Why.UNREAD, note="; ".join(user.unread))
    if terms.faults:
        return Step(Do.BLOCKED, key_id, Why.BAD_TERMS, note="; ".join(terms.faults))
    if not user.quarantined and _is_exempt(user, terms, judgement.now):
        until, note = _exempt_until(user, terms), exemption_of(user, terms)
        return Step(Do.EXEMPT, key_id, Why.EXEMPT, until, note=note)
    return judgement.of(key)


def _is_exempt(user: User, terms: Terms, now: float) -> bool:
    return bool(user.exempt_group) or (terms.exempt is not None and now < terms.exempt.until)


def _exempt_until(user: User, terms: Terms) -> float:
    """Tell when an exemption ends; 0 for one that does not: by a group."""
    return 0.0 if user.exempt_group or terms.exempt is None else terms.exempt.until


def _keys_of(rotations: Iterable[Rotation]) -> Iterable[str]:
    for rotation in rotations:
        yield rotation.old
        if rotation.new:
            yield rotation.new
        yield from rotation.orphans
