"""The way back, and what people say of a rotation."""

from __future__ import annotations

import json

import pytest
from msgspec import structs

from tests.support.rotation_world import ACCOUNT, DAY, House, member_of
from watchword.rotation.acting import Refused, Said, acknowledge, approve, resume, undo
from watchword.rotation.records import Event, State
from watchword.rotation.steps import Do, Why
from watchword.rotation.terms import Terms


def undone(house: House, **more: object) -> None:
    undo(member_of(house.town), "ann", **house.means(**({"by": "eve", "why": "jobs broke"} | more)))


def to_the_recovery(house: House) -> str:
    old = house.town.user("ann")
    house.settle()
    house.town.use("ann", house.rotation().new)
    house.settle()
    house.town.now += 11 * DAY
    assert house.settle().done == ("deactivated",)
    return old


def test_in_the_recovery_all_is_brought_back_and_stays(house: House) -> None:
    old = to_the_recovery(house)
    undone(house)
    rotation = house.rotation()
    assert (rotation.state, rotation.undone_by, rotation.undone_why) == (State.ROLLED_BACK, "eve", "jobs broke")
    assert set(house.town.active("ann")) == {old, rotation.new}  # the new one is in use: it is left
    assert house.current()["AccessKeyId"] == rotation.new  # before it there was no pair: it stays, as it works
    house.town.now += 200 * DAY
    settled = house.settle()
    assert [(step.do, step.why) for step in settled.steps] == [(Do.REPORT, Why.PAUSED)]
    assert settled.done == ()


def test_of_the_first_rotation_a_new_key_that_nobody_uses_goes_and_the_secret_holds_none(house: House) -> None:
    old = house.town.user("ann")
    house.settle()
    undone(house)
    assert house.town.active("ann") == [old]
    assert house.current()["AccessKeyId"] == ""


def test_a_second_undo_goes_back_to_the_pair_before_though_the_new_one_is_used(house: House) -> None:
    to_the_recovery(house)
    house.town.now += 11 * DAY
    house.settle()
    first = house.rotation().new
    house.town.now += 95 * DAY
    house.settle()
    second = house.rotation().new
    house.town.use("ann", second)
    house.settle()
    undone(house)
    assert set(house.town.active("ann")) == {first, second}
    assert house.current()["AccessKeyId"] == first


def test_resumed_nothing_of_the_undo_is_left(house: House) -> None:
    to_the_recovery(house)
    undone(house)
    resume(house.ledger, house.rotation().id, by="eve", holder="two", now=house.town.now)
    assert (house.rotation().undone_at, house.rotation().deactivated_at) == (0.0, 0.0)


def test_it_is_not_resumed_while_a_key_that_was_made_in_vain_is_there(house: House) -> None:
    """Closed, it would leave an active key to nobody."""
    house.town.user("ann")
    house.settle()
    rotation = structs.replace(house.rotation(), state=State.ROLLED_BACK, orphans=("AKIALEFT",), undone_at=1.0)
    lease = house.ledger.lease(ACCOUNT, rotation.user_id, "one", 0.0)
    assert lease
    house.ledger.keep(lease, rotation, Event(0.0, ACCOUNT, rotation.user_id, "ann", rotation.id, "undone"))
    house.ledger.release(lease)
    with pytest.raises(Refused, match="AKIALEFT"):
        resume(house.ledger, rotation.id, by="eve", holder="two", now=house.town.now)


def test_the_version_before_is_current_again(house: House) -> None:
    """The second rotation of a user has a pair to go back to."""
    to_the_recovery(house)
    house.town.now += 11 * DAY
    house.settle()
    first = house.rotation().new
    house.town.now += 95 * DAY
    house.town.use("ann", first)
    assert "current" in house.settle().done
    second = house.rotation().new
    assert house.current()["AccessKeyId"] == second
    undone(house)
    assert house.current()["AccessKeyId"] == first
    assert house.town.active("ann") == [first]
    stages = house.town.secrets[f"Account_{ACCOUNT}_User_ann_AccessKey"]["VersionIdsToStages"]
    assert "AWSPENDING" not in json.dumps(stages)


def test_what_is_deleted_cannot_be_brought_back(house: House) -> None:
    old = to_the_recovery(house)
    house.town.now += 11 * DAY
    assert house.settle().done == ("deleted",)
    with pytest.raises(Refused, match=f"{old} was deleted"):
        undone(house)


def test_where_nothing_is_to_be_undone(house: House) -> None:
    house.town.user("ann", age=DAY)
    with pytest.raises(Refused, match="no rotation to undo"):
        undone(house)
    with pytest.raises(Refused, match="there is no user"):
        undo(member_of(house.town), "nobody", **house.means(by="eve", why=""))


def test_resumed_it_is_judged_anew(house: House) -> None:
    house.town.user("ann")
    house.settle()
    undone(house)
    with pytest.raises(Refused, match="undone already"):
        undone(house)
    resume(house.ledger, house.rotation().id, by="eve", holder="two", now=house.town.now)
    assert house.rotation().state is State.ABANDONED
    with pytest.raises(Refused, match="not undone"):
        resume(house.ledger, house.rotation().id, by="eve", holder="two", now=house.town.now)
    said = [(event.what, event.by) for event in house.ledger.history()]
    assert ("intend undo", "one") in said or ("intend undo", "eve") in said
    assert ("resumed", "eve") in said


def test_a_third_partys_key_waits_for_its_owner_twice(house: House) -> None:
    house.terms = Terms(hand_off=True)
    old = house.town.user("ann")
    assert house.settle().steps[0].why is Why.ASK_READY
    rotation = house.rotation()
    with pytest.raises(Refused, match="cannot be installed"):
        acknowledge(house.ledger, rotation.id, Said.INSTALLED, by="owner", holder="two", now=house.town.now)
    acknowledge(house.ledger, rotation.id, Said.READY, by="owner", holder="two", now=house.town.now)
    assert house.settle().steps[0].why is Why.ASK_INSTALLED
    assert house.rotation().state is State.OVERLAP
    house.town.now += 40 * DAY
    assert house.settle().done == ()
    acknowledge(house.ledger, rotation.id, Said.INSTALLED, by="owner", holder="two", now=house.town.now)
    house.settle()
    house.town.now += 11 * DAY
    assert house.settle().done == ("deactivated",)
    assert old not in house.town.active("ann")


def test_a_key_in_use_is_cut_off_only_if_somebody_approved(house: House) -> None:
    old = house.town.user("ann", age=170 * DAY)
    house.settle()
    rotation = house.rotation()
    house.town.use("ann", rotation.new)
    house.settle()
    house.town.now += 15 * DAY
    house.town.use("ann", old)
    assert (house.settle().steps[0].do, house.rotation().state) == (Do.BLOCKED, State.OVERLAP)
    assert "still in use" in house.rotation().blocked
    approve(house.ledger, rotation.id, by="boss", holder="two", now=house.town.now, note="ticket 7")
    assert house.settle().done == ("deactivated",)


def test_a_leaked_key_is_not_brought_back_without_saying_so(house: House) -> None:
    from watchword.rotation.acting import quarantine  # noqa: PLC0415 - the other side of it

    old = house.town.user("ann")
    quarantine(member_of(house.town), old, **house.means(by="eve", why="on a public page"))
    with pytest.raises(Refused, match="quarantined as leaked"):
        undone(house)
    undone(house, even_leaked=True)
    assert old in house.town.active("ann")
