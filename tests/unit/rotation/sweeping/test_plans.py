"""Plans: what they list, what they allow, and what is told where they no longer match."""

from __future__ import annotations

import msgspec
import pytest

from watchword.rotation.records import Kind, Rotation, State
from watchword.rotation.results import AccountResult, Change, Line, Mode, Run
from watchword.rotation.rules import Rules
from watchword.rotation.rules.shapes import Aws, TagRules
from watchword.rotation.seen import Key, Known, LastUse
from watchword.rotation.steps import Do, Step, Why
from watchword.rotation.sweeping.choice import EVERYTHING
from watchword.rotation.sweeping.holding import Before, held_to
from watchword.rotation.sweeping.plans import (
    Held,
    NoPlan,
    Plan,
    Planned,
    Will,
    digest,
    expect_usable,
    plan_of,
    read_plan,
)

ACCOUNT, USER, KEY = "111122223333", "AIDAUSER", "AKIAOLD"
USED = LastUse(Known.AT, 1.0)


def line(*will: Change, **more: object) -> Line:
    known: dict[str, object] = {
        "account": ACCOUNT, "account_name": "one", "user": "ann", "user_id": USER, "arn": "", "key": KEY,
        "active": True, "created": 0.0, "used": Known.AT, "do": Do.OPEN, "why": Why.AGE,
    }  # fmt: skip
    return Line(**{**known, **more}, will=will)  # type: ignore[arg-type]  # by name


def run(*lines: Line, failed: str = "", mode: Mode = Mode.PLAN) -> Run:
    result = AccountResult(account=ACCOUNT, failed=failed, lines=lines)
    return Run(id="r", mode=mode, by="me", started_at=5.0, ended_at=6.0, accounts=(result,))


def made(*lines: Line, **more: object) -> Plan:
    return plan_of(run(*lines), hub="999", rules="digest", choice=EVERYTHING, **more)  # type: ignore[arg-type]


REPLACED = line(Change(Do.OPEN, KEY), Change(Do.CREATE, KEY), Change(Do.CURRENT, KEY))


def rotation(**more: object) -> Rotation:
    known: dict[str, object] = {
        "id": "r1", "account": ACCOUNT, "user_id": USER, "user": "ann", "kind": Kind.REPLACE, "state": State.DUE,
        "old": KEY, "why": "", "opened_at": 1.0, "opened_by": "x",
    }  # fmt: skip
    return Rotation(**{**known, **more})  # type: ignore[arg-type]  # by name


def test_making_a_key_and_making_it_current_are_one_change() -> None:
    (planned,) = made(REPLACED).changes
    assert (planned.key, planned.will, planned.user_id, planned.why) == (KEY, Will.REPLACE, USER, Why.AGE)


def test_a_beginning_stands_only_where_nothing_follows() -> None:
    assert [one.will for one in made(line(Change(Do.OPEN, KEY))).changes] == [Will.BEGIN]
    retired = line(Change(Do.OPEN, KEY), Change(Do.DEACTIVATE, KEY), kind=Kind.RETIRE)
    assert [one.will for one in made(retired).changes] == [Will.DEACTIVATE]


def test_a_plan_goes_to_a_file_and_back() -> None:
    plan = made(REPLACED)
    assert read_plan(msgspec.json.encode(plan)) == plan
    expect_usable(plan, hub="999", rules="digest")


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b'{"made_at": 1, "hub": "x", "rules": "y", "more": 1}'])
def test_what_is_no_plan_is_refused(text: bytes) -> None:
    with pytest.raises(NoPlan):
        read_plan(text)


def test_a_plan_of_another_version_account_or_rules_or_ahead_of_its_time_is_refused() -> None:
    with pytest.raises(NoPlan, match="version 2"):
        read_plan(msgspec.json.encode(msgspec.structs.replace(made(REPLACED), version=2)))
    with pytest.raises(NoPlan, match="signed in to 1"):
        expect_usable(made(REPLACED), hub="1", rules="digest")
    with pytest.raises(NoPlan, match="rules have changed"):
        expect_usable(made(REPLACED), hub="999", rules="other")
    with pytest.raises(NoPlan, match="looks ahead"):
        expect_usable(made(REPLACED, ahead=True), hub="999", rules="digest")


