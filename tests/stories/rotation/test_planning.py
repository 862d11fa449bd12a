"""Scenarios 15 and 16: a plan names keys, changes nothing, and is what is carried out."""

from __future__ import annotations

import msgspec
import pytest

from tests.stories.rotation.outcome import done, errors, lines
from tests.stories.rotation.world import World
from watchword.rotation.results import Mode
from watchword.rotation.sweeping.plans import NO_MATCH, NoPlan, Will, digest, expect_usable, plan_of, read_plan
from watchword.rotation.sweeping.sweeps import sweep
from watchword.rotation.terms import DAY

SOON = "[ages]\nreplace = 50\ndeactivate = 60\ndelete = 70\n[never_used]\nafter = 30\n"


def test_scenario_15_of_two_keys_only_the_one_that_is_meant_changes(anywhere: World) -> None:
    world = anywhere
    used = world.user("ann")
    never = world.client("iam").create_access_key(UserName="ann")["AccessKey"]["AccessKeyId"]
    world.use(used)
    world.pass_days(31)

    plan = world.plan(SOON)

    assert [(one.key, one.will) for one in plan.changes] == [(never, Will.DEACTIVATE)]
    run = world.sweep(SOON, plan=plan)
    assert done(run, "ann") == ["deactivated"]
    assert world.keys("ann") == {used["AccessKeyId"]: True, never: False}
    assert all(never in asked.text for asked in world.wire.changes)


def test_scenario_15_what_no_longer_is_as_the_plan_found_it_is_refused(anywhere: World) -> None:
    world = anywhere
    keys = {name: world.user(name) for name in ("ann", "bob", "cleo")}
    world.pass_days(31)
    plan = world.plan(SOON)
    assert len(plan.changes) == 3
    iam = world.client("iam")
    iam.delete_access_key(UserName="ann", AccessKeyId=keys["ann"]["AccessKeyId"])
    another = iam.create_access_key(UserName="ann")["AccessKey"]["AccessKeyId"]
    if world.sandbox is not None:  # in moto a use stays one of the first day
        world.use(keys["bob"])

    run = world.sweep(SOON, plan=read_plan(msgspec.json.encode(plan)))

    assert run.failed
    assert NO_MATCH in errors(run, "bob" if world.sandbox else "ann")
    assert another in world.keys("ann")
    assert world.keys("cleo") == {keys["cleo"]["AccessKeyId"]: False}
    if world.sandbox is not None:
        assert world.keys("ann") == {another: True}
        assert world.keys("bob") == {keys["bob"]["AccessKeyId"]: True}
    assert not any(asked.about(another) for asked in world.wire.changes)


def test_scenario_16_a_dry_run_asks_for_nothing_that_changes_anything(world: World) -> None:
    """By what the tool sent, and by what the account's own trail has of it."""
    for name in ("ann", "bob"):
        world.use(world.user(name))
    world.pass_days(95)
    trail = world.client("cloudtrail")
    changes = {"AttributeKey": "ReadOnly", "AttributeValue": "false"}

    def told() -> list[str]:
        pages = trail.get_paginator("lookup_events").paginate(LookupAttributes=[changes])
        return [event["EventName"] for page in pages for event in page["Events"] if event["EventName"] != "AssumeRole"]

    before = told()
    plan = world.plan()
    assert world.wire.changing == []
    assert not world.calls.changing()
    assert world.sweep(mode=Mode.INVENTORY, thorough=True).accounts
    assert world.wire.changing == []
    assert told() == before
    assert [one.will for one in plan.changes] == [Will.REPLACE, Will.REPLACE]


@pytest.mark.parametrize("days", [31, 95])
def test_scenario_16_what_is_planned_is_what_is_then_done(anywhere: World, days: int) -> None:
    world = anywhere
    days = days if world.sandbox else 31  # a key that moto makes is as old as the clock is ahead
    used, never = world.user("used"), world.user("never")
    world.use(used)
    young = world.user("young")
    world.use(young)
    world.client("iam").update_access_key(UserName="young", AccessKeyId=young["AccessKeyId"], Status="Inactive")
    world.sweep(mode=Mode.PLAN)
    world.pass_days(days)

    plan = world.plan()

    assert not world.wire.changing
    will = {(one.key, one.will) for one in plan.changes}
    assert (never["AccessKeyId"], Will.DEACTIVATE) in will
    assert (young["AccessKeyId"], Will.DELETE) in will
    assert ((used["AccessKeyId"], Will.REPLACE) in will) == (days > 90)
    run = world.sweep()
    assert not run.failed
    did = {one.user: one.done for one in run.accounts[0].lines if one.done}
    expected = {"never": ("deactivated",), "young": ("deleted",)}
    assert did == expected | ({"used": ("created", "stored", "verified", "current")} if days > 90 else {})
    assert not world.plan().changes


def test_scenario_16_plans_alone_bring_a_rotation_to_its_end(world: World) -> None:
    old = world.user("ann")
    world.use(old)
    for days, will, left in (
        (91, [Will.REPLACE], 2),
        (1, [], 2),
        (11, [Will.DEACTIVATE], 2),
        (11, [Will.DELETE], 1),
    ):
        world.pass_days(days)
        plan = world.plan()
        assert [one.will for one in plan.changes] == will
        run = world.sweep(plan=plan)
        assert not run.failed
        assert len(world.keys("ann")) == left
        world.use(world.current("ann"))
    assert old["AccessKeyId"] not in world.keys("ann")


def test_scenario_16_a_plan_that_looks_ahead_is_not_carried_out(world: World) -> None:
    world.use(world.user("ann"))
    orders = world.orders(Mode.PLAN, ahead=95 * DAY)
    rules, hub = digest(orders.rules), orders.hub.account
    run = sweep(orders, keep=False)
    ahead = plan_of(run, hub=hub, rules=rules, choice=orders.choice, ahead=True)
    assert [one.will for one in ahead.changes] == [Will.REPLACE]
    with pytest.raises(NoPlan, match="looks ahead of its time"):
        expect_usable(ahead, hub=hub, rules=rules)
    assert lines(world.sweep(mode=Mode.PLAN), "ann") == []
