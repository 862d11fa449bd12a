"""Words for keys and their steps: nobody is told a machine's."""

from __future__ import annotations

import pytest

from watchword.cli.rotation import words
from watchword.rotation.records import Kind, State
from watchword.rotation.results import Line
from watchword.rotation.seen import Known
from watchword.rotation.steps import Do, Why

DAY = 86_400.0
NOW = 1_800_000_000.0


def line(do: Do = Do.REST, why: Why = Why.YOUNG, **more: object) -> Line:
    """Make a line of a key that is a hundred days old."""
    told = {
        "account": "111122223333", "account_name": "payments", "user": "bot", "user_id": "AIDA1", "arn": "",
        "key": "AKIA1", "active": True, "created": NOW - 100 * DAY, "used": Known.NEVER,
    }  # fmt: skip
    return Line(do=do, why=why, **{**told, **more})  # type: ignore[arg-type]


def test_every_step_has_a_word() -> None:
    assert set(words.BEGINS) | {Do.OPEN} == set(Do)
    assert {*words.COMES, *words.PLAIN} <= set(Why.__members__)
    assert set(State) >= words.BEFORE


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (line(Do.OPEN, Why.AGE), "replace"),
        (line(Do.OPEN, Why.NEVER_USED, kind=Kind.RETIRE, at=NOW - DAY), "retire"),
        (line(Do.WARN, Why.DUE_SOON, at=NOW + 3 * DAY), "replace 2027-01-18"),
        (line(Do.WARN, Why.RETIRES_SOON, at=NOW + 3 * DAY), "retire 2027-01-18"),
        (line(Do.WAIT, Why.OVERLAP, at=NOW + 3 * DAY), "deactivate 2027-01-18"),
        (line(Do.WAIT, Why.RECOVERY, at=NOW + 3 * DAY), "delete 2027-01-18"),
        (line(Do.DELETE, Why.RECOVERED), "delete"),
        (line(Do.WAIT, Why.UNSETTLED, at=NOW + 60, state="due"), "replace 08:01"),
        (line(Do.WAIT, Why.UNSETTLED, at=NOW + 60, state="deactivated"), "wait 08:01"),
        (line(Do.BLOCKED, Why.STRANGER), "blocked"),
        (line(at=NOW + 3 * DAY), "keep 2027-01-18"),
    ],
)
def test_what_comes_next(found: Line, says: str) -> None:
    assert words.next_step(found, NOW) == says


def test_last_use_is_days_never_or_unknown() -> None:
    assert words.last_use(line(used=Known.AT, used_at=NOW - 2.5 * DAY), NOW) == "2d"
    assert words.last_use(line(), NOW) == "never"
    assert words.last_use(line(used=Known.UNKNOWN), NOW) == "unknown"
    assert words.last_use(line(created=0.0, used=Known.UNKNOWN), NOW) == ""


def test_only_what_does_not_go_without_saying_is_said() -> None:
    assert words.remark(line(Do.OPEN, Why.AGE)) == ""
    assert words.remark(line(Do.WAIT, Why.RECOVERY, active=False)) == "inactive"
    assert words.remark(line(Do.BLOCKED, Why.STRANGER, note="AKIA2")) == f"{Why.STRANGER}: AKIA2"
    assert words.done(line(done=("created", "stored", "verified", "current"))) == "new key made and kept"
    assert words.done(line(done=("deactivated", "created", "stored", "verified", "current"))) == (
        "new key made and kept, deactivated"
    )
    assert words.done(line(done=("created", "disowned"))) == "created, disowned"


def test_accounts_are_called_by_name_where_that_tells_them_apart() -> None:
    one, other, nameless = line(), line(account="444455556666"), line(account="777788889999", account_name="")
    assert words.accounts_in([one, nameless])(one) == "payments"
    assert words.accounts_in([one, nameless])(nameless) == "777788889999"
    assert words.accounts_in([one, other])(one) == "111122223333 payments"


def test_a_name_like_it_is_asked_for() -> None:
    assert words.meant("biuld-bot", ["build-bot", "deploy"]) == "; did you mean `build-bot`?"
    assert words.meant("nobody", ["build-bot", "deploy"]) == ""
    assert words.counted(1, "key") == "1 key"
    assert words.counted(1200, "key") == "1,200 keys"
