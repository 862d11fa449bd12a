"""The machine in a world that fails it: killed anywhere, misled by lists, meddled with; and years that go well."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.rotation.situations import TERMS, T, used
from tests.unit.rotation.world import Killed, World
from watchword.rotation.records import OPEN, State
from watchword.rotation.standing import SETTLED
from watchword.rotation.steps import Do, Why
from watchword.rotation.terms import DAY, Exemption, Response

MIDWAY = OPEN - {State.DUE, State.OVERLAP, State.DEACTIVATED}


def in_use(age: float) -> World:
    """Give a world with one key of an age in days, used today."""
    world = World()
    world.works_with = world.current = world.make(age=age * DAY, use=used(0))
    return world


def day_after_day(world: World, days: int, *, installs: bool = True) -> list[tuple[int, Do]]:
    """Sweep once a day; the workload takes what is current. Gives the day of each change."""
    for _ in range(days):
        world.sweep()
        if installs:
            world.install()
        world.wait(DAY)
    return [(round((at - T) / DAY), do) for at, do, _ in world.done]


def test_a_year_of_a_user_that_installs_what_it_is_given() -> None:
    world = in_use(age=0)
    changes = day_after_day(world, 365)
    assert changes == [
        (101, Do.DEACTIVATE), (111, Do.DELETE), (191, Do.DEACTIVATE), (201, Do.DELETE), (281, Do.DEACTIVATE),
        (291, Do.DELETE),
    ]  # fmt: skip
    assert sorted(round((key.created - T) / DAY) for key in world.keys.values()) == [270, 360]
    assert [one.state for one in world.record.values()] == [State.DELETED] * 3 + [State.OVERLAP]


def test_a_year_of_a_user_that_installs_nothing() -> None:
    """Its key goes on working, whatever its age, until somebody approves that it is cut off."""
    world = in_use(age=0)
    assert day_after_day(world, 365, installs=False) == []
    assert {(step.do, step.why) for step in world.sweep()} == {(Do.BLOCKED, Why.NOT_INSTALLED)}
    (rotation,) = world.record.values()
    world.put(rotation, approved_at=world.now)
    world.sweep()
    assert [do for _, do, _ in world.done] == [Do.DEACTIVATE]


def test_a_year_of_a_key_that_nobody_uses() -> None:
    world = World()
    world.make()
    assert day_after_day(world, 365) == [(30, Do.DEACTIVATE), (40, Do.DELETE)]
    assert not world.keys


def test_a_year_of_a_user_whose_new_key_is_used_beside_the_old() -> None:
    """Two workloads, one of which is never told: the old key is never cut off."""
    world = in_use(age=90)
    old = world.works_with
    for _ in range(200):
        world.sweep()
        world.use(world.current)
        world.use(old)
        world.wait(DAY)
    assert world.done == []
    assert {step.why for step in world.sweep()} == {Why.STILL_USED}


def until_rest(world: World) -> None:
    """Let everything go well from now on, for long enough that a replacement is through."""
    world.unread = world.unknown = False
    for _ in range(20):
        world.wait(SETTLED)
        world.sweep()
        world.install()
        world.wait(2 * DAY)


@pytest.mark.parametrize("part", range(12))
@pytest.mark.parametrize("lag", [False, True])
def test_killed_after_any_part_it_is_gone_on_with(part: int, lag: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    """At most one create more than needed, and in the end one key that works, on record of nobody's loss."""
    world = in_use(age=90)
    with suppress(Killed):
        world.sweep(part, lag=lag)
    world.wait(1.0)
    world.sweep(lag=lag)
    until_rest(world)
    (rotation,) = world.record.values()
    assert rotation.state is State.DELETED
    assert len(rotation.attempts) <= 2
    assert set(world.keys) == {world.works_with} == {rotation.new}


def test_killed_time_and_again_it_still_arrives() -> None:
    world = in_use(age=90)
    for turn in range(200):
        with suppress(Killed):
            world.sweep(turn % 7, lag=bool(turn % 2))
        world.install()
        world.wait(DAY / 4)
    (rotation,) = world.record.values()
    assert (rotation.state, set(world.keys)) == (State.DELETED, {rotation.new})
    assert len(rotation.attempts) == 4, "it was killed in the midst of three"


# Anything at all, in any order.


