"""Whose keys may need anything: a key that is not asked about is one that certainly needs nothing."""

from __future__ import annotations

import pytest

from watchword.rotation.inventory.candidates import bounds_of, may_need
from watchword.rotation.inventory.report import Row, Slot
from watchword.rotation.rules.shapes import Bounds
from watchword.rotation.terms import DAY, Exemption, Terms

NOW = 1000 * DAY
BOUNDS = Bounds(76 * DAY, 31 * DAY, 16 * DAY)


def active(changed: float | None, used: float | None) -> Slot:
    return Slot(active=True, changed=changed, used=used)


def inactive(changed: float | None, used: float | None) -> Slot:
    return Slot(active=False, changed=changed, used=used)


NONE = inactive(None, None)


def ago(days: float) -> float:
    return NOW - days * DAY


def row(*slots: Slot) -> Row:
    return Row("ann", "arn:aws:iam::1:user/ann", ago(500), slots, {})


@pytest.mark.parametrize(
    ("slot", "needs"),
    [
        (NONE, False),
        (active(ago(75.9), ago(1)), False),
        (active(ago(76), ago(1)), True),
        (active(ago(15.9), None), False),
        (active(ago(16), None), True),
        (active(ago(40), ago(30.9)), False),
        (active(ago(40), ago(31)), True),
        (inactive(ago(1), None), True),  # inactive
        (inactive(None, ago(1)), True),  # inactive, with no date of its own
        (active(None, None), True),  # nothing is known of its age
        (active(ago(3), ago(10)), True),  # in use before it was last changed: it is older than that
    ],
)
def test_each_place_by_itself(slot: Slot, needs: bool) -> None:  # noqa: FBT001 - a case's value
    assert may_need(row(NONE, slot), BOUNDS, NOW) is needs
    assert may_need(row(slot, NONE), BOUNDS, NOW) is needs


def test_rules_that_are_lifted_ask_about_nobody() -> None:
    assert not may_need(row(active(ago(75), None)), Bounds(76 * DAY, None, None), NOW)
    assert not may_need(row(active(ago(75), ago(60))), Bounds(76 * DAY, None, None), NOW)


def test_terms_that_are_known_say_when() -> None:
    assert bounds_of(Terms()) == Bounds(76 * DAY, None, 16 * DAY)
    assert bounds_of(Terms(unused_after=45 * DAY, warn=())) == Bounds(90 * DAY, 45 * DAY, 30 * DAY)
    assert bounds_of(Terms(faults=("bad",))).age == 0.0
    assert bounds_of(Terms(exempt=Exemption(0.0, "x", "tag"))).age == 0.0
