"""What a rotation needs next: laws that hold for every state, and every way through with a crash anywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from watchword.cli.keys import machine, reasons, telling
from watchword.cli.keys.machine import DAY, LAG, SETTLED, Do, Rotation, Seen, Step, World, begin, next_step
from watchword.cli.keys.rotating import ACTS
from watchword.cli.uses import Known, Use

NEVER, UNKNOWN = Use(Known.NEVER), Use(Known.UNKNOWN)
OLD, NEW, THIRD = "AKIAOLD", "AKIANEW", "AKIATHIRD"
T = 1_800_000_000.0
ROTATION = Rotation("123456789012", "AIDAANN", "ann", "work", "/c", "work", OLD)
SWITCHED = replace(ROTATION, attempts=(T,), new=NEW, switched_at=T)


def used(at: float) -> Use:
    return Use(Known.USED, datetime.fromtimestamp(at, UTC), "sts", "us-east-1")


def active(use: Use = NEVER, created: float = T - 90 * DAY) -> Seen:
    return Seen(active=True, created=created, use=use)


def inactive(use: Use = NEVER, created: float = T - 90 * DAY) -> Seen:
    return Seen(active=False, created=created, use=use)


def world(
    keys: dict[str, Seen],
    in_profile: str = NEW,
    signer: str = NEW,
    kept: tuple[str, ...] = (OLD, NEW),
    deleted: str = "",
) -> World:
    return World(keys, in_profile, frozenset(kept), signer, frozenset({deleted} - {""}))


BOTH = {OLD: active(), NEW: active(created=T)}


@pytest.mark.parametrize(
    ("rotation", "world", "now", "step"),
    [
        (ROTATION, world({OLD: active()}, OLD, OLD), T, Step(Do.CREATE)),
        (ROTATION, world({OLD: inactive()}, OLD, OLD), T, Step(Do.BLOCKED, OLD, reasons.OLD_NOT_ACTIVE)),
        (replace(SWITCHED, switched_at=None), world(BOTH, OLD, OLD), T, Step(Do.SWITCH, NEW)),
        (replace(SWITCHED, switched_at=None), world(BOTH), T, Step(Do.NOTE_SWITCHED, NEW)),
        (replace(SWITCHED, switched_at=None), world(BOTH, OLD, OLD, (OLD,)), T, Step(Do.DISOWN, NEW)),
        (SWITCHED, world(BOTH), T, Step(Do.WAIT, OLD, reasons.OVERLAP, T + DAY)),
        (SWITCHED, world(BOTH), T + DAY, Step(Do.DEACTIVATE, OLD)),
        (SWITCHED, world(BOTH | {OLD: active(used(T - 5))}), T + DAY, Step(Do.DEACTIVATE, OLD)),
        (
            SWITCHED,
            world(BOTH | {OLD: active(used(T + 60))}),
            T + DAY,
            Step(Do.WAIT, OLD, reasons.STILL_USED, T + 60 + LAG + DAY),
        ),
        (SWITCHED, world(BOTH | {OLD: active(UNKNOWN)}), T + 99 * DAY, Step(Do.BLOCKED, OLD, reasons.USE_UNKNOWN)),
        (SWITCHED, world(BOTH | {OLD: inactive()}), T, Step(Do.NOTE_DEACTIVATED, OLD)),
        (
            replace(SWITCHED, deactivated_at=T),
            world(BOTH | {OLD: inactive()}),
            T,
            Step(Do.WAIT, OLD, reasons.RECOVERY, T + 7 * DAY),
        ),
        (replace(SWITCHED, deactivated_at=T), world(BOTH | {OLD: inactive()}), T + 7 * DAY, Step(Do.DELETE, OLD)),
        (replace(SWITCHED, deactivated_at=T), world(BOTH), T + 7 * DAY, Step(Do.RESUME, OLD)),
        (replace(SWITCHED, deactivated_at=T), world({NEW: active()}), T, Step(Do.FINISH, OLD)),
        (SWITCHED, world(BOTH, in_profile=THIRD), T, Step(Do.BLOCKED, THIRD, reasons.OTHER_IN_PROFILE)),
        (SWITCHED, world(BOTH, signer=OLD), T + DAY, Step(Do.BLOCKED, NEW, reasons.NEW_NOT_ACTIVE)),
    ],
)
def test_the_way_forward(rotation: Rotation, world: World, now: float, step: Step) -> None:
    assert next_step(rotation, world, now) == step


ASKED = replace(ROTATION, attempts=(T,))


@pytest.mark.parametrize(
    ("seen", "kept", "step"),
    [
        (active(created=T + 1), (OLD,), Step(Do.DISOWN, NEW)),
        (inactive(created=T + 1), (OLD,), Step(Do.DISOWN, NEW)),
        (active(created=T + 1), (OLD, NEW), Step(Do.ADOPT, NEW)),
        (active(used(T + 9), created=T + 1), (OLD,), Step(Do.BLOCKED, NEW, reasons.STRANGER)),
        (active(UNKNOWN, created=T + 1), (OLD,), Step(Do.BLOCKED, NEW, reasons.USE_UNKNOWN)),
        (active(created=T + DAY), (OLD,), Step(Do.BLOCKED, NEW, reasons.STRANGER)),
        (active(created=T - DAY), (OLD,), Step(Do.BLOCKED, NEW, reasons.STRANGER)),
    ],
)
def test_a_key_whose_answer_was_lost(seen: Seen, kept: tuple[str, ...], step: Step) -> None:
    """Ours is only what was made when we asked, and never used; or whose secret we have."""
    assert next_step(ASKED, world({OLD: active(), NEW: seen}, OLD, OLD, kept), T + 2 * DAY) == step


BACK = replace(SWITCHED, undoing=True)


@pytest.mark.parametrize(
    ("rotation", "world", "now", "step"),
    [
        (BACK, world(BOTH | {OLD: inactive()}), T, Step(Do.ACTIVATE, OLD)),
        (BACK, world(BOTH), T, Step(Do.SWITCH, OLD)),
        (BACK, world(BOTH, kept=(NEW,)), T, Step(Do.BLOCKED, OLD, reasons.OLD_NOT_KEPT)),
        (BACK, world(BOTH, OLD, NEW), T, Step(Do.VERIFY, OLD)),
        (BACK, world(BOTH, THIRD, NEW), T, Step(Do.VERIFY, OLD)),
        (BACK, world(BOTH, OLD, OLD), T, Step(Do.DEACTIVATE, NEW)),
        (BACK, world(BOTH | {NEW: inactive()}, OLD, OLD), T, Step(Do.DELETE, NEW)),
        (BACK, world({OLD: active()}, OLD, OLD), T, Step(Do.WAIT, NEW, reasons.UNSETTLED, T + SETTLED)),
        (BACK, world({OLD: active()}, OLD, OLD, deleted=NEW), T, Step(Do.FINISH, NEW)),
        (BACK, world({OLD: active()}, OLD, OLD), T + DAY, Step(Do.FINISH, NEW)),
        (BACK, world({NEW: active()}), T, Step(Do.FINISH, OLD, reasons.TOO_LATE)),
        (BACK, world({NEW: active()}, THIRD), T, Step(Do.BLOCKED, OLD, reasons.TOO_LATE)),
        (replace(ROTATION, undoing=True), world({OLD: active()}, OLD, OLD), T, Step(Do.FINISH)),
        (
            replace(ASKED, undoing=True),
            world({OLD: active(), NEW: active(created=T)}, OLD, OLD, (OLD,)),
            T,
            Step(Do.DISOWN, NEW),
        ),
        (
            replace(ASKED, undoing=True),
            world({OLD: active(), THIRD: active(used(T))}, OLD, OLD, (OLD,)),
            T + DAY,
            Step(Do.FINISH),
        ),
    ],
)
def test_the_way_back(rotation: Rotation, world: World, now: float, step: Step) -> None:
    assert next_step(rotation, world, now) == step


def test_in_a_hurry_only_the_waiting_goes() -> None:
    assert next_step(SWITCHED, world(BOTH), T, hurry=True) == Step(Do.DEACTIVATE, OLD)
    off = replace(SWITCHED, deactivated_at=T)
    assert next_step(off, world(BOTH | {OLD: inactive()}), T, hurry=True) == Step(Do.DELETE, OLD)
    for use, do in ((used(T + 60), Do.WAIT), (UNKNOWN, Do.BLOCKED)):
        assert next_step(SWITCHED, world(BOTH | {OLD: active(use)}), T + 120, hurry=True).do is do


def test_beginning() -> None:
    assert begin(world({OLD: active()}, OLD, OLD)) == Step(Do.CREATE)
    assert begin(world({OLD: active(), THIRD: active()}, OLD, OLD)) == Step(Do.BLOCKED, THIRD, reasons.SECOND_ACTIVE)
    assert begin(world({OLD: active(), THIRD: inactive()}, OLD, OLD)) == Step(
        Do.BLOCKED, THIRD, reasons.SECOND_INACTIVE
    )
    assert begin(world({THIRD: active()}, OLD, OLD)).do is Do.BLOCKED


INSTANTS = st.floats(-9 * DAY, 9 * DAY).map(lambda offset: T + offset)
SEEN = st.builds(Seen, st.booleans(), INSTANTS, st.one_of(st.just(NEVER), st.just(UNKNOWN), INSTANTS.map(used)))
IDS = (OLD, NEW, THIRD)
ROTATIONS = st.builds(
    Rotation,
    *(st.just(text) for text in ("123456789012", "AIDAANN", "ann", "work", "/c", "work", OLD)),
    quiet=st.integers(0, 2 * DAY),
    recovery=st.integers(0, 9 * DAY),
    attempts=st.lists(INSTANTS, max_size=2).map(tuple),
    new=st.sampled_from(["", NEW]),
    lost=st.sampled_from(["", NEW, THIRD]),
    switched_at=st.none() | INSTANTS,
    deactivated_at=st.none() | INSTANTS,
    undoing=st.booleans(),
)
WORLDS = st.builds(
    World,
    st.dictionaries(st.sampled_from(IDS), SEEN, max_size=3),
    st.sampled_from(["", *IDS]),
    st.frozensets(st.sampled_from(IDS)),
    st.sampled_from(IDS),
    st.frozensets(st.sampled_from(IDS)),
)


@settings(max_examples=300)
@given(rotation=ROTATIONS, world=WORLDS, now=INSTANTS, hurry=st.booleans())
def test_laws(rotation: Rotation, world: World, now: float, *, hurry: bool) -> None:
    step = next_step(rotation, world, now, hurry=hurry)
    seen = world.keys.get(step.key)
    owned = {rotation.old, rotation.new, rotation.lost} - {""}
    if step.do is Do.DELETE:
        assert seen is not None
        assert not seen.active, "an active key is never deleted"
    if step.do in {Do.DELETE, Do.DEACTIVATE}:
        assert step.key in owned, "a key that we do not own is never touched"
        assert step.key not in {world.in_profile, world.signer}, "what is in use by ourselves is never touched"
    if step.do is Do.DEACTIVATE and step.key == rotation.old and not rotation.lost:
        assert world.in_profile == world.signer == rotation.new
        assert world.keys[rotation.new].active
        assert seen is not None
        assert seen.use.known is not Known.UNKNOWN, "what is not known never counts as unused"
        assert not rotation.undoing
    if step.do is Do.CREATE:
        assert set(world.keys) == {rotation.old}, "a key is never made beside an unknown one"
    if step.do is Do.SWITCH:
        assert step.key in world.kept
        assert world.keys[step.key].active
    if step.do is Do.BLOCKED:
        assert step.why
    assert (step.do is Do.WAIT) == (step.at is not None)
    assert telling.standing(rotation, step).profile == "work", "whatever it is, it can be told"


class Killed(BaseException):
    """The process is gone."""


@dataclass
class House:
    """An account, a profile, a store and a ledger, that go through what the machine says. Dies where it is told to."""

    now: float = T
    keys: dict[str, Seen] = field(default_factory=lambda: {OLD: active()})
    profile: str = OLD
    kept: set[str] = field(default_factory=set)
    ledger: Rotation | None = None
    made: int = 0
    left: int = -1
    """Points until death."""
    signed: str = OLD

    def point(self) -> None:
        self.check()
        if self.left == 0:
            raise Killed
        self.left -= 1

    def check(self) -> None:
        """What holds at every moment."""
        assert self.keys[self.profile].active, "the profile always holds a key that works"
        mine = self.ledger or ROTATION
        for key, seen in self.keys.items():
            tracked = key in {mine.old, mine.new, mine.lost, self.profile} or mine.attempts
            assert tracked or not seen.active, "no active key that nobody knows of"

    def run(self, left: int, *, undo: bool = False, hurry: bool = False) -> Step | None:
        """One run; gives where it rests, or None when it died."""
        self.left, self.signed = left, self.profile
        try:
            rotation = self.ledger or ROTATION
            if undo:
                rotation = self.save(replace(rotation, undoing=True))
            for _ in range(40):
                step = next_step(rotation, self.world(), self.now, hurry=hurry)
                if step.do in {Do.WAIT, Do.BLOCKED}:
                    return step
                if step.do is Do.FINISH:
                    self.kept.clear()
                    self.point()
                    self.ledger = None
                    return step
                rotation = self.act(rotation, step)
            raise AssertionError("it does not come to rest")
        except Killed:
            return None

    def world(self) -> World:
        return World(dict(self.keys), self.profile, frozenset(self.kept), self.signed)

    def save(self, rotation: Rotation) -> Rotation:
        self.point()
        self.ledger = rotation
        self.point()
        return rotation

    def act(self, rotation: Rotation, step: Step) -> Rotation:
        if step.do is Do.CREATE:
            return self.create(rotation)
        self.point()
        if step.do in NOTES:
            return self.save(replace(rotation, **NOTES[step.do](self, rotation, step.key)))
        self.change(step.do, step.key)
        self.point()
        return rotation

    def create(self, rotation: Rotation) -> Rotation:
        self.kept.add(OLD)
        rotation = self.save(replace(rotation, attempts=(*rotation.attempts, self.now)))
        self.made += 1
        key = f"AKIA{self.made}"
        assert len(self.keys) < 2
        self.keys[key] = active(created=self.now)
        self.point()
        self.kept.add(key)
        return self.save(replace(rotation, new=key))

    def change(self, do: Do, key: str) -> None:
        if do is Do.SWITCH:
            self.profile = self.signed = key
        elif do is Do.VERIFY:
            self.signed = key
        elif do is Do.DELETE:
            assert not self.keys.pop(key).active
        else:
            assert do in {Do.ACTIVATE, Do.DEACTIVATE}
            self.keys[key] = Seen(do is Do.ACTIVATE, self.keys[key].created, self.keys[key].use)


NOTES: dict[Do, Callable[[House, Rotation, str], dict[str, object]]] = {
    Do.NOTE_SWITCHED: lambda house, _rotation, _key: {"switched_at": house.now},
    Do.NOTE_DEACTIVATED: lambda house, _rotation, _key: {"deactivated_at": house.now},
    Do.ADOPT: lambda _house, _rotation, key: {"new": key},
    Do.DISOWN: lambda _house, rotation, key: {"lost": key, "new": "" if rotation.new == key else rotation.new},
    Do.FORGET_LOST: lambda _house, _rotation, _key: {"lost": ""},
}
"""What is recorded at a step that changes nothing else."""


DEATHS = st.lists(st.tuples(st.integers(0, 14), st.floats(1, 3 * DAY)), max_size=8)


@settings(max_examples=150)
@given(deaths=DEATHS, undo=st.booleans())
def test_whatever_dies_where_the_next_runs_bring_it_to_its_end(deaths: list[tuple[int, float]], *, undo: bool) -> None:
    house = House()
    for left, wait in deaths:
        house.run(left)
        house.now += wait
        house.check()
    if undo:
        for left, wait in deaths:
            if house.ledger is None:
                break
            house.run(left, undo=True)
            house.now += wait
            house.check()
    for _ in range(9):
        if (house.run(-1) or Step(Do.WAIT)).do is Do.FINISH:
            break
        house.now += 8 * DAY
    assert house.ledger is None
    assert [key for key, seen in house.keys.items() if seen.active] == list(house.keys) == [house.profile]
    assert house.made <= 2 + 2 * len(deaths)


@given(st.integers(0, 30))
def test_one_death_costs_one_key_at_most(left: int) -> None:
    house = House()
    house.run(left)
    house.now += 120
    for _ in range(4):
        house.run(-1)
        house.now += 120
    assert house.made <= 2
    assert len(house.keys) == 2
    assert house.ledger is not None
    assert house.profile == house.ledger.new
    house.run(-1, undo=True)
    house.now += 120
    assert ended(house)
    assert (house.profile, list(house.keys)) == (OLD, [OLD])
    assert house.keys[OLD].active


def ended(house: House) -> bool:
    if house.ledger is not None:
        house.run(-1)
    return house.ledger is None


def test_every_do_is_known() -> None:
    assert set(ACTS) | machine.RESTS == set(Do)