def disable(world: World) -> None:
    if world.works_with in world.keys:
        world.set_active(world.works_with, active=False)


def enable_all(world: World) -> None:
    for key in world.keys:
        if key in world.held:
            world.set_active(key, active=True)


def make_by_hand(world: World) -> None:
    """Somebody makes a key, and uses it."""
    if len(world.keys) < 2:
        world.use(world.make())


def delete_inactive(world: World) -> None:
    world.keys = {of: key for of, key in world.keys.items() if key.active}


def begin_anew(world: World) -> None:
    """The user is deleted, and another made under its name."""
    world.keys.clear()
    world.user_id += "X"
    world.works_with = world.current = world.make()
    world.pending = ""


def lose_the_pending_secret(world: World) -> None:
    """Somebody puts another value in its place: what was kept and is not current is nobody's."""
    if world.pending != world.current:
        world.held.discard(world.pending)
        world.pending = ""


def approve(world: World) -> None:
    for rotation in list(world.record.values()):
        if rotation.state is State.OVERLAP:
            world.put(rotation, approved_at=world.now)


def say_installed(world: World) -> None:
    for rotation in list(world.record.values()):
        if rotation.state is State.OVERLAP:
            world.install()
            world.put(rotation, installed_at=world.now)


def resume(world: World) -> None:
    """Go on with what was rolled back, from where its keys are."""
    for rotation in list(world.record.values()):
        if rotation.state is State.ROLLED_BACK:
            world.put(rotation, state=State.OVERLAP if rotation.new else State.DUE, deactivated_at=0.0)


def exempt(world: World) -> None:
    world.terms = replace(world.terms, exempt=Exemption(world.now + 5 * DAY, "moving", "test"))


def misread(world: World) -> None:
    world.unknown = not world.unknown


def read_in_part(world: World) -> None:
    world.unread = not world.unread


HANDS: list[Callable[[World], None]] = [
    disable, enable_all, make_by_hand, delete_inactive, begin_anew, lose_the_pending_secret, approve, say_installed,
    resume, exempt, misread, read_in_part, World.install,
]  # fmt: skip
"""What people do: they change keys in no list that lags, as the lists of a world only lag behind our own changes."""

WAITS = st.sampled_from([1.0, 30.0, 59.0, 61.0, 900.0, DAY / 2, DAY, 3 * DAY, 10 * DAY, 31 * DAY, 100 * DAY])
TURNS = st.lists(
    st.tuples(
        WAITS,
        st.one_of(st.none(), st.sampled_from(HANDS)),
        st.one_of(st.just(10_000), st.integers(0, 6)),
        st.booleans(),
        st.sampled_from([False, False, False, True]),
    ),
    max_size=25,
)


@settings(max_examples=500, deadline=None)
@given(
    turns=TURNS,
    age=st.sampled_from([0, 29, 76, 89, 90, 200]),
    hand_off=st.booleans(),
    response=st.sampled_from(Response),
)
def test_whatever_happens_nothing_is_lost(
    turns: list[tuple[float, Callable[[World], None] | None, int, bool, bool]],
    age: int,
    hand_off: bool,  # noqa: FBT001 - drawn
    response: Response,
) -> None:
    """What must hold is asserted by the world itself, at each part of each step."""
    world = in_use(age)
    world.terms = replace(TERMS, hand_off=hand_off, unused_after=60 * DAY, unused=response, never_used=response)
    for wait, hand, parts, lag, forced in turns:
        world.wait(wait)
        if hand is not None:
            world.lagging = None
            hand(world)
        with suppress(Killed):
            world.sweep(parts, lag=lag, forced=forced)
    world.terms = replace(world.terms, exempt=None, hand_off=False)
    until_rest(world)
    leftovers(world)


def leftovers(world: World) -> None:
    """In the end each key that we made is on record, or told of; and what is half done says what it waits for."""
    blocked = [step for step in world.sweep() if step.do is Do.BLOCKED]
    on_record = {one for each in world.record.values() for one in (each.new, *each.orphans)}
    told_of = {of for of in world.keys if any(of in step.note for step in blocked)}
    assert world.made & set(world.keys) <= on_record | told_of
    assert {one.id for one in world.record.values() if one.state in MIDWAY} <= {step.rotation for step in blocked}
