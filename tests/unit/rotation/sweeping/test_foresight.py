"""What carrying everything out would change, asked of the machine alone."""

from __future__ import annotations

from dataclasses import replace

from watchword.rotation.machine import Situation
from watchword.rotation.records import Kind, Rotation, State
from watchword.rotation.seen import NEVER_USED, Key, Known, LastUse, User
from watchword.rotation.steps import Do
from watchword.rotation.sweeping.foresight import foresee
from watchword.rotation.terms import DAY, Terms

NOW = 400 * DAY
TERMS = Terms()


def key(name: str, age: float, *, used: float | None = 1.0, active: bool = True) -> Key:
    use = NEVER_USED if used is None else LastUse(Known.AT, NOW - used * DAY, "s3")
    return Key(name, active, NOW - age * DAY, use)


def user(*keys: Key) -> User:
    return User("111122223333", "AIDAUSER", "ann", "arn:aws:iam::111122223333:user/ann", keys=keys)


def rotation(state: State, **more: object) -> Rotation:
    known: dict[str, object] = {
        "id": "r1", "account": "111122223333", "user_id": "AIDAUSER", "user": "ann", "kind": Kind.REPLACE,
        "state": state, "old": "OLD", "why": "", "opened_at": NOW - 20 * DAY, "opened_by": "x",
    }  # fmt: skip
    return Rotation(**{**known, **more})  # type: ignore[arg-type]  # by name


def changes(situation: Situation, terms: Terms = TERMS) -> list[tuple[str, str]]:
    return [(str(one.change.do), one.change.key) for one in foresee(situation, terms, NOW)]


def test_an_old_key_is_opened_made_and_made_current() -> None:
    assert changes(Situation(user(key("OLD", 95)))) == [("open", "OLD"), ("create", "OLD"), ("make-current", "OLD")]


def test_a_young_key_leads_to_nothing() -> None:
    assert changes(Situation(user(key("OLD", 10)))) == []


def test_a_hand_off_is_begun_and_changes_no_account() -> None:
    assert changes(Situation(user(key("OLD", 95))), replace(TERMS, hand_off=True)) == [("open", "OLD")]


def test_a_key_that_nobody_used_is_deactivated_and_no_other_made() -> None:
    assert changes(Situation(user(key("OLD", 40, used=None)))) == [("open", "OLD"), ("deactivate", "OLD")]


def test_an_inactive_key_goes_when_its_recovery_is_over() -> None:
    situation = Situation(user(key("OLD", 200, used=60.0, active=False)), since={"OLD": NOW - 11 * DAY})
    assert changes(situation) == [("open", "OLD"), ("delete", "OLD")]
    assert changes(replace(situation, since={"OLD": NOW - 9 * DAY})) == []


def test_a_step_half_done_is_foreseen_to_its_end() -> None:
    new = key("NEW", 0, used=None)
    made = rotation(State.CREATED, new="NEW", created_at=NOW - 5, attempts=(NOW - 6,), known=("OLD",))
    assert changes(Situation(user(key("OLD", 95), new), (made,))) == [("make-current", "OLD")]


def test_proof_that_comes_late_leads_to_the_end_of_the_old_key() -> None:
    both = user(key("OLD", 120, used=20.0), key("NEW", 20, used=1.0))
    standing = rotation(
        State.OVERLAP, new="NEW", current_at=NOW - 20 * DAY, verified_at=NOW - 20 * DAY, proven_at=NOW - 19 * DAY
    )
    found = foresee(Situation(both, (standing,)), TERMS, NOW)
    assert [(one.change.do, one.change.key, one.rotation) for one in found] == [(Do.DEACTIVATE, "OLD", "r1")]


def test_forcing_takes_a_key_of_any_age() -> None:
    assert changes(Situation(user(key("OLD", 1)), forced=True))[0] == ("open", "OLD")