def test_accounts_that_were_not_reached_are_named() -> None:
    plan = plan_of(run(failed="no role"), hub="999", rules="", choice=EVERYTHING)
    assert (plan.unreached, plan.changes) == ((ACCOUNT,), ())
    with pytest.raises(ValueError, match="dry run"):
        plan_of(run(mode=Mode.APPLY), hub="999", rules="", choice=EVERYTHING)


def test_a_plan_allows_what_it_lists_and_what_that_leads_to() -> None:
    on_record = {"r1": rotation(new="AKIANEW"), "r2": rotation(id="r2", old="AKIAOTHER", new="AKIANEWER")}
    held = Held(made(REPLACED).of_user(ACCOUNT, USER), on_record.get)

    assert held(Step(Do.OPEN, KEY, Why.AGE))
    assert held(Step(Do.CREATE, KEY, Why.AGE, rotation="r1"))
    assert held(Step(Do.CURRENT, "AKIANEW", Why.RESUME, rotation="r1"))
    assert held(Step(Do.DEACTIVATE, "AKIANEW", Why.LOST, rotation="r1"))
    assert not held.refused
    assert not held(Step(Do.DEACTIVATE, KEY, Why.QUIET, rotation="r1"))
    assert not held(Step(Do.OPEN, "AKIAOTHER", Why.AGE))
    assert not held(Step(Do.CURRENT, "AKIANEWER", Why.RESUME, rotation="r2"))
    assert len(held.refused) == 3


def test_an_end_that_is_planned_allows_no_new_key() -> None:
    planned = made(line(Change(Do.OPEN, KEY), Change(Do.DEACTIVATE, KEY), kind=Kind.RETIRE)).of_user(ACCOUNT, USER)
    held = Held(planned, lambda _id: rotation(kind=Kind.RETIRE))

    assert held(Step(Do.OPEN, KEY, Why.NEVER_USED, kind=Kind.RETIRE))
    assert held(Step(Do.DEACTIVATE, KEY, Why.NEVER_USED, kind=Kind.RETIRE, rotation="r1"))
    assert not held(Step(Do.OPEN, KEY, Why.AGE))
    assert not held(Step(Do.DELETE, KEY, Why.RECOVERY, kind=Kind.RETIRE, rotation="r1"))
    assert not held(Step(Do.CREATE, KEY, Why.AGE))


def test_what_was_done_before_is_no_mismatch() -> None:
    plan = made(REPLACED)
    there = {KEY: Key(KEY, active=True, created=0.0, use=USED)}
    resting = line(do=Do.WAIT, why=Why.OVERLAP)

    (told,) = held_to(plan, ACCOUNT, [resting], Before(there, lambda _key: rotation(current_at=3.0)))
    assert not told.error
    (told,) = held_to(plan, ACCOUNT, [resting], Before(there, lambda _key: None))
    assert told.error == f"no longer matches the plan: replace {KEY}"
    (told,) = held_to(plan, ACCOUNT, [resting], Before(there, lambda _key: None, {USER}))
    assert not told.error
    (told,) = held_to(plan, ACCOUNT, [], Before({}, lambda _key: None))
    assert (told.user, told.key) == ("ann", KEY)
    assert "no such user" in told.error


def test_the_digest_is_of_what_judges() -> None:
    assert digest(Rules()) == digest(Rules(aws=Aws(profile="other")))
    assert digest(Rules()) != digest(Rules(exempt_group="others"))
    assert digest(Rules(tags=TagRules(heed=frozenset({"a", "b"})))) == digest(
        Rules(tags=TagRules(heed=frozenset({"b", "a"})))
    )


def test_planned_names_the_user() -> None:
    planned: Planned = made(REPLACED).changes[0]
    assert planned.whose == (ACCOUNT, USER)
