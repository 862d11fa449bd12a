from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import groups, users
from watchword.store.groups import Group
from watchword.store.tx import Tx
from watchword.store.users import User

STAFF = Group("AGPASTAFF", ACCOUNT, "Staff", "/", NOW)
ANN = User("AIDAANN", ACCOUNT, "Ann", "/", None, NOW)


@pytest.fixture
def staffed(store: StoreInHand) -> StoreInHand:
    """A store with the group Staff, and Ann in it."""

    def fill(tx: Tx) -> None:
        groups.add(tx, STAFF)
        users.add(tx, ANN)
        groups.join(tx, STAFF.id, ANN.id)

    store.change(fill)
    return store


def test_a_group_is_found_by_name_in_any_case(staffed: StoreInHand) -> None:
    assert staffed.read(lambda tx: groups.named(tx, ACCOUNT, "sTAFF")) == STAFF
    assert staffed.read(lambda tx: groups.named(tx, "999999999999", "Staff")) is None
    assert STAFF.arn == f"arn:aws:iam::{ACCOUNT}:group/Staff"


def test_groups_are_listed_under_a_path(staffed: StoreInHand) -> None:
    for name, path in (("b", "/x/"), ("A", "/x/y/")):
        staffed.change(partial(groups.add, group=replace(STAFF, id=name, name=name, path=path)))
    found = staffed.read(lambda tx: groups.page(tx, ACCOUNT, path_prefix="/x/", after="", limit=9))
    assert [group.name for group in found] == ["A", "b"]
    assert staffed.read(lambda tx: groups.count(tx, ACCOUNT)) == 3


def test_membership_is_seen_from_both_sides(staffed: StoreInHand) -> None:
    assert staffed.read(lambda tx: groups.members(tx, STAFF.id, after="", limit=9)) == [ANN]
    assert staffed.read(lambda tx: groups.members(tx, STAFF.id, after=ANN.id, limit=9)) == []
    assert staffed.read(lambda tx: groups.groups_of(tx, ANN.id, after="", limit=9)) == [STAFF]
    assert staffed.read(lambda tx: groups.groups_of(tx, ANN.id, after="staff", limit=9)) == []
    assert staffed.read(lambda tx: groups.is_member(tx, STAFF.id, ANN.id))
    assert staffed.read(lambda tx: groups.has_members(tx, STAFF.id))
    assert staffed.read(lambda tx: groups.count_of(tx, ANN.id)) == 1


def test_leaving_tells_whether_one_was_in(staffed: StoreInHand) -> None:
    assert staffed.change(lambda tx: groups.leave(tx, STAFF.id, ANN.id))
    assert not staffed.change(lambda tx: groups.leave(tx, STAFF.id, ANN.id))
    assert not staffed.read(lambda tx: groups.has_members(tx, STAFF.id))


def test_every_change_tells_whom_it_touches(staffed: StoreInHand) -> None:
    def run(tx: Tx) -> list[set[str]]:
        seen = []
        for change in (
            lambda: groups.leave(tx, STAFF.id, ANN.id),
            lambda: groups.join(tx, STAFF.id, ANN.id),
            lambda: groups.rename(tx, STAFF.id, name="Crew", path="/x/"),
            lambda: groups.leave(tx, STAFF.id, ANN.id),
            lambda: groups.remove(tx, STAFF.id),
        ):
            tx.touched.clear()
            change()
            seen.append(set(tx.touched))
        return seen

    both = {STAFF.id, ANN.id}
    assert staffed.change(run) == [both, both, {STAFF.id}, both, {STAFF.id}]
    assert staffed.read(lambda tx: groups.named(tx, ACCOUNT, "crew")) is None
