"""What carrying out a user's next steps would change now: the machine, asked on and on about what would then be true.

Pure. Where it depends on what only a try can tell, the way on which all goes well is foreseen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec

from watchword.rotation.machine import Situation, next_steps
from watchword.rotation.records import OPEN, Kind, Rotation, State
from watchword.rotation.results import Change
from watchword.rotation.seen import NEVER_USED, Key
from watchword.rotation.steps import CHANGES, RESTS, Do, Step, Why
from watchword.rotation.terms import Terms

MOST = 60
"""Steps: no way through the machine of a user with two keys is half as long."""
BECOMES = {
    Do.RECALL: State.STORED, Do.VERIFY: State.VERIFIED, Do.DEACTIVATED: State.DEACTIVATED,
    Do.ROLLED_BACK: State.ROLLED_BACK,
}  # fmt: skip
NEW = "(new)"
"""Stands for the id of a key that is yet to be made."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A change, and what it belongs to: an open rotation, or the key for which one would be opened."""

    change: Change
    rotation: str
    old: str


@dataclass(frozen=True, slots=True)
class _World:
    situation: Situation
    now: float

    def rotation(self, rotation_id: str) -> Rotation:
        return next(one for one in self.situation.rotations if one.id == rotation_id)

    def with_rotation(self, rotation_id: str, **changes: object) -> _World:
        """Change what is on record of one rotation; one that is over speaks of nothing any more."""
        changed = msgspec.structs.replace(self.rotation(rotation_id), **changes)
        kept = tuple(changed if one.id == rotation_id else one for one in self.situation.rotations)
        spoken = tuple(one for one in kept if one.state in OPEN or one.state is State.ROLLED_BACK)
        return replace(self, situation=replace(self.situation, rotations=spoken))

    def with_keys(self, keys: tuple[Key, ...], since: Mapping[str, float] | None = None) -> _World:
        user = replace(self.situation.user, keys=keys)
        return replace(
            self, situation=replace(self.situation, user=user, since={**self.situation.since, **(since or {})})
        )


def foresee(situation: Situation, terms: Terms, now: float) -> tuple[Foreseen, ...]:
    """Tell what would be changed now, in its order, if everything that comes next were carried out.

    A rotation that would be opened is told too, though it changes only the ledger.
    """
    world, changes = _World(situation, now), list[Foreseen]()
    for turn in range(MOST):
        steps = next_steps(world.situation, terms, now)
        step = next((one for one in steps if one.do not in RESTS), None)
        if step is None:
            break
        before, world = world, _after(world, step, turn)
        if step.do is Do.OPEN:
            changes.append(Foreseen(Change(step.do, step.key), _id(turn), step.key))
        elif step.do in CHANGES:
            changes.append(_foreseen(before, step))
    return tuple(changes)


def _foreseen(world: _World, step: Step) -> Foreseen:
    rotation = world.rotation(step.rotation)
    key = rotation.old if step.do in {Do.CREATE, Do.CURRENT} else step.key
    return Foreseen(Change(step.do, key), rotation.id, rotation.old)


def _after(world: _World, step: Step, turn: int) -> _World:
    """Take a step as done."""
    if step.do is Do.OPEN:
        return _opened(world, step, turn)
    if step.do in CHANGES:
        return _changed(world, step)
    return world.with_rotation(step.rotation, **_on_record(world.rotation(step.rotation), step, world.now))


def _on_record(rotation: Rotation, step: Step, now: float) -> dict[str, object]:
    """Tell what a step that changes only the ledger puts there."""
    match step.do:
        case Do.DISOWN:
            return {"state": State.DUE, "new": "", "orphans": (*rotation.orphans, step.key)}
        case Do.FORGET:
            orphans = tuple(one for one in rotation.orphans if one != step.key)
            return {"orphans": orphans}
        case Do.PROVEN:
            return {"proven_at": step.at}
        case _:
            return {"state": BECOMES.get(step.do, State.ABANDONED), **_instants(step, now)}


def _instants(step: Step, now: float) -> dict[str, object]:
    names = {Do.RECALL: "stored_at", Do.VERIFY: "verified_at"}
    if step.do is Do.DEACTIVATED:
        return {"deactivated_at": step.at}
    return {names[step.do]: now} if step.do in names else {}


def _id(turn: int) -> str:
    return f"(rotation {turn})"


def _opened(world: _World, step: Step, turn: int) -> _World:
    user = world.situation.user
    rotation = Rotation(
        id=_id(turn),
        account=user.account,
        user_id=user.id,
        user=user.name,
        kind=step.kind,
        state=State.DUE,
        old=step.key,
        why=step.why,
        opened_at=world.now,
        opened_by="",
        forced=step.why is Why.FORCED,
    )
    rotations = (*world.situation.rotations, rotation)
    return replace(world, situation=replace(world.situation, rotations=rotations))


def _changed(world: _World, step: Step) -> _World:
    rotation, now, keys = world.rotation(step.rotation), world.now, world.situation.user.keys
    match step.do:
        case Do.CREATE:
            made = world.with_keys((*keys, Key(NEW, active=True, created=now, use=NEVER_USED)))
            return made.with_rotation(
                rotation.id, state=State.VERIFIED, new=NEW, created_at=now, stored_at=now, verified_at=now
            )
        case Do.CURRENT:
            return world.with_rotation(rotation.id, state=State.OVERLAP, current_at=now)
        case Do.DEACTIVATE:
            off = tuple(replace(key, active=False) if key.id == step.key else key for key in keys)
            changed = world.with_keys(off, {step.key: now})
            if step.key != rotation.old or (rotation.state is State.DUE and rotation.kind is Kind.REPLACE):
                return changed  # an orphan of ours, or a leaked key: the rotation stays where it is
            return changed.with_rotation(rotation.id, state=State.DEACTIVATED, deactivated_at=now)
        case _:
            gone = world.with_keys(tuple(key for key in keys if key.id != step.key))
            if step.key != rotation.old:
                return gone
            return gone.with_rotation(rotation.id, state=State.DELETED)
