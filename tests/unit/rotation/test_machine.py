"""What a rotation needs next: a table of cases for each of its states, and the rule that each stands for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from tests.unit.rotation.situations import (
    EXEMPT,
    NEW,
    OLD,
    TERMS,
    THIRD,
    UNKNOWN,
    T,
    days,
    deactivated,
    key,
    overlap,
    rotation,
    steps,
    used,
    user,
    whole_steps,
)
from watchword.rotation.machine import gone
from watchword.rotation.records import Kind, Rotation, State
from watchword.rotation.seen import NEVER_USED, Key, Known, LastUse, User
from watchword.rotation.standing import is_used
from watchword.rotation.steps import Do, Why
from watchword.rotation.terms import DAY, Response, Terms

case = pytest.param
HAND_OFF = replace(TERMS, hand_off=True)
IDLE_AFTER_45 = replace(TERMS, unused_after=45 * DAY, unused=Response.DEACTIVATE)
BOTH = user(key(OLD, age=90, use=used(0)), key(NEW))
GONE_INACTIVE = user(key(OLD, age=100, active=False, use=used(-5)), key(NEW, age=10, use=used(0)))


# A replacement, state by state.


@pytest.mark.parametrize(
    ("of", "record", "found"),
    [
        case(user(key(age=90, use=used(0))), {}, (Do.CREATE, OLD, Why.AGE), id="create"),
        case(user(key(age=9, use=used(0))), {"forced": True}, (Do.CREATE, OLD, Why.FORCED), id="by command"),
        case(user(key(age=9, use=used(0))), {}, (Do.CLOSE, OLD, Why.NO_REASON), id="no longer due"),
        case(user(), {}, (Do.CLOSE, OLD, Why.OLD_GONE), id="the old key is gone"),
        case(user(key(age=90, active=False)), {}, (Do.CLOSE, OLD, Why.OLD_INACTIVE), id="deactivated by hand"),
        case(user(key(age=90), key(THIRD)), {}, (Do.BLOCKED, OLD, Why.STRANGER), id="a key was made by hand meanwhile"),
        case(
            user(key(age=90), key(THIRD, active=False)),
            {},
            (Do.WAIT, OLD, Why.NO_ROOM),
            id="an inactive one in the way",
        ),
        case(
            user(key(age=90)), {"attempts": (T - 900, T - 600, T - 300)}, (Do.BLOCKED, OLD, Why.IN_VAIN), id="in vain"
        ),
        case(
            user(key(age=90)), {"attempts": (days(-1), T - 600, T - 300)}, (Do.CREATE, OLD, Why.AGE), id="the next day"
        ),
    ],
)
def test_due(of: User, record: dict[str, Any], found: tuple[Do, str, Why]) -> None:
    assert steps(of, rotation(State.DUE, **record))[0] == found


@pytest.mark.parametrize(
    ("keys", "record", "found"),
    [
        case([], {"attempts": (T - 59,)}, (Do.WAIT, OLD, Why.UNSETTLED), id="lists may not tell yet"),
        case([], {"attempts": (T - 60,)}, (Do.CREATE, OLD, Why.AGE), id="nothing was made"),
        case([key(NEW)], {"attempts": (T - 5,)}, (Do.DISOWN, NEW, Why.LOST), id="the answer was lost"),
        case([key(NEW)], {"attempts": (T - 999, T - 5)}, (Do.DISOWN, NEW, Why.LOST), id="that of the second"),
        case([key(NEW)], {"attempts": (T - 301,)}, (Do.BLOCKED, OLD, Why.STRANGER), id="made long after"),
        case([key(NEW)], {"attempts": (T + 61,)}, (Do.BLOCKED, OLD, Why.STRANGER), id="made before"),
        case(
            [key(NEW, use=used(0))],
            {"attempts": (T,)},
            (Do.BLOCKED, OLD, Why.STRANGER),
            id="somebody uses it: not ours",
        ),
        case([key(NEW, use=UNKNOWN)], {"attempts": (T,)}, (Do.BLOCKED, NEW, Why.USE_UNKNOWN), id="unknown"),
        case([key(NEW), key(THIRD)], {"attempts": (T,)}, (Do.BLOCKED, OLD, Why.STRANGER), id="which one is not known"),
    ],
)
def test_intent(keys: list[Key], record: dict[str, Any], found: tuple[Do, str, Why]) -> None:
    of = user(key(age=90, use=used(0)), *keys)
    assert steps(of, rotation(State.INTENT, known=(OLD,), **record))[0] == found


def test_a_key_that_may_be_ours_is_left_alone_if_it_is_all_that_works() -> None:
    intent = rotation(State.INTENT, known=(OLD,), attempts=(T,))
    assert steps(user(key(NEW)), intent)[0] == (Do.BLOCKED, OLD, Why.STRANGER)
    assert steps(user(key(age=90, active=False), key(NEW)), intent)[0] == (Do.BLOCKED, OLD, Why.STRANGER)
    leaked = structs.replace(intent, leaked=True)
    assert steps(user(key(age=90, active=False), key(NEW)), leaked)[0] == (Do.DISOWN, NEW, Why.LOST)


def test_an_intent_whose_old_key_is_gone_is_closed() -> None:
    intent = rotation(State.INTENT, known=(OLD,), attempts=(T - 60,))
    assert steps(user(), intent) == [(Do.CLOSE, OLD, Why.OLD_GONE)]


@pytest.mark.parametrize(
    ("state", "new", "found"),
    [
        (State.CREATED, [key(NEW)], (Do.RECALL, NEW, Why.RESUME)),
        (State.STORED, [key(NEW)], (Do.VERIFY, NEW, Why.RESUME)),
        (State.VERIFIED, [key(NEW)], (Do.CURRENT, NEW, Why.RESUME)),
        (State.CREATED, [], (Do.WAIT, NEW, Why.UNSETTLED)),
        (State.STORED, [key(NEW, active=False)], (Do.BLOCKED, NEW, Why.NEW_GONE)),
    ],
)
def test_on_the_way(state: State, new: list[Key], found: tuple[Do, str, Why]) -> None:
    assert steps(user(key(age=90), *new), rotation(state, created_at=T)) == [found]


@pytest.mark.parametrize("state", [State.CREATED, State.STORED, State.VERIFIED])
def test_a_new_key_that_is_gone_is_disowned_and_another_made(state: State) -> None:
    made = rotation(state, created_at=T - 60, attempts=(T - 61,))
    assert steps(user(key(age=90)), made) == [(Do.DISOWN, NEW, Why.LOST)]
    due = structs.replace(made, state=State.DUE, new="", orphans=(NEW,))
    assert steps(user(key(age=90)), due) == [(Do.FORGET, NEW, Why.LOST)]


@pytest.mark.parametrize(
    ("orphan", "now", "found"),
    [
        (key(NEW), T, (Do.DEACTIVATE, Why.LOST)),
        (key(NEW, active=False), T, (Do.DELETE, Why.LOST)),
        (key(NEW, active=False, use=used(0, "sts")), T, (Do.DELETE, Why.LOST)),  # our own question who it is
        (key(NEW, use=used(0)), T, (Do.BLOCKED, Why.ORPHAN_USED)),
        (key(NEW, active=False, use=used(0.1, "sts")), days(0.1), (Do.BLOCKED, Why.ORPHAN_USED)),
        (key(NEW, active=False, use=UNKNOWN), T, (Do.BLOCKED, Why.USE_UNKNOWN)),
        (None, T + 59, (Do.WAIT, Why.UNSETTLED)),
        (None, T + 60, (Do.FORGET, Why.LOST)),
    ],
)
@pytest.mark.parametrize("state", [State.DUE, State.ROLLED_BACK])
def test_an_orphan_is_seen_out_first(orphan: Key | None, now: float, found: tuple[Do, Why], state: State) -> None:
    of = user(key(age=90), *([orphan] if orphan else []))
    due = rotation(state, orphans=(NEW,), attempts=(T,), updated_at=T, new="")
    due = structs.replace(due, new="")
    (step,) = whole_steps(of, due, now=now)
    assert (step.do, step.key, step.why) == (found[0], NEW, found[1])


# Both keys work.


@pytest.mark.parametrize(
    ("old", "new", "record", "day", "found"),
    [
        case(used(0), NEVER_USED, {}, 1, (Do.WAIT, OLD, Why.OVERLAP), id="new key not yet in use"),
        case(used(0), used(0, "sts"), {}, 1, (Do.WAIT, OLD, Why.OVERLAP), id="our own question is no proof"),
        case(used(0), used(0.1, "sts"), {}, 1, (Do.PROVEN, NEW, Why.PROVEN), id="another's is"),
        case(used(0), used(0), {}, 1, (Do.PROVEN, NEW, Why.PROVEN), id="in use"),
        case(used(9), NEVER_USED, {}, 10, (Do.REPORT, OLD, Why.NOT_INSTALLED), id="never installed"),
        case(NEVER_USED, NEVER_USED, {}, 99, (Do.BLOCKED, OLD, Why.NOT_INSTALLED), id="escalated at 180 days"),
        case(NEVER_USED, NEVER_USED, {"approved_at": T}, 89, (Do.REPORT, OLD, Why.NOT_INSTALLED), id="too early"),
        case(NEVER_USED, NEVER_USED, {"approved_at": T}, 90, (Do.DEACTIVATE, OLD, Why.APPROVED), id="approved"),
        case(used(0), used(1), {"proven_at": days(1)}, 2, (Do.WARN, OLD, Why.OVERLAP), id="told in time"),
        case(used(1), used(9), {"proven_at": days(1)}, 10.9, (Do.WARN, OLD, Why.OVERLAP), id="not yet"),
        case(used(1), used(9), {"proven_at": days(1)}, 11, (Do.DEACTIVATE, OLD, Why.QUIET), id="quiet"),
        case(NEVER_USED, used(9), {"proven_at": days(1)}, 11, (Do.DEACTIVATE, OLD, Why.QUIET), id="never used"),
        case(used(10), used(9), {"proven_at": days(1)}, 11, (Do.REPORT, OLD, Why.STILL_USED), id="used yesterday"),
        case(used(8), used(9), {"proven_at": days(1)}, 11, (Do.REPORT, OLD, Why.STILL_USED), id="told late"),
        case(used(89), used(9), {"proven_at": days(1)}, 90, (Do.BLOCKED, OLD, Why.STILL_USED), id="escalated"),
        case(
            used(89),
            used(9),
            {"proven_at": days(1), "approved_at": T},
            90,
            (Do.DEACTIVATE, OLD, Why.APPROVED),
            id="cut off with approval",
        ),
        case(UNKNOWN, used(9), {"proven_at": days(1)}, 11, (Do.BLOCKED, OLD, Why.USE_UNKNOWN), id="old unknown"),
        case(used(1), UNKNOWN, {"proven_at": days(1)}, 11, (Do.BLOCKED, NEW, Why.USE_UNKNOWN), id="new unknown"),
        case(
            UNKNOWN,
            NEVER_USED,
            {"approved_at": T},
            99,
            (Do.BLOCKED, OLD, Why.USE_UNKNOWN),
            id="unknown, though approved",
        ),
        # an owner's word that it is installed
        case(used(1), NEVER_USED, {"installed_at": days(2)}, 11, (Do.WARN, OLD, Why.OVERLAP), id="said, not yet"),
        case(used(1), NEVER_USED, {"installed_at": days(2)}, 12, (Do.DEACTIVATE, OLD, Why.QUIET), id="said"),
        case(
            used(3), NEVER_USED, {"installed_at": days(2)}, 20, (Do.REPORT, OLD, Why.STILL_USED), id="said, and not so"
        ),
    ],
)
def test_overlap(old: LastUse, new: LastUse, record: dict[str, Any], day: float, found: tuple[Do, str, Why]) -> None:
    of = user(key(OLD, age=90, use=old), key(NEW, use=new))
    assert steps(of, overlap(**record), now=days(day)) == [found]


@pytest.mark.parametrize(
    ("of", "found"),
    [
        (user(key(NEW, use=used(0))), (Do.CLOSE, OLD, Why.OLD_GONE)),
        (user(key(OLD, age=90, active=False), key(NEW)), (Do.DEACTIVATED, OLD, Why.INACTIVE)),
        (user(key(OLD, age=90)), (Do.BLOCKED, NEW, Why.NEW_GONE)),
        (user(key(OLD, age=90), key(NEW, active=False)), (Do.BLOCKED, NEW, Why.NEW_GONE)),
        (user(key(OLD, age=90, active=False)), (Do.BLOCKED, NEW, Why.NEW_GONE)),
    ],
)
def test_hands_on_the_keys_in_the_overlap(of: User, found: tuple[Do, str, Why]) -> None:
    assert steps(of, overlap(proven_at=T), now=days(20)) == [found]


def test_lists_may_not_tell_of_the_new_key_yet() -> None:
    assert steps(user(key(age=90)), overlap(), now=T + 59) == [(Do.WAIT, NEW, Why.UNSETTLED)]


def test_proof_counts_from_when_the_secret_was_current() -> None:
    (step,) = whole_steps(user(key(age=90), key(NEW, use=used(-0.5))), overlap(), now=days(1))
    assert (step.do, step.at) == (Do.PROVEN, T)
    (step,) = whole_steps(user(key(age=90), key(NEW, use=used(0.5))), overlap(), now=days(1))
    assert step.at == days(0.5)


# The old key is inactive.


@pytest.mark.parametrize(
    ("of", "day", "found"),
    [
        (GONE_INACTIVE, 9, (Do.WARN, OLD, Why.RECOVERY)),
        (GONE_INACTIVE, 10, (Do.DELETE, OLD, Why.RECOVERED)),
        (user(key(age=100, active=False, use=UNKNOWN), key(NEW)), 10, (Do.BLOCKED, OLD, Why.USE_UNKNOWN)),
        (user(key(age=100, active=False, use=used(5)), key(NEW)), 10, (Do.WARN, OLD, Why.RECOVERY)),
        (user(key(age=100), key(NEW)), 0, (Do.WAIT, OLD, Why.UNSETTLED)),
        (user(key(age=100), key(NEW)), 1, (Do.ROLLED_BACK, OLD, Why.REACTIVATED)),
        (user(key(age=100)), 1, (Do.ROLLED_BACK, OLD, Why.REACTIVATED)),
        (user(key(age=100, active=False), key(NEW, active=False)), 10, (Do.BLOCKED, NEW, Why.NEW_GONE)),
        (user(key(age=100, active=False)), 10, (Do.BLOCKED, NEW, Why.NEW_GONE)),
        (user(key(NEW)), 1, (Do.CLOSE, OLD, Why.OLD_GONE)),
    ],
)
def test_recovery(of: User, day: float, found: tuple[Do, str, Why]) -> None:
    assert steps(of, deactivated(), now=days(day)) == [found]


def test_the_window_begins_anew_when_the_key_was_seen_active_after() -> None:
    assert steps(GONE_INACTIVE, deactivated(), now=days(11), since={OLD: days(2)}) == [(Do.WARN, OLD, Why.RECOVERY)]
    assert steps(GONE_INACTIVE, deactivated(), now=days(12), since={OLD: days(2)}) == [(Do.DELETE, OLD, Why.RECOVERED)]


# A retirement.


@pytest.mark.parametrize(
    ("of", "record", "terms", "day", "found"),
    [
        (key(age=30), {}, TERMS, 0, (Do.DEACTIVATE, Why.NEVER_USED)),
        (key(age=80, use=used(-50)), {}, IDLE_AFTER_45, 0, (Do.DEACTIVATE, Why.UNUSED)),
        (key(age=80, use=used(-50)), {}, TERMS, 0, (Do.CLOSE, Why.NO_REASON)),  # the rule is gone
        (key(age=30, use=used(0)), {}, TERMS, 0, (Do.CLOSE, Why.NO_REASON)),  # it is used after all
        (key(age=30), {}, replace(TERMS, never_used=Response.REPLACE), 0, (Do.CLOSE, Why.NO_REASON)),
        (key(age=30, use=UNKNOWN), {}, TERMS, 0, (Do.BLOCKED, Why.USE_UNKNOWN)),
        (key(age=30, active=False), {}, TERMS, 0, (Do.DEACTIVATED, Why.INACTIVE)),
        (None, {}, TERMS, 0, (Do.CLOSE, Why.OLD_GONE)),
        (key(age=30, active=False), {"deactivated_at": T}, TERMS, 9, (Do.WARN, Why.RECOVERY)),
        (key(age=30, active=False), {"deactivated_at": T}, TERMS, 10, (Do.DELETE, Why.RECOVERED)),
        (key(age=30, active=False, use=UNKNOWN), {"deactivated_at": T}, TERMS, 10, (Do.BLOCKED, Why.USE_UNKNOWN)),
        (key(age=30), {"deactivated_at": T}, TERMS, 1, (Do.ROLLED_BACK, Why.REACTIVATED)),
        (key(age=30, active=False), {}, replace(TERMS, exempt=EXEMPT), 0, (Do.DEACTIVATED, Why.INACTIVE)),
        (key(age=30), {}, replace(TERMS, exempt=EXEMPT), 0, (Do.EXEMPT, Why.EXEMPT)),
    ],
)
def test_retirement(of: Key | None, record: dict[str, Any], terms: Terms, day: float, found: tuple[Do, Why]) -> None:
    state = State.DEACTIVATED if record else State.DUE
    retiring = rotation(state, kind=Kind.RETIRE, **record)
    assert steps(user(*([of] if of else [])), retiring, terms=terms, now=days(day)) == [(found[0], OLD, found[1])]


# A leaked key.


@pytest.mark.parametrize(
    ("of", "state", "found"),
    [
        (user(key(age=5, use=used(0))), State.DUE, (Do.DEACTIVATE, OLD, Why.LEAKED)),
        (user(key(age=5, use=UNKNOWN)), State.DUE, (Do.DEACTIVATE, OLD, Why.LEAKED)),
        (user(key(age=5, active=False)), State.DUE, (Do.CREATE, OLD, Why.LEAKED)),
        (user(), State.DUE, (Do.CREATE, OLD, Why.LEAKED)),
        (user(key(age=5, active=False), key(THIRD)), State.DUE, (Do.BLOCKED, OLD, Why.NO_ROOM)),
        (user(key(THIRD)), State.DUE, (Do.CREATE, OLD, Why.LEAKED)),
        (user(key(age=5, active=False), key(NEW)), State.OVERLAP, (Do.DEACTIVATED, OLD, Why.INACTIVE)),
        (user(key(age=5), key(NEW)), State.OVERLAP, (Do.DEACTIVATE, OLD, Why.LEAKED)),
        (user(key(age=5), key(NEW)), State.DEACTIVATED, (Do.DEACTIVATE, OLD, Why.LEAKED)),
        (user(key(age=5, active=False), key(NEW)), State.DEACTIVATED, (Do.WARN, OLD, Why.RECOVERY)),
    ],
)
def test_a_leaked_key_stays_inactive_and_gets_a_successor(of: User, state: State, found: tuple[Do, str, Why]) -> None:
    leaked = rotation(state, leaked=True, created_at=T, deactivated_at=T)
    for terms in (TERMS, HAND_OFF, replace(TERMS, exempt=EXEMPT)):
        assert steps(of, leaked, terms=terms)[0] == found


def test_a_leaked_key_is_deactivated_before_an_orphan_is_looked_at() -> None:
    leaked = rotation(State.DUE, leaked=True, orphans=(NEW,))
    assert steps(user(key(age=5), key(NEW, use=UNKNOWN)), leaked) == [(Do.DEACTIVATE, OLD, Why.LEAKED)]


def test_a_quarantine_by_aws_is_told_while_a_rotation_rests() -> None:
    of = replace(BOTH, quarantined="AWSCompromisedKeyQuarantineV2")
    assert steps(of, overlap()) == [(Do.REPORT, OLD, Why.QUARANTINED)]
    assert steps(replace(GONE_INACTIVE, quarantined="V2"), deactivated(), now=days(10))[0][0] is Do.DELETE


# A third party's key.


def test_a_hand_off_waits_for_its_owner_twice() -> None:
    of = user(key(age=90, use=used(0)))
    assert steps(of, rotation(State.DUE), terms=HAND_OFF) == [(Do.ASK, OLD, Why.ASK_READY)]
    assert steps(of, rotation(State.DUE, ready_at=T), terms=HAND_OFF) == [(Do.CREATE, OLD, Why.AGE)]
    both = user(key(age=90, use=used(1)), key(NEW, use=used(9)))
    proven = overlap(proven_at=days(1))
    assert steps(both, proven, terms=HAND_OFF, now=days(20)) == [(Do.ASK, OLD, Why.ASK_INSTALLED)]
    installed = structs.replace(proven, installed_at=days(2))
    assert steps(both, installed, terms=HAND_OFF, now=days(20)) == [(Do.DEACTIVATE, OLD, Why.QUIET)]
    approved = structs.replace(proven, approved_at=days(2))
    assert steps(both, approved, terms=HAND_OFF, now=days(89)) == [(Do.ASK, OLD, Why.ASK_INSTALLED)]
    assert steps(both, approved, terms=HAND_OFF, now=days(90)) == [(Do.DEACTIVATE, OLD, Why.APPROVED)]


# What holds a rotation.


@pytest.mark.parametrize("state", [state for state in State if state not in {State.DELETED, State.ABANDONED}])
@pytest.mark.parametrize("kind", Kind)
def test_nothing_is_done_to_a_user_of_whom_something_was_not_read(state: State, kind: Kind) -> None:
    of = replace(BOTH, unread=("tags: AccessDenied",))
    found = whole_steps(of, rotation(state, kind=kind, attempts=(T,), undone_at=T), now=days(99))
    assert {(step.do, step.why, step.note) for step in found} == {(Do.BLOCKED, Why.UNREAD, "tags: AccessDenied")}


@pytest.mark.parametrize("state", [state for state in State if state not in {State.DELETED, State.ABANDONED}])
def test_another_user_of_the_same_name_is_not_touched(state: State) -> None:
    of = user(key(age=1), of="AIDAOTHER")
    assert steps(of, rotation(state), now=T)[0] == (Do.CLOSE, OLD, Why.OTHER_USER)


def test_a_user_that_is_gone_closes_what_is_on_record() -> None:
    closed = gone([rotation(State.OVERLAP), rotation(State.ROLLED_BACK)])
    assert [(step.do, step.why, step.rotation) for step in closed] == [(Do.CLOSE, Why.USER_GONE, "r")] * 2


def test_tags_that_cannot_be_understood_stop_everything() -> None:
    assert steps(BOTH, overlap(), terms=replace(TERMS, faults=("until when?",))) == [(Do.BLOCKED, OLD, Why.BAD_TERMS)]


@pytest.mark.parametrize(
    ("record", "of", "found"),
    [
        (rotation(State.DUE), user(key(age=90)), Do.EXEMPT),
        (rotation(State.INTENT, known=(OLD,), attempts=(T - 99,)), user(key(age=90)), Do.EXEMPT),  # no new one is begun
        (rotation(State.INTENT, known=(OLD,), attempts=(T,)), user(key(age=90), key(NEW)), Do.DISOWN),
        (rotation(State.CREATED), BOTH, Do.RECALL),  # what is half made is made whole
        (rotation(State.VERIFIED), BOTH, Do.CURRENT),
        (overlap(proven_at=days(-20)), BOTH, Do.EXEMPT),
        (overlap(), user(key(age=90), key(NEW, use=used(0))), Do.PROVEN),
        (deactivated(deactivated_at=days(-20)), GONE_INACTIVE, Do.EXEMPT),
        (deactivated(deactivated_at=days(-20)), BOTH, Do.ROLLED_BACK),
        (rotation(State.DUE, orphans=(NEW,)), BOTH, Do.DEACTIVATE),
    ],
)
def test_an_exemption_in_mid_rotation(record: Rotation, of: User, found: Do) -> None:
    assert steps(of, record, terms=replace(TERMS, exempt=EXEMPT))[0][0] is found
    assert steps(replace(of, exempt_group="exempt"), record)[0][0] is found


# The way back.


def test_what_was_undone_stays_so_until_it_is_resumed() -> None:
    undone = rotation(State.ROLLED_BACK, undone_why="payments failed")
    (step,) = whole_steps(BOTH, undone, now=days(500), forced=True)
    assert (step.do, step.why, step.note) == (Do.REPORT, Why.PAUSED, "payments failed")
    assert step.is_finding
    assert steps(user(key(NEW)), undone) == [(Do.CLOSE, OLD, Why.OLD_GONE)]


def test_an_undo_that_was_ended_half_way_is_gone_on_with() -> None:
    begun = deactivated(undone_at=T, undone_why="payments failed")
    assert steps(GONE_INACTIVE, begun, now=days(99)) == [(Do.ROLLED_BACK, OLD, Why.RESUME)]


def test_the_step_that_must_not_wait_comes_first() -> None:
    retiring = structs.replace(rotation(State.DUE, kind=Kind.RETIRE), id="q", old=THIRD)
    leaked = rotation(State.DUE, leaked=True)
    found = whole_steps(user(key(THIRD, age=40), key(OLD, age=5)), retiring, leaked)
    assert [step.rotation for step in found] == ["r", "q"]


@pytest.mark.parametrize(("verified_at", "is_ours"), [(0.0, True), (T, True), (days(-1), False)])
def test_our_own_question_with_a_new_key_is_no_use_of_it(verified_at: float, *, is_ours: bool) -> None:
    """Ended between the question and the record of it, the instant of the last record stands for it."""
    made = rotation(State.STORED, verified_at=verified_at, updated_at=T)
    for name in (NEW, THIRD):  # an orphan likewise
        asked = Key(name, active=True, created=T, use=LastUse(Known.AT, T + 60, "sts"))
        assert is_used(made, asked) is not is_ours
