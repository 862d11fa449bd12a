"""Every call of a rotation fails in turn, in every way: the next turns always find the way, and nobody is cut off."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from shutil import copyfile

import pytest

from tests.support.rotation_world import DAY, House, Killed, Town, failing, ledger_in, member_of
from watchword.rotation.acting import Refused, resume, undo
from watchword.rotation.records import State

HOWS = ("kill before", "kill after", "lost before", "lost after", "throttled", "denied", "500 before", "500 after")
Ways = list[tuple[str, Callable[[House], None]]]
New = Callable[[], House]


def make(house: House) -> None:
    house.settle()


def prove(house: House) -> None:
    house.town.now += 2 * DAY
    if house.ledger.every() and house.rotation().new in house.town.active("ann"):
        house.town.use("ann", house.rotation().new)
    house.settle()


def deactivate(house: House) -> None:
    house.town.now += 11 * DAY
    house.settle()


PHASES: Ways = [("make", make), ("prove", prove), ("deactivate", deactivate), ("delete", deactivate)]


def safe(house: House) -> None:
    """Somebody can always work, and every key is known."""
    town = house.town
    known = {key for one in house.ledger.every() for key in (one.old, one.new, *one.orphans)}
    pending = any(one.state is State.INTENT for one in house.ledger.every())
    assert town.active("ann")
    strangers = set(town.active("ann")) - known - {"AKIAOLD0000000000001"}
    assert not strangers or pending
    if town.secrets:
        held = house.current()["AccessKeyId"]
        assert held in {"", *town.active("ann")}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger in which nothing stands: each case begins with a copy of it."""
    folder = tmp_path_factory.mktemp("empty")
    ledger_in(folder).close()
    return folder / "ledger.db"


@pytest.fixture
def new_house(empty: Path, tmp_path: Path) -> Callable[[], House]:
    def new() -> House:
        copyfile(empty, tmp_path / "ledger.db")
        house = House(Town(), ledger_in(tmp_path))
        house.town.user("ann")
        return house

    return new


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("number", range(len(PHASES)), ids=[name for name, _ in PHASES])
def test_any_call_of_it(new_house: New, number: int, how: str) -> None:
    call = 0
    while True:
        house = new_house()
        for _, phase in PHASES[:number]:
            phase(house)
        at = len(house.town.calls) + call
        house.town.fail = failing(at, how)
        with suppress(Killed):
            PHASES[number][1](house)
        reached = len(house.town.calls) > at
        house.town.fail = lambda *_: None
        if not reached:
            break
        safe(house)
        house.settle()
        safe(house)
        house.town.now += 61
        house.settle()
        if number == 0:
            assert house.rotation().state is State.OVERLAP, (call, house.town.calls[at], house.ledger.history())
            assert house.current()["AccessKeyId"] == house.rotation().new
        for _ in range(3):  # one turn more than without failures
            deactivate(house)
            prove(house)
            safe(house)
        assert house.ledger.every()[-1].state is State.DELETED, (call, house.ledger.history())
        assert [key.id for key in house.town.users["ann"].keys] == [house.current()["AccessKeyId"]]
        assert house.town.made <= 2
        house.ledger.close()
        call += 1


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("after", [1, 3], ids=["overlap", "deactivated"])
def test_any_call_of_the_way_back(new_house: New, after: int, how: str) -> None:
    call = 0
    while True:
        house = new_house()
        house.settle()
        if after == 3:
            prove(house)
            deactivate(house)
        old = house.rotation().old
        at = len(house.town.calls) + call
        house.town.fail = failing(at, how)
        ended = False
        with suppress(Killed, Refused):
            undone(house)
            ended = True
        reached = len(house.town.calls) > at
        house.town.fail = lambda *_: None
        if not reached:
            assert ended
            break
        safe_while_undone(house)
        if house.rotation().state is not State.ROLLED_BACK:
            if house.rotation().undone_at:
                house.settle()
            else:
                undone(house)
        assert house.rotation().state is State.ROLLED_BACK
        assert old in house.town.active("ann")
        held = house.current()["AccessKeyId"]  # there was no pair before: that of a new key in use stays, as it works
        assert held == (house.rotation().new if after == 3 else "")
        assert held in {"", *house.town.active("ann")}
        house.ledger.close()
        call += 1


def undone(house: House) -> None:
    undo(member_of(house.town), "ann", by="ann", why="too soon", **house.means())


def safe_while_undone(house: House) -> None:
    assert house.town.active("ann")


@pytest.mark.parametrize("how", ["kill before", "kill after", "lost after"])
def test_undone_wherever_the_making_was_ended(new_house: New, how: str) -> None:
    call = 0
    while True:
        house = new_house()
        old = house.town.active("ann")[0]
        house.town.fail = failing(call, how)
        with suppress(Killed):
            house.settle()
        reached = len(house.town.calls) > call
        house.town.fail = lambda *_: None
        if not reached:
            break
        if house.ledger.every():
            house.town.now += 61
            undone(house)
            assert house.rotation().state is State.ROLLED_BACK
            assert house.town.active("ann") == [old]
            assert house.town.made <= 1
            resume(house.ledger, house.rotation().id, by="ann", holder="one", now=house.town.now)
            assert house.rotation().state is State.ABANDONED
        house.ledger.close()
        call += 1
