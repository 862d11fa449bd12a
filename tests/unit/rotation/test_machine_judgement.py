"""What a key needs that no rotation speaks of: a table of cases, and the rule that each stands for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.rotation.situations import (
    ENDED,
    EXEMPT,
    NEW,
    OLD,
    TERMS,
    UNKNOWN,
    days,
    key,
    steps,
    used,
    user,
    whole_steps,
)
from watchword.rotation.machine import exemption_of
from watchword.rotation.records import Kind
from watchword.rotation.seen import Key, User
from watchword.rotation.steps import Do, Why
from watchword.rotation.terms import DAY, Response, Terms

case = pytest.param
Found = list[tuple[Do, str, Why]]
IDLE_AFTER_45 = replace(TERMS, unused_after=45 * DAY, unused=Response.DEACTIVATE)


@pytest.mark.parametrize(
    ("of", "terms", "found"),
    [
        # by age
        case(key(age=89, use=used(0)), replace(TERMS, warn=()), (Do.REST, Why.YOUNG), id="young"),
        case(key(age=75, use=used(0)), TERMS, (Do.REST, Why.YOUNG), id="15 days before"),
        case(key(age=76, use=used(0)), TERMS, (Do.WARN, Why.DUE_SOON), id="14 days before"),
        case(key(age=90, use=used(0)), TERMS, (Do.OPEN, Why.AGE), id="due to the second"),
        case(key(age=-5, use=used(0)), TERMS, (Do.REST, Why.YOUNG), id="made in the future: clocks differ"),
        # what could not be read is no no
        case(key(age=90, use=UNKNOWN), TERMS, (Do.BLOCKED, Why.USE_UNKNOWN), id="use unknown"),
        case(key(age=29, use=UNKNOWN), TERMS, (Do.REST, Why.YOUNG), id="use unknown, nothing to do anyway"),
        # never used: seen out, not replaced
        case(key(age=1), TERMS, (Do.REST, Why.YOUNG), id="fresh, never used"),
        case(key(age=20), TERMS, (Do.WARN, Why.RETIRES_SOON), id="never used, soon"),
        case(key(age=30), TERMS, (Do.OPEN, Why.NEVER_USED), id="never used"),
        case(
            key(age=95),
            replace(TERMS, never_used=Response.REPORT),
            (Do.REPORT, Why.NEVER_USED),
            id="told, not replaced",
        ),
        case(key(age=95), replace(TERMS, never_used=Response.REPLACE), (Do.OPEN, Why.AGE), id="never used: by its age"),
        case(key(age=30), replace(TERMS, never_used=Response.REPLACE), (Do.REST, Why.YOUNG), id="by its age, young"),
        case(key(age=95), replace(TERMS, never_used_after=None), (Do.OPEN, Why.AGE), id="no rule: by its age"),
        # unused
        case(key(age=80, use=used(-45)), IDLE_AFTER_45, (Do.OPEN, Why.UNUSED), id="unused"),
        case(key(age=80, use=used(-40)), IDLE_AFTER_45, (Do.WARN, Why.RETIRES_SOON), id="unused, soon"),
        case(key(age=90, use=used(-1)), IDLE_AFTER_45, (Do.OPEN, Why.AGE), id="used: by its age"),
        case(
            key(age=95, use=used(-60)),
            replace(IDLE_AFTER_45, unused=Response.REPORT),
            (Do.REPORT, Why.UNUSED),
            id="unused: a person decides",
        ),
        # an exemption
        case(key(age=300), replace(TERMS, exempt=EXEMPT), (Do.EXEMPT, Why.EXEMPT), id="exempt"),
        case(key(age=95, use=used(0)), replace(TERMS, exempt=ENDED), (Do.OPEN, Why.EXEMPTION_ENDED), id="ended, due"),
        case(
            key(age=5, use=used(0)), replace(TERMS, exempt=ENDED), (Do.REPORT, Why.EXEMPTION_ENDED), id="ended, young"
        ),
        case(key(age=5), replace(TERMS, exempt=ENDED), (Do.REPORT, Why.EXEMPTION_ENDED), id="ended, never used"),
        case(
            key(age=90, use=UNKNOWN), replace(TERMS, exempt=ENDED), (Do.BLOCKED, Why.USE_UNKNOWN), id="ended, unknown"
        ),
        case(key(age=1), replace(TERMS, faults=("bad date",)), (Do.BLOCKED, Why.BAD_TERMS), id="tags not understood"),
    ],
)
def test_a_key_without_a_rotation(of: Key, terms: Terms, found: tuple[Do, Why]) -> None:
    assert steps(user(of), terms=terms) == [(found[0], OLD, found[1])]


def test_a_key_that_nobody_uses_is_retired_and_one_in_use_replaced() -> None:
    assert [step.kind for step in whole_steps(user(key(age=30)))] == [Kind.RETIRE]
    assert [step.kind for step in whole_steps(user(key(age=90, use=used(0))))] == [Kind.REPLACE]


def test_an_inactive_key_has_its_window_from_when_it_was_seen_so_not_from_when_it_was_made() -> None:
    disabled = user(key(age=400, active=False, use=used(-200)))
    (step,) = whole_steps(disabled)
    assert (step.do, step.why, step.at) == (Do.WARN, Why.RECOVERY, days(10))
    assert steps(disabled, since={OLD: days(-9)}) == [(Do.WARN, OLD, Why.RECOVERY)]
    assert steps(disabled, since={OLD: days(-9)}, terms=replace(TERMS, warn=())) == [(Do.WAIT, OLD, Why.RECOVERY)]
    (step,) = whole_steps(disabled, since={OLD: days(-10)})
    assert (step.do, step.why, step.kind) == (Do.OPEN, Why.INACTIVE, Kind.RETIRE)
    assert steps(disabled, forced=True) == steps(disabled), "an inactive key never yields a new one"


@pytest.mark.parametrize(
    ("of", "found"),
    [
        (user(key(age=1), unread=("groups: throttled",)), (Do.BLOCKED, Why.UNREAD)),
        (user(key(age=1), quarantined="AWSCompromisedKeyQuarantineV3"), (Do.REPORT, Why.QUARANTINED)),
        (user(key(age=1, active=False), quarantined="AWSCompromisedKeyQuarantine"), (Do.REPORT, Why.QUARANTINED)),
        (user(key(age=1), quarantined="AWSCompromisedKeyQuarantine", group="exempt"), (Do.REPORT, Why.QUARANTINED)),
        (user(key(age=999, use=used(0)), group="exempt"), (Do.EXEMPT, Why.EXEMPT)),
    ],
)
def test_what_comes_before_a_keys_age(of: User, found: tuple[Do, Why]) -> None:
    assert steps(of) == steps(of, forced=True) == [(found[0], OLD, found[1])]


def test_an_exemption_says_by_what_and_until_when() -> None:
    (step,) = whole_steps(user(key(age=200)), terms=replace(TERMS, exempt=EXEMPT))
    assert (step.at, step.note) == (EXEMPT.until, "moving house (rules.toml:31)")
    grouped = user(key(age=200), group="IAMKeyRotationExemptionGroup")
    (step,) = whole_steps(grouped, terms=replace(TERMS, exempt=ENDED))
    assert (step.at, step.note) == (0.0, "member of `IAMKeyRotationExemptionGroup`")
    assert exemption_of(user(), TERMS) == ""


# Two keys that no rotation speaks of.


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        case(
            key(OLD, age=95, use=used(0)), key(NEW, age=92, use=used(-1)),
            [(Do.BLOCKED, OLD, Why.TWO_KEYS), (Do.BLOCKED, NEW, Why.TWO_KEYS)], id="both due and in use: touch nothing",
        ),
        case(
            key(OLD, age=95, use=used(0)), key(NEW, age=20, use=used(-1)),
            [(Do.BLOCKED, OLD, Why.TWO_KEYS), (Do.REST, NEW, Why.YOUNG)], id="one due",
        ),
        case(
            key(OLD, age=95, use=used(0)), key(NEW, age=1),
            [(Do.BLOCKED, OLD, Why.TWO_KEYS), (Do.REST, NEW, Why.YOUNG)], id="a person's own rotation is under way",
        ),
        case(
            key(OLD, age=95, use=used(0)), key(NEW, age=40),
            [(Do.WAIT, OLD, Why.NO_ROOM), (Do.OPEN, NEW, Why.NEVER_USED)], id="an idle one makes room",
        ),
        case(
            key(OLD, age=95, use=used(0)), key(NEW, age=20),
            [(Do.WAIT, OLD, Why.NO_ROOM), (Do.WARN, NEW, Why.RETIRES_SOON)], id="one that will be idle soon",
        ),
        case(
            key(OLD, age=95, use=used(0)), key(NEW, age=95, active=False),
            [(Do.WAIT, OLD, Why.NO_ROOM), (Do.WARN, NEW, Why.RECOVERY)], id="an inactive one makes room in time",
        ),
        case(
            key(OLD, age=95, use=used(0)), key(NEW, age=95, use=UNKNOWN),
            [(Do.BLOCKED, OLD, Why.TWO_KEYS), (Do.BLOCKED, NEW, Why.USE_UNKNOWN)], id="unknown is not idle",
        ),
        case(
            key(OLD, age=95), key(NEW, age=95),
            [(Do.OPEN, OLD, Why.NEVER_USED), (Do.OPEN, NEW, Why.NEVER_USED)], id="both never used",
        ),
    ],
)  # fmt: skip
def test_two_keys(first: Key, second: Key, found: Found) -> None:
    assert steps(user(first, second)) == found


def test_only_the_key_that_a_rule_fits_is_touched() -> None:
    unused, in_use = key(OLD, age=80, use=used(-50)), key(NEW, age=10, use=used(0))
    assert steps(user(unused, in_use), terms=IDLE_AFTER_45) == [
        (Do.OPEN, OLD, Why.UNUSED),
        (Do.REST, NEW, Why.YOUNG),
    ]


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        case([key(age=2)], [(Do.OPEN, OLD, Why.FORCED)], id="one, never used"),
        case([key(age=2, use=UNKNOWN)], [(Do.BLOCKED, OLD, Why.USE_UNKNOWN)], id="unknown"),
        case(
            [key(age=40), key(NEW, age=9, use=used(0))],
            [(Do.OPEN, OLD, Why.NEVER_USED), (Do.WAIT, NEW, Why.NO_ROOM)],
            id="room is made",
        ),
        case(
            [key(age=40, use=used(0)), key(NEW, age=9, use=used(0))],
            [(Do.BLOCKED, OLD, Why.TWO_KEYS), (Do.BLOCKED, NEW, Why.TWO_KEYS)],
            id="both in use",
        ),
        case(
            [key(age=40), key(NEW, age=40)],
            [(Do.WAIT, OLD, Why.NO_ROOM), (Do.WAIT, NEW, Why.NO_ROOM)],
            id="both idle: neither is chosen",
        ),
    ],
)
def test_a_new_key_asked_for_by_command(keys: list[Key], found: Found) -> None:
    assert steps(user(*keys), forced=True) == found


def test_two_keys_are_told_with_the_next_step_to_take() -> None:
    older, younger = whole_steps(user(key(OLD, age=95, use=used(0)), key(NEW, age=92, use=used(0))))
    assert older.note.startswith("AKIANEW is younger: if it has taken this one's place, deactivate this one")
    assert younger.note.startswith("AKIAOLD is older")


def test_two_keys_of_one_age_are_not_told_to_be_older_than_each_other() -> None:
    for step in whole_steps(user(key(OLD, age=95, use=used(0)), key(NEW, age=95, use=used(0)))):
        assert "is of the same age" in step.note
