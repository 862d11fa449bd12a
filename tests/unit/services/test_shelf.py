"""A shelf holds so much, and forgets by what things were made from."""

from __future__ import annotations

from watchword.services.shelf import CAPACITY, Shelf


def test_a_shelf_is_bounded_and_forgets_the_oldest_first() -> None:
    shelf: Shelf[int] = Shelf()
    for number in range(CAPACITY):
        shelf.put(str(number), number, frozenset(("all", f"of {number}")))
    assert shelf.find("0") == (0, frozenset(("all", "of 0")))
    shelf.put(str(CAPACITY), CAPACITY, frozenset(("all",)))
    gone = CAPACITY // 8  # an eighth goes at once
    assert shelf.find("0") is shelf.find(str(gone - 1)) is None
    assert shelf.find(str(gone)) == (gone, frozenset(("all", f"of {gone}")))
    shelf.forget(f"of {gone}")
    assert shelf.find(str(gone)) is None
    shelf.forget("all")
    assert shelf.find(str(CAPACITY)) is None
    shelf.forget("all")


def test_a_shelf_forgets_a_thing_by_what_it_is_made_from_now() -> None:
    shelf: Shelf[int] = Shelf()
    shelf.put("a", 1, frozenset(("one",)))
    shelf.put("a", 2, frozenset(("two",)))
    shelf.forget("two")
    assert shelf.find("a") is None
