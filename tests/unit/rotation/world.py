"""A naive world for the machine: keys that are used, lists that lag, calls whose answers are lost, people's hands.

It carries out the machine's steps as a runner would, and may be killed after any of their parts. What must always hold
is asserted here, at each step, of what is true, not of what was read.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from msgspec import structs

from tests.unit.rotation.situations import ACCOUNT, UNKNOWN, USER, T
from watchword.rotation.machine import Situation, next_steps
from watchword.rotation.records import OPEN, Kind, Rotation, State
from watchword.rotation.seen import NEVER_USED, Key, Known, LastUse, User
from watchword.rotation.standing import SETTLED
from watchword.rotation.steps import CHANGES, NOTES, RESTS, Do, Step, Why
from watchword.rotation.terms import DAY, Terms

STANDING = OPEN | {State.ROLLED_BACK}


class Killed(Exception):  # noqa: N818 - what happens to the runner
    """The runner is no more."""


@dataclass(slots=True)
class World:
    """One user, its keys, who holds which secret, and what is on record."""

    terms: Terms = field(default_factory=Terms)
    now: float = T
    keys: dict[str, Key] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    """Keys whose secret somebody has: the workload, or the place where secrets are kept."""
    made: set[str] = field(default_factory=set)
    """Keys that the machine had made."""
    pending: str = ""
    current: str = ""
    works_with: str = ""
    """The key that the workload uses."""
    user_id: str = USER
    record: dict[str, Rotation] = field(default_factory=dict)
    since: dict[str, tuple[bool, float]] = field(default_factory=dict)
    unread: bool = False
    unknown: bool = False
    lagging: tuple[Key, ...] | None = None
    """The keys as a list tells of them that lags."""
    lagging_until: float = 0.0
    done: list[tuple[float, Do, str]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    # What people and workloads do.

    def make(self, *, held: bool = True, age: float = 0.0, use: LastUse = NEVER_USED) -> str:
        """Make a key, as whoever has the right may."""
        key_id = f"AKIA{next(self.numbers)}"
        self.keys[key_id] = Key(key_id, active=True, created=self.now - age, use=use)
        if held:
            self.held.add(key_id)
        return key_id

    def set_active(self, key_id: str, *, active: bool) -> None:
        self.keys[key_id] = replace(self.keys[key_id], active=active)

    def use(self, key_id: str, service: str = "s3") -> None:
        """Use a key if it works; its use is told as of the quarter of an hour."""
        key = self.keys.get(key_id)
        if key is not None and key.active:
            at = max(key.created, self.now // 900 * 900)
            self.keys[key_id] = replace(key, use=LastUse(Known.AT, at, service))

    def install(self) -> None:
        """The workload takes what is current."""
        if self.current:
            self.works_with = self.current

    def working(self) -> set[str]:
        """Give the keys that open something to somebody."""
        return {key.id for key in self.keys.values() if key.active and key.id in self.held}

    # What a runner does.

    def look(self) -> User:
        """Read the user; a list may be as it was before the last change."""
        lags = self.lagging is not None and self.now < self.lagging_until
        keys = self.lagging if self.lagging is not None and lags else self.keys.values()
        read = tuple(replace(key, use=UNKNOWN) if self.unknown else key for key in keys)
        unread = ("groups: throttled",) if self.unread else ()
        arn = f"arn:aws:iam::{ACCOUNT}:user/ann"
        return User(ACCOUNT, self.user_id, "ann", arn, keys=read, unread=unread)

    def situation(self, *, forced: bool = False) -> Situation:
        seen = self.look()
        for key in seen.keys:
            if self.since.get(key.id, (None, 0.0))[0] is not key.active:
                self.since[key.id] = (key.active, self.now)
        rotations = tuple(one for one in self.record.values() if one.state in STANDING)
        return Situation(seen, rotations, {key: at for key, (_, at) in self.since.items()}, forced)

    def sweep(self, parts: int = 10_000, *, forced: bool = False, lag: bool = False) -> tuple[Step, ...]:
        """Carry out steps until only rests are left; killed after so many parts. Gives the rests.

        A runner knows what it did itself; the lists that the next one reads lag one change behind.
        """
        budget, before = iter(range(parts)), None
        try:
            for _ in range(60):
                situation = self.situation(forced=forced)
                steps = next_steps(situation, self.terms, self.now)
                step = next((one for one in steps if one.do not in RESTS), None)
                if step is None:
                    return steps
                self._check(step, situation)
                if step.do in CHANGES:
                    before, self.lagging = tuple(self.keys.values()), None
                for part in _PARTS[step.do](self, step):
                    if next(budget, None) is None:
                        raise Killed(part)
            raise AssertionError(f"it never rests: {steps}")
        finally:
            if lag and before is not None:
                self.lagging, self.lagging_until = before, self.now + SETTLED - 10

    def _check(self, step: Step, situation: Situation) -> None:
        """What must hold of every step, whatever happened before."""
        assert not situation.user.unread or step.do in NOTES, step
        seen, true = situation.user.key(step.key), self.keys.get(step.key)
        rotation = self.record.get(step.rotation)
        if step.do is Do.CREATE:
            assert rotation is not None
            on_record = {rotation.new, *rotation.orphans} | {
                one for each in self.record.values() for one in (each.new, *each.orphans)
            }
            assert self.made & set(self.keys) <= on_record, "a key of ours that nobody knows of"
        if step.do is Do.DELETE:
            assert seen is not None
            assert not seen.active
            assert true is None or not true.active
            assert seen.use.known is not Known.UNKNOWN
        if step.do is Do.DEACTIVATE:
            assert seen is not None
            assert rotation is not None
            assert seen.use.known is not Known.UNKNOWN or step.why is Why.LEAKED
            self._check_cut_off(step, rotation)

    def _check_cut_off(self, step: Step, rotation: Rotation) -> None:
        leaves = self.working() - {step.key}
        if rotation.kind is Kind.RETIRE or step.why is Why.LEAKED:
            return
        assert leaves or not self.working(), f"{step} leaves nothing that works"
        if step.key != rotation.old:
            assert step.key in self.made - self.held, "a key that somebody has is no orphan"
            return
        new, old = self.keys[rotation.new], self.keys[rotation.old]
        assert new.active
        assert rotation.proven_at or rotation.installed_at or step.why is Why.APPROVED
        if step.why is Why.QUIET:
            assert old.use.known is Known.NEVER or self.now >= old.use.at + self.terms.quiet

    def put(self, rotation: Rotation, **changes: object) -> None:
        changed = structs.replace(rotation, **{"updated_at": self.now, **changes})
        self.record[rotation.id] = changed
        replacing = [one for one in self.record.values() if one.kind is Kind.REPLACE and one.state in OPEN]
        assert len([one for one in replacing if one.user_id == self.user_id]) <= 1

    def of(self, step: Step) -> Rotation:
        return self.record[step.rotation]

    def wait(self, seconds: float) -> None:
        """Let time pass; a workload that works uses its key every day."""
        end = self.now + seconds
        while self.now < end:
            self.now = min(end, self.now + DAY)
            self.use(self.works_with)


# Each step in its parts: a runner may be killed after any of them.


def _open(world: World, step: Step) -> Iterator[str]:
    of = f"r{next(world.numbers)}"
    world.put(
        Rotation(
            of, ACCOUNT, world.user_id, "ann", step.kind, State.DUE, step.key, step.why, world.now, "",
            forced=step.why is Why.FORCED,
        )
    )  # fmt: skip
    yield "opened"


def _create(world: World, step: Step) -> Iterator[str]:
    known, attempts = tuple(key.id for key in world.look().keys), (*world.of(step).attempts, world.now)
    world.put(world.of(step), state=State.INTENT, known=known, attempts=attempts, new="")
    yield "intent"
    assert len(world.keys) < 2, "more than the account bears"
    made = world.make(held=False)
    world.made.add(made)
    yield "the answer is lost"
    world.put(world.of(step), state=State.CREATED, new=made, created_at=world.now)
    yield "created"
    yield from _keep(world, step)


def _keep(world: World, step: Step) -> Iterator[str]:
    rotation = world.of(step)
    world.pending = rotation.new
    world.held.add(rotation.new)
    yield "kept"
    world.put(rotation, state=State.STORED, stored_at=world.now)
    yield "stored"


def _recall(world: World, step: Step) -> Iterator[str]:
    if world.pending == step.key:
        world.put(world.of(step), state=State.STORED, stored_at=world.now)
        yield "recalled"
    else:
        yield from _disown(world, step)


def _verify(world: World, step: Step) -> Iterator[str]:
    if world.pending != step.key:
        yield from _disown(world, step)
        return
    world.use(step.key, "sts")
    yield "asked who it is"
    world.put(world.of(step), state=State.VERIFIED, verified_at=world.now)
    yield "verified"


def _make_current(world: World, step: Step) -> Iterator[str]:
    if world.pending != step.key:
        yield from _disown(world, step)
        return
    world.current = step.key
    yield "current"
    world.put(world.of(step), state=State.OVERLAP, current_at=world.now)
    yield "overlap"


def _deactivate(world: World, step: Step) -> Iterator[str]:
    world.set_active(step.key, active=False)
    world.done.append((world.now, step.do, step.key))
    yield "deactivated"
    rotation = world.of(step)
    if step.key == rotation.old and (rotation.kind is Kind.RETIRE or rotation.state is not State.DUE):
        world.put(rotation, state=State.DEACTIVATED, deactivated_at=world.now)
        yield "on record"


def _delete(world: World, step: Step) -> Iterator[str]:
    world.keys.pop(step.key, None)
    world.done.append((world.now, step.do, step.key))
    yield "deleted"
    if step.key == world.of(step).old:
        world.put(world.of(step), state=State.DELETED, deleted_at=world.now)
        yield "on record"


def _disown(world: World, step: Step) -> Iterator[str]:
    rotation = world.of(step)
    world.put(rotation, state=State.DUE, new="", orphans=(*rotation.orphans, step.key))
    yield "disowned"


def _note(world: World, step: Step) -> Iterator[str]:
    rotation = world.of(step)
    match step.do:
        case Do.FORGET:
            world.put(rotation, orphans=tuple(one for one in rotation.orphans if one != step.key))
        case Do.PROVEN:
            world.put(rotation, proven_at=step.at)
        case Do.DEACTIVATED:
            world.put(rotation, state=State.DEACTIVATED, deactivated_at=step.at)
        case Do.ROLLED_BACK:
            world.put(rotation, state=State.ROLLED_BACK)
        case _:
            world.put(rotation, state=State.ABANDONED if step.why is not Why.OLD_GONE else State.DELETED)
    yield step.do


_PARTS = {
    Do.OPEN: _open, Do.CREATE: _create, Do.RECALL: _recall, Do.VERIFY: _verify, Do.CURRENT: _make_current,
    Do.DEACTIVATE: _deactivate, Do.DELETE: _delete, Do.DISOWN: _disown, Do.CLOSE: _note, Do.FORGET: _note,
    Do.PROVEN: _note, Do.DEACTIVATED: _note, Do.ROLLED_BACK: _note,
}  # fmt: skip
