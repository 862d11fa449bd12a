"""History, sightings, exemptions, pace, messages and runs."""

from __future__ import annotations

import pytest

from tests.unit.rotation.ledger.rows import ACCOUNT, T, event
from watchword.rotation.ledger import Exempted, Ledger, NotOnRecord
from watchword.rotation.notices import Delivery
from watchword.rotation.results import AccountResult, Line, Mode, Run
from watchword.rotation.seen import Known
from watchword.rotation.steps import Do, Why


def test_history_is_found_by_account_user_and_rotation(ledger: Ledger) -> None:
    for number in range(5):
        ledger.note(event(f"line {number}", of=f"r-{number % 2}", user="ann" if number else "bob"))
    assert [line.what for line in ledger.history(limit=2)] == ["line 3", "line 4"]
    assert [line.what for line in ledger.history(rotation="r-1")] == ["line 1", "line 3"]
    assert [line.what for line in ledger.history(ACCOUNT, "bob")] == ["line 0"]
    assert len(ledger.history(user="AIDAANN")) == 5
    assert ledger.history("444455556666") == []


def test_a_key_is_as_it_is_since_the_first_look_that_found_it_so(ledger: Ledger) -> None:
    assert ledger.sighted(ACCOUNT, {"AKIAA": True, "AKIAB": False}, T) == {"AKIAA": T, "AKIAB": T}
    assert ledger.sighted(ACCOUNT, {"AKIAA": False, "AKIAB": False}, T + 5) == {"AKIAA": T + 5, "AKIAB": T}
    assert ledger.sighted(ACCOUNT, {"AKIAA": False}, T + 9) == {"AKIAA": T + 5}
    assert ledger.sighted(ACCOUNT, {"AKIAB": True}, T + 9) == {"AKIAB": T + 9}
    assert ledger.sighted("444455556666", {"AKIAB": True}, T + 11) == {"AKIAB": T + 11}
    many = {f"AKIA{number}": True for number in range(1200)}
    assert ledger.sighted(ACCOUNT, many, T) == ledger.sighted(ACCOUNT, many, T + 1)


def test_exemptions_stand_until_they_are_lifted(ledger: Ledger) -> None:
    ledger.exempt(ACCOUNT, "ann", T, "moving house", "lea", at=T - 5)
    ledger.exempt(ACCOUNT, "ann", T + 5, "still moving", "lea", at=T)
    assert ledger.exemptions() == (Exempted(ACCOUNT, "ann", T + 5, "still moving", "lea", T),)
    assert ledger.exemptions("444455556666") == ()
    assert [ledger.lift(ACCOUNT, "ann"), ledger.lift(ACCOUNT, "ann")] == [True, False]


def test_workers_share_a_pace(ledger: Ledger) -> None:
    assert ledger.pace(ACCOUNT) is None
    for pace in (10.0, 2.5):
        ledger.set_pace(ACCOUNT, pace)
    assert ledger.pace(ACCOUNT) == 2.5


MESSAGE = Delivery(id="d-1", run="run-1", to="ann@example.com", subject="Two keys", text="Dear", owed_at=T)


def test_nobody_is_told_twice_and_a_message_is_owed_once(ledger: Ledger) -> None:
    assert ledger.untold("ann@example.com", ["a", "b"]) == {"a", "b"}
    ledger.owe(MESSAGE, ["a"])
    ledger.owe(MESSAGE, ["b"])  # again the same id: nothing happens
    assert ledger.untold("ann@example.com", ["a", "b"]) == {"b"}
    assert ledger.untold("bob@example.com", ["a"]) == {"a"}
    ledger.told("ann@example.com", ["a", "b"], "run-2", T)
    assert ledger.untold("ann@example.com", ["a", "b"]) == set()
    assert ledger.owed() == [MESSAGE]


def test_a_message_is_owed_until_it_has_arrived_or_is_given_up(ledger: Ledger) -> None:
    ledger.owe(MESSAGE)
    ledger.undeliverable("d-1", "no route", T + 1)
    (owed,) = ledger.owed()
    assert (owed.attempts, owed.tried_at, owed.error) == (1, T + 1, "no route")
    assert ledger.deliveries("run-1", failed=True) == [owed]
    ledger.delivered("d-1", T + 2)
    ledger.undeliverable("d-1", "too late", T + 3)
    (arrived,) = ledger.deliveries()
    assert (arrived.attempts, arrived.delivered_at, arrived.error) == (2, T + 2, "")
    ledger.owe(Delivery(id="d-2", run="run-2", to="#ops", subject="s", text="t", owed_at=T))
    ledger.undeliverable("d-2", "no such channel", T + 1, give_up=True)
    assert ledger.owed() == []
    assert [one.id for one in ledger.deliveries(failed=True)] == ["d-2"]
    ledger.trim(leave=10, before=T + 100)
    assert [one.id for one in ledger.deliveries()] == ["d-2"]


def line(key: str, *, finding: bool = False, done: tuple[str, ...] = (), error: str = "") -> Line:
    return Line(
        account=ACCOUNT, account_name="shop", user="ann", user_id="AIDAANN", arn="arn", key=key, active=True, created=T,
        used=Known.NEVER, do=Do.REST, why=Why.YOUNG, finding=finding, done=done, error=error,
    )  # fmt: skip


def test_a_run_is_kept_account_by_account(ledger: Ledger) -> None:
    first = AccountResult(account=ACCOUNT, lines=(line("A", finding=True), line("B", done=("created", "stored"))))
    second = AccountResult(account="444455556666", failed="AccessDenied")
    started = Run(id="run-1", mode=Mode.APPLY, by="lea", started_at=T, ended_at=0.0, accounts=())
    ledger.keep_run(started)
    ledger.keep_result("run-1", second)
    ledger.keep_result("run-1", first)
    ledger.keep_run(Run(id="run-1", mode=Mode.APPLY, by="lea", started_at=T, ended_at=T + 60, accounts=()))
    assert list(ledger.results("run-1")) == [first, second]
    whole = ledger.run("run-1")
    assert (whole.ended_at, whole.accounts) == (T + 60, (first, second))
    (summary,) = ledger.runs()
    assert (summary.accounts, summary.failed, summary.keys, summary.findings, summary.changes) == (2, 1, 2, 1, 1)


def test_old_runs_are_forgotten(ledger: Ledger) -> None:
    for number in range(5):
        accounts = (AccountResult(account=ACCOUNT, lines=(line("A", error="denied"),)),)
        run = Run(id=f"run-{number}", mode=Mode.PLAN, by="", started_at=T + number, ended_at=T, accounts=accounts)
        ledger.keep_run(run)
    ledger.trim(leave=2, before=0.0)
    assert [(run.id, run.failed) for run in ledger.runs()] == [("run-4", 1), ("run-3", 1)]
    assert list(ledger.results("run-0")) == []
    with pytest.raises(NotOnRecord, match="no run `run-0`"):
        ledger.run("run-0")
