"""Scenarios 7 to 11: an old key goes when the new one is in use and the old one is not; one that nobody uses goes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stories.rotation.outcome import done, line, lines
from tests.stories.rotation.world import World
from watchword.rotation.acting import approve
from watchword.rotation.records import State
from watchword.rotation.results import Mode
from watchword.rotation.steps import Do, Why
from watchword.rotation.terms import DAY

SHORT = "[ages]\nreplace = 1\ndeactivate = 5\ndelete = 8\nlimit = 10\nquiet = 14\nwarn = []\n"
"""Both clocks show a use on the first day as one within the last fortnight."""


def replaced(world: World, text: str = "", *, install: bool = True) -> tuple[dict[str, Any], dict[str, str]]:
    """Have ann's key replaced, and the new one put to use; gives both."""
    old = world.user("ann")
    world.use(old)
    assert done(world.sweep(text, force="ann"), "ann")[-1] == "current"
    new = world.current("ann")
    if install:
        world.use(new)
    return old, new


def test_scenario_07_a_key_that_is_still_in_use_is_not_cut_off(anywhere: World) -> None:
    world = anywhere
    old, new = replaced(world, SHORT)
    world.pass_days(5)
    world.use(old)
    world.pass_days(1)

    run = world.sweep(SHORT)

    told = line(run, "ann", old["AccessKeyId"])
    assert (told.do, told.why) == (Do.REPORT, Why.STILL_USED)
    assert run.has_findings
    assert not world.wire.changing
    world.pass_days(5)
    world.use(old)
    run = world.sweep(SHORT)
    told = line(run, "ann", old["AccessKeyId"])
    assert (told.do, told.why) == (Do.BLOCKED, Why.STILL_USED)
    assert world.keys("ann") == {old["AccessKeyId"]: True, new["AccessKeyId"]: True}

    approve(world.ledger, told.rotation, by="eve", holder="one", now=world.now(), note="nobody answers")
    assert done(world.sweep(SHORT), "ann") == ["deactivated"]
    assert world.keys("ann") == {old["AccessKeyId"]: False, new["AccessKeyId"]: True}
    assert "approved" in world.events("ann")


def test_scenario_08_while_the_new_key_is_not_installed_the_old_one_stays(anywhere: World) -> None:
    world = anywhere
    old, new = replaced(world, SHORT, install=False)
    world.pass_days(6)

    run = world.sweep(SHORT)

    told = line(run, "ann", old["AccessKeyId"])
    assert (told.do, told.why) == (Do.REPORT, Why.NOT_INSTALLED)
    assert not world.wire.changing
    world.use(new)
    assert done(world.sweep(SHORT), "ann") == ["proven"]
    assert set(world.keys("ann").values()) == {True}


@pytest.mark.parametrize("age", [31, 95])
def test_scenario_09_two_keys_in_use_that_nobody_of_ours_made_are_left_alone(world: World, age: int) -> None:
    first = world.user("ann")
    world.pass_days(age)
    second = world.client("iam").create_access_key(UserName="ann")["AccessKey"]
    world.use(first)
    world.use(second)
    world.pass_days(95)
    world.use(first)
    world.use(second)

    run = world.sweep()

    assert {(one.do, one.why) for one in lines(run, "ann")} == {(Do.BLOCKED, Why.TWO_KEYS)}
    assert run.has_findings
    assert not world.wire.changing
    assert world.keys("ann") == {first["AccessKeyId"]: True, second["AccessKeyId"]: True}


def test_scenario_10_a_key_that_was_never_used_goes_and_none_takes_its_place(anywhere: World) -> None:
    world = anywhere
    key = world.user("ann")["AccessKeyId"]
    world.pass_days(31)
    assert done(world.sweep(), "ann") == ["deactivated"]
    assert world.keys("ann") == {key: False}
    world.pass_days(9)
    assert (line(world.sweep(), "ann").do, world.keys("ann")) == (Do.WARN, {key: False})
    world.pass_days(2)
    assert done(world.sweep(), "ann") == ["deleted"]
    assert world.keys("ann") == {}
    assert "iam:CreateAccessKey" not in world.wire.operations
    assert lines(world.sweep(), "ann") == []


def test_scenario_10_unless_the_rules_ask_for_another(anywhere: World) -> None:
    world = anywhere
    key = world.user("ann")["AccessKeyId"]
    text = '[never_used]\nresponse = "replace"\n'
    world.pass_days(31)
    world.sweep(text)
    assert not world.wire.changing
    world.pass_days(60)
    if world.sandbox is None:
        world.clock.ahead -= 91 * DAY  # moto makes keys by real time, and one so old would not be taken for a new one
        assert done(world.sweep(text, force="ann"), "ann")[-1] == "current"
    else:
        assert done(world.sweep(text), "ann")[-1] == "current"
    assert len(world.keys("ann")) == 2
    assert world.keys("ann")[key]


def test_scenario_10_an_inactive_key_never_yields_an_active_one(anywhere: World) -> None:
    world = anywhere
    key = world.user("ann")["AccessKeyId"]
    world.client("iam").update_access_key(UserName="ann", AccessKeyId=key, Status="Inactive")
    for days in (0, 95, 11, 11):
        world.pass_days(days)
        world.sweep(force="ann" if days else "")
        assert "iam:CreateAccessKey" not in world.wire.operations
    assert world.keys("ann") == {}


def test_scenario_11_a_key_that_is_disabled_by_hand_today_has_its_whole_window(anywhere: World) -> None:
    world = anywhere
    key = world.user("ann")["AccessKeyId"]
    world.pass_days(200)
    world.client("iam").update_access_key(UserName="ann", AccessKeyId=key, Status="Inactive")
    told = line(world.sweep(), "ann")
    assert (told.do, told.why) == (Do.WARN, Why.RECOVERY)
    assert told.at == pytest.approx(world.now() + 10 * DAY, abs=60)
    world.pass_days(9)
    world.sweep()
    assert not world.wire.changing
    world.client("iam").update_access_key(UserName="ann", AccessKeyId=key, Status="Active")
    world.sweep(mode=Mode.PLAN, thorough=True)
    world.client("iam").update_access_key(UserName="ann", AccessKeyId=key, Status="Inactive")
    world.pass_days(9)
    assert line(world.sweep(), "ann").at > world.now() + 9 * DAY  # it was brought back meanwhile: from then on anew
    assert world.keys("ann") == {key: False}
    world.pass_days(11)
    assert done(world.sweep(), "ann") == ["deleted"]
    assert world.keys("ann") == {}


def test_scenario_11_a_window_also_begins_for_an_old_key_of_a_rotation(world: World) -> None:
    """Whoever deactivates the old key by hand has the way back for as long as if we had done it."""
    old, new = replaced(world)
    world.pass_days(2)
    world.client("iam").update_access_key(UserName="ann", AccessKeyId=old["AccessKeyId"], Status="Inactive")
    world.sweep()
    assert world.rotation("ann").state is State.DEACTIVATED
    world.pass_days(9)
    world.sweep()
    assert world.keys("ann") == {old["AccessKeyId"]: False, new["AccessKeyId"]: True}
    world.pass_days(2)
    world.sweep()
    assert world.keys("ann") == {new["AccessKeyId"]: True}
