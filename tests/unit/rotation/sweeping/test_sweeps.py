"""Sweeps over accounts that are not there: who is looked at, who acts, and what one failure hides: nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from watchword.rotation.access import Calls, Hub, Unreachable
from watchword.rotation.acting import Settled
from watchword.rotation.inventory import Looked
from watchword.rotation.ledger import Ledger
from watchword.rotation.records import Event, Kind, Rotation, State
from watchword.rotation.results import AccountResult, Mode, Run
from watchword.rotation.rules import Rules
from watchword.rotation.seen import Account, Key, Known, LastUse, User
from watchword.rotation.steps import Do, Step, Why
from watchword.rotation.sweeping.choice import Choice
from watchword.rotation.sweeping.orders import Hands, Orders
from watchword.rotation.sweeping.plans import plan_of
from watchword.rotation.sweeping.sweeps import new_run_id, sweep
from watchword.rotation.terms import DAY

NOW = 400 * DAY
ACCOUNTS = tuple(f"{number:012d}" for number in range(1, 4))


@dataclass
class FakeMember:
    account: Account
    partition: str = "aws"

    def now(self) -> float:
        return NOW

    def close(self) -> None:
        """There is nothing to close."""


@dataclass
class FakeHub:
    lost: set[str] = field(default_factory=set)
    calls: Calls = field(default_factory=Calls)
    account: str = "999999999999"

    def accounts(self) -> list[Account]:
        return [Account(one, f"name-{one[-1]}") for one in ACCOUNTS]

    def member(self, account: Account) -> FakeMember:
        if account.id in self.lost:
            raise Unreachable(account.id, "no role")
        return FakeMember(account)

    def clock(self) -> float:
        return NOW


@dataclass
class FakeHands:
    """Looks at users with one old key each; settles by writing down who was asked for."""

    settled: list[str] = field(default_factory=list)
    looked: list[dict[str, Any]] = field(default_factory=list)
    broken: str = ""
    age: float = 95.0
    renamed: bool = False

    def look(self, member: FakeMember, _rules: Rules, **asked: Any) -> Looked:
        self.looked.append(asked)
        if member.account.id == self.broken:
            raise KeyError("a secret that nobody may see")
        return Looked(users=tuple(self._user(member.account.id, name) for name in ("ann", "bob")), total=2)

    def settle(self, member: FakeMember, name: str, *, allowed: Callable[[Step], bool], **_more: Any) -> Settled:
        self.settled.append(f"{member.account.id}/{name}")
        user = self._user(member.account.id, name)
        if not allowed(Step(Do.OPEN, user.keys[0].id, Why.AGE)):
            return Settled(user, (Step(Do.OPEN, user.keys[0].id, Why.AGE),))
        return Settled(user, (Step(Do.WAIT, user.keys[0].id, Why.OVERLAP),), ("created",))

    def look_at(self, member: FakeMember, name: str, _rules: Rules) -> User | None:
        return self._user(member.account.id, name)

    def names(self, member: FakeMember) -> dict[str, str]:
        return {f"AIDA{member.account.id[-1]}cid": "cid"} if self.renamed else {}

    def detach(self, _member: FakeMember, **_more: Any) -> list[str]:
        return []

    def hands(self) -> Hands:
        return Hands(self.look, self.look_at, self.settle, self.detach, self.names)

    def _user(self, account: str, name: str) -> User:
        key = Key(
            f"AKIA{account[-1]}{name}",
            active=True,
            created=NOW - self.age * DAY,
            use=LastUse(Known.AT, NOW - DAY, "s3"),
        )
        return User(account, f"AIDA{account[-1]}{name}", name, f"arn:aws:iam::{account}:user/{name}", keys=(key,))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield opened
    opened.close()


def orders(ledger: Ledger, fake: FakeHands, mode: Mode, hub: FakeHub | None = None, **more: Any) -> Orders:
    return Orders(cast("Hub", hub or FakeHub()), Rules(), ledger, mode, by="me", hands=fake.hands(), **more)


def test_a_plan_looks_at_all_and_settles_nobody(ledger: Ledger) -> None:
    fake = FakeHands()
    run = sweep(orders(ledger, fake, Mode.PLAN), keep=False)

    assert fake.settled == []
    assert [one.account for one in run.accounts] == list(ACCOUNTS)
    assert all(line.changes and line.do is Do.OPEN for one in run.accounts for line in one.lines)
    assert ledger.runs() == []
    assert sweep(orders(ledger, fake, Mode.PLAN), keep=False).accounts == run.accounts


def test_what_is_applied_is_kept_and_told(ledger: Ledger) -> None:
    fake, told, seen = FakeHands(), list[Run](), list[tuple[AccountResult, int]]()
    run = sweep(
        orders(ledger, fake, Mode.APPLY), tell=told.append, progress=lambda one, total: seen.append((one, total))
    )

    assert len(fake.settled) == 6
    assert told == [run]
    assert len(seen) == 3
    assert {total for _, total in seen} == {3}
    assert ledger.run(run.id).accounts == run.accounts
    assert [one.changes for one in ledger.runs()] == [6]


def test_what_needs_nothing_is_not_taken_in_hand(ledger: Ledger) -> None:
    fake = FakeHands(age=10)
    run = sweep(orders(ledger, fake, Mode.APPLY))
    assert fake.settled == []
    assert not run.failed


def test_one_account_hides_no_other(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    fake = FakeHands(broken=ACCOUNTS[1])
    run = sweep(orders(ledger, fake, Mode.APPLY, FakeHub(lost={ACCOUNTS[0]})))

    assert [bool(one.failed) for one in run.accounts] == [True, True, False]
    assert run.accounts[0].failed == "no role"
    assert run.accounts[1].failed.startswith("a fault of this tool's own: KeyError at test_sweeps.py:")
    assert "nobody may see" not in repr(run) + "".join(capsys.readouterr())
    assert len(fake.settled) == 2
    assert run.failed


def test_a_plan_is_kept_to(ledger: Ledger) -> None:
    fake = FakeHands()
    only = Choice(only=(f"{ACCOUNTS[0]}/ann",))
    plan = plan_of(sweep(orders(ledger, fake, Mode.PLAN, choice=only), keep=False), hub="", rules="", choice=only)
    assert [one.key for one in plan.changes] == ["AKIA1ann"]

    run = sweep(orders(ledger, fake, Mode.APPLY, plan=plan))

    assert fake.settled == [f"{ACCOUNTS[0]}/ann"]
    notes = {line.key: line.note for one in run.accounts for line in one.lines if line.note}
    assert set(notes.values()) == {"not in the plan"}
    assert len(notes) == 5
    assert not run.failed


@pytest.mark.parametrize(("undone_at", "settles"), [(NOW, True), (0.0, False)])
def test_what_only_goes_on_record_needs_no_plan(ledger: Ledger, undone_at: float, *, settles: bool) -> None:
    """An undo that was killed half way is finished; a rotation that only waits is left."""
    account = ACCOUNTS[0]
    lease = ledger.lease(account, "AIDA1ann", "me", 0.0)
    assert lease is not None
    rotation = Rotation(
        id="r1", account=account, user_id="AIDA1ann", user="ann", kind=Kind.REPLACE, state=State.DUE,
        old="AKIA1ann", why="", opened_at=NOW, opened_by="me", undone_at=undone_at, attempts=(NOW,) * 3,
    )  # fmt: skip
    ledger.keep(lease, rotation, Event(NOW, account, "AIDA1ann", "ann", "r1", "intend undo"))
    fake = FakeHands()
    nothing = plan_of(sweep(orders(ledger, FakeHands(age=1), Mode.PLAN), keep=False), hub="", rules="", choice=Choice())
    assert nothing.changes == ()

    run = sweep(orders(ledger, fake, Mode.APPLY, plan=nothing))

    assert fake.settled == ([f"{account}/ann"] if settles else [])
    assert not run.failed


@pytest.mark.parametrize("name", ["000000000002", "prod"])
def test_an_account_does_not_pass_for_another_by_its_name(name: str) -> None:
    """Whoever administers an account may name it."""
    choice = Choice(accounts=(name,))
    assert choice.takes_account(Account("000000000001", name)) is (name == "prod")


def test_a_step_that_the_plan_does_not_list_is_told(ledger: Ledger) -> None:
    fake = FakeHands()
    dry = sweep(orders(ledger, fake, Mode.PLAN), keep=False)
    plan = plan_of(dry, hub="", rules="", choice=Choice())
    first = plan.changes[0]
    changed = type(plan)(**{
        **{name: getattr(plan, name) for name in plan.__struct_fields__},
        "changes": (type(first)(**{**{n: getattr(first, n) for n in first.__struct_fields__}, "key": "AKIAELSE"}),),
    })  # fmt: skip

    run = sweep(orders(ledger, fake, Mode.APPLY, plan=changed))

    errors = [line.error for one in run.accounts for line in one.lines if line.error]
    assert errors == ["no longer matches the plan: open AKIA1ann, old enough to be replaced"]
    assert run.failed


def test_only_chosen_accounts_are_swept(ledger: Ledger) -> None:
    fake = FakeHands()
    run = sweep(orders(ledger, fake, Mode.PLAN, choice=Choice(accounts=("name-2",))), keep=False)
    assert [one.account for one in run.accounts] == [ACCOUNTS[1]]
    forced = sweep(orders(ledger, FakeHands(age=1), Mode.PLAN, choice=Choice(forced=("bob",))), keep=False)
    assert {(line.user, line.why) for one in forced.accounts for line in one.lines} == {("bob", Why.FORCED)}


def test_looking_ahead_judges_later(ledger: Ledger) -> None:
    fake = FakeHands(age=80)
    assert not any(
        line.changes for one in sweep(orders(ledger, fake, Mode.PLAN), keep=False).accounts for line in one.lines
    )
    ahead = sweep(orders(ledger, fake, Mode.PLAN, ahead=15 * DAY), keep=False)
    assert all(line.changes for one in ahead.accounts for line in one.lines)
    assert fake.looked[-1]["ahead"] == 15 * DAY


@pytest.mark.parametrize("renamed", [True, False])
def test_a_rotation_goes_on_with_whoever_has_another_name_and_ends_with_who_is_gone(
    ledger: Ledger, *, renamed: bool
) -> None:
    account, fake = ACCOUNTS[0], FakeHands(age=10, renamed=renamed)
    lease = ledger.lease(account, "AIDA1cid", "me", 0.0)
    assert lease is not None
    rotation = Rotation(
        id="r1", account=account, user_id="AIDA1cid", user="old-name", kind=Kind.REPLACE, state=State.DUE,
        old="AKIA1cid", why="", opened_at=NOW, opened_by="me",
    )  # fmt: skip
    ledger.keep(lease, rotation, Event(NOW, account, "AIDA1cid", "old-name", "r1", "opened"))

    run = sweep(orders(ledger, fake, Mode.APPLY))

    assert fake.settled == [f"{account}/{'cid' if renamed else 'old-name'}"]
    told = [line for one in run.accounts for line in one.lines if line.user_id == "AIDA1cid"]
    assert [line.user for line in told] == ["cid" if renamed else "old-name"]


def test_runs_are_named_by_time() -> None:
    assert new_run_id(0.0).startswith("19700101T000000Z-")
    assert new_run_id(0.0) != new_run_id(0.0)
