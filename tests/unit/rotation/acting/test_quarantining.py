"""A leaked key: out of use at once, its sessions refused for as long as they may live, a successor made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.rotation_world import ACCOUNT, House, member_of, refused
from watchword.rotation.acting import Quarantined, Refused, detach_refusals, quarantine
from watchword.rotation.acting.quarantining import LONGEST_SESSION
from watchword.rotation.records import State

POLICY = ("ann", f"arn:aws:iam::{ACCOUNT}:policy/watchword/refuse-sessions")


def quarantined(house: House, key: str) -> Quarantined:
    return quarantine(member_of(house.town), key, **house.means(by="eve", why="on a public page"))


def detached(house: House) -> list[str]:
    means = {name: value for name, value in house.means().items() if name != "pause"}
    return detach_refusals(member_of(house.town), **means)


def test_out_of_use_at_once_and_replaced(house: House) -> None:
    old = house.town.user("ann", age=5.0)
    found = quarantined(house, old)
    assert house.town.calls[0] == "UpdateAccessKey"
    assert found.findings == []
    assert house.town.attached == {POLICY}
    assert (rotation := house.rotation()).leaked
    assert house.town.active("ann") == [rotation.new]
    assert house.current()["AccessKeyId"] == rotation.new
    assert rotation.state is State.DEACTIVATED


def test_sessions_are_let_again_when_those_of_the_key_are_over(house: House) -> None:
    quarantined(house, house.town.user("ann"))
    house.town.now += LONGEST_SESSION - 60
    assert detached(house) == []
    house.town.now += 120
    assert detached(house) == ["ann: sessions let"]
    assert house.town.attached == set()
    calls = len(house.town.calls)
    assert detached(house) == []
    assert len(house.town.calls) == calls


def test_a_policy_that_is_not_there_is_told_and_stops_nothing(house: House) -> None:
    def fail(_call: int, when: str, operation: str) -> None:
        if (when, operation) == ("before", "AttachUserPolicy"):
            raise refused(operation, "NoSuchEntity", 404)

    old = house.town.user("ann")
    house.town.fail = fail
    found = quarantined(house, old)
    assert "deploy the member role's policies" in found.findings[0]
    assert house.rotation().new in house.town.active("ann")


def test_the_rotation_under_way_goes_on(house: House) -> None:
    old = house.town.user("ann")
    house.settle()
    new = house.rotation().new
    found = quarantined(house, old)
    assert found.rotation == house.rotation().id
    assert house.town.active("ann") == [new]
    assert house.town.made == 1
    assert house.rotation().state is State.DEACTIVATED


def test_a_new_key_that_leaks_gives_way_to_the_old_one(house: House) -> None:
    old = house.town.user("ann")
    house.settle()
    found = quarantined(house, house.rotation().new)
    assert "was brought back" in found.findings[0]
    assert house.town.active("ann") == [old]
    assert house.rotation().state is State.ROLLED_BACK


def test_sessions_of_a_new_key_that_leaked_are_let_again_too(house: House) -> None:
    house.town.user("ann")
    house.settle()
    quarantined(house, house.rotation().new)
    assert house.town.attached == {POLICY}
    house.town.now += LONGEST_SESSION + 60
    assert detached(house) == ["ann: sessions let"]
    assert house.town.attached == set()


def test_a_new_key_that_leaks_and_whose_old_one_is_gone_is_replaced(house: House) -> None:
    old = house.town.user("ann")
    house.settle()
    leaked = house.rotation().new
    gone = house.town.users["ann"]
    house.town.users["ann"] = replace(gone, keys=tuple(key for key in gone.keys if key.id != old))
    found = quarantined(house, leaked)
    made = next(one for one in house.ledger.every() if one.id == found.rotation)
    assert made.leaked
    assert made.old == leaked
    assert house.town.active("ann") == [made.new]
    assert house.current()["AccessKeyId"] == made.new


def test_a_list_that_lags_does_not_make_a_leaked_key_look_needed(house: House) -> None:
    """What it held before is current again, though there was no pair: the leaked one works no more."""
    old = house.town.user("ann")
    house.settle()
    new = house.rotation().new
    house.town.use("ann", new)
    house.settle()
    real = house.town.look

    def lagging(member: object, name: str, rules: object) -> object:
        user = real(member, name, rules)
        return user and replace(user, keys=tuple(replace(key, active=True) for key in user.keys))

    means = house.means(by="eve", why="on a public page") | {"look": lagging}
    quarantine(member_of(house.town), new, **means)
    assert house.town.active("ann") == [old]
    assert house.current()["AccessKeyId"] == ""


def test_a_key_of_nobody_here(house: House) -> None:
    with pytest.raises(Refused, match="no key of account"):
        quarantined(house, "AKIAUNKNOWN000000000")
    assert house.town.calls == []


def test_while_another_runner_has_the_user_the_key_is_deactivated_all_the_same(house: House) -> None:
    old = house.town.user("ann")
    assert house.ledger.lease(ACCOUNT, house.town.users["ann"].id, "another", 4_000_000_000.0)
    found = quarantined(house, old)
    assert "another runner" in found.findings[0]
    assert house.town.active("ann") == []
