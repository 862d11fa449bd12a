"""Scenarios 12 to 14: the way back, a user that is another one, and two runners at once."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from tests.stories.rotation.outcome import done, line, lines
from tests.stories.rotation.test_retiring import replaced
from tests.stories.rotation.wire import Answer, Asked, Wire
from tests.stories.rotation.world import World
from watchword.rotation.acting import Refused, undo
from watchword.rotation.records import State
from watchword.rotation.results import Run
from watchword.rotation.steps import Do, Why
from watchword.rotation.sweeping.accounts import BUSY

QUIET = "[ages]\nreplace = 30\ndeactivate = 34\ndelete = 37\nlimit = 60\nquiet = 1\nwarn = []\n"


def test_scenario_12_one_command_goes_back_until_the_key_is_deleted(anywhere: World) -> None:
    world = anywhere
    first, second = replaced(world, QUIET)
    world.sweep(QUIET)
    world.pass_days(6)
    assert done(world.sweep(QUIET), "ann") == ["deactivated"]
    world.pass_days(3.5)
    assert done(world.sweep(QUIET), "ann") == ["deleted"]
    with pytest.raises(Refused, match="was deleted"):
        undo(world.member(), "ann", rules=world.place.rules(), ledger=world.ledger, holder="one", by="eve", why="late")

    if world.sandbox is None:  # a key of moto's is made by real time
        world.clock.ahead = 0.0
    assert done(world.sweep(QUIET, force="ann"), "ann")[-1] == "current"
    third = world.current("ann")
    world.use(third)
    world.sweep(QUIET)
    world.pass_days(6)
    assert done(world.sweep(QUIET), "ann") == ["deactivated"]
    assert world.keys("ann") == {second["AccessKeyId"]: False, third["AccessKeyId"]: True}

    undone = world.cli("undo", "ann", "--why", "the build broke", text=QUIET)

    assert undone.returncode == 0, undone.stderr
    assert world.keys("ann")[second["AccessKeyId"]]
    assert world.current("ann") == second
    assert first["AccessKeyId"] not in world.keys("ann")
    rotation = world.rotation("ann")
    assert (rotation.state, rotation.undone_why) == (State.ROLLED_BACK, "the build broke")
    assert rotation.undone_by.startswith("arn:aws:")
    world.pass_days(30)
    run = world.sweep(QUIET)
    assert not world.wire.changing
    assert (line(run, "ann", second["AccessKeyId"]).do, line(run, "ann", second["AccessKeyId"]).why) == (
        Do.REPORT,
        Why.PAUSED,
    )


def test_scenario_13_another_user_of_the_same_name_is_not_the_same(world: World) -> None:
    old, new = replaced(world, QUIET)
    iam = world.client("iam")
    for key in (old, new):
        iam.delete_access_key(UserName="ann", AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName="ann")
    stranger = world.user("ann")
    world.pass_days(6)

    world.sweep(QUIET)

    assert not world.wire.changing
    assert world.rotation("ann").state is State.ABANDONED
    assert world.events("ann")[-1] == "closed"
    told = line(world.sweep(QUIET, force="ann"), "ann", stranger["AccessKeyId"])
    assert told.why is Why.SECRET
    assert "is that of another user" in told.note
    assert world.keys("ann") == {stranger["AccessKeyId"]: True}


def test_scenario_14_of_two_runners_one_acts_and_the_other_says_so(world: World) -> None:
    world.user("ann")
    others: list[Run] = []
    other = replace(world)

    def before(asked: Asked) -> Answer | None:
        if asked.operation == "secretsmanager:DescribeSecret" and not others:
            others.append(other.sweep(force="ann", holder="two"))
        return None

    run = world.sweep(force="ann", wire=Wire(before=before))

    assert done(run, "ann") == ["created", "stored", "verified", "current"]
    assert [one.note for one in lines(others[0], "ann")] == [BUSY]
    assert not other.wire.changing
    assert not others[0].failed
    assert len(world.keys("ann")) == 2


@pytest.mark.parametrize("operation", ["iam:CreateAccessKey", "secretsmanager:UpdateSecretVersionStage"])
def test_scenario_14_a_runner_that_was_too_slow_is_fenced_off(world: World, operation: str) -> None:
    """Its lease ran out while it waited for an answer, and another took over: it changes nothing any more."""
    old = world.user("ann")["AccessKeyId"]
    user_id = world.client("iam").get_user(UserName="ann")["User"]["UserId"]

    def after(asked: Asked, _answer: dict[str, Any]) -> None:
        if asked.operation == operation:
            world.ledger.lease(world.account, user_id, "two", time.time() + 301, 300.0)

    slow = Wire(after=after)
    world.sweep(force="ann", wire=slow)

    assert slow.changing[-1] == operation
    world.sweep(force="ann", holder="two")
    world.pass_seconds(61)
    world.sweep(force="ann", holder="two")
    rotation = world.rotation("ann")
    assert rotation.state is State.OVERLAP
    assert world.keys("ann") == {old: True, rotation.new: True}
