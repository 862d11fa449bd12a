"""Runs, and what the ledger has on record of them, as messages and reports are made of."""

from __future__ import annotations

from typing import Any

from watchword.rotation.ledger import Ledger
from watchword.rotation.records import Event, Kept, Kind, Rotation, State
from watchword.rotation.results import AccountResult, Change, Line, Mode, Other, Run
from watchword.rotation.seen import Known
from watchword.rotation.steps import Do, Why
from watchword.rotation.terms import DAY

NOW = 1_800_000_000.0  # 15 January 2027, 08:00 UTC
ACCOUNT = "111122223333"
ANN = "ann@example.com"
OPS = "ops@example.com"
KEPT = Kept(
    account=ACCOUNT,
    region="eu-central-1",
    name=f"Account_{ACCOUNT}_User_billing-export_AccessKey",
    arn=f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:Account_{ACCOUNT}_User_billing-export_AccessKey-a1B2c3",
)


def line(user: str = "billing-export", key: str = "AKIAEXAMPLEAAAAAAAAA", **values: Any) -> Line:
    """Make a line; by default a young key of Ann's with which nothing is the matter."""
    usual: dict[str, object] = {
        "account": ACCOUNT, "account_name": "Payments", "user": user, "user_id": f"AIDA{user.upper()}",
        "arn": f"arn:aws:iam::{ACCOUNT}:user/{user}", "key": key, "active": True, "created": NOW - 40 * DAY,
        "used": Known.AT, "used_at": NOW - DAY, "used_service": "s3", "do": Do.REST, "why": Why.YOUNG, "owners": (ANN,),
    }  # fmt: skip
    return Line(**(usual | values))  # type: ignore[arg-type]  # by name


def run(*lines: Line, mode: Mode = Mode.APPLY, name: str = "run-1", **account: object) -> Run:
    """Make a run over one account."""
    usual: dict[str, object] = {
        "account": ACCOUNT, "name": "Payments", "email": "payments@example.com", "users": len(lines), "calls": 4,
        "report_at": NOW - 3600.0,
    }  # fmt: skip
    result = AccountResult(lines=lines, **(usual | account))  # type: ignore[arg-type]  # by name
    return Run(id=name, mode=mode, by="daily", started_at=NOW - 60, ended_at=NOW, accounts=(result,))


def rotation(state: State = State.OVERLAP, **values: object) -> Rotation:
    """Make a rotation of `billing-export`'s key."""
    usual: dict[str, object] = {
        "id": "rot-1", "account": ACCOUNT, "user_id": "AIDABILLING-EXPORT", "user": "billing-export",
        "kind": Kind.REPLACE, "state": state, "old": "AKIAEXAMPLEOLDAAAAAA", "why": str(Why.AGE),
        "opened_at": NOW - 5, "opened_by": "daily", "new": "AKIAEXAMPLENEWAAAAAA", "kept": KEPT,
        "current_at": NOW - 1,
    }  # fmt: skip
    return Rotation(**(usual | values))  # type: ignore[arg-type]  # by name


def on_record(ledger: Ledger, kept: Rotation, *deeds: tuple[str, str]) -> None:
    """Put a rotation on record, with what was done: pairs of the ledger's word and a key."""
    lease = ledger.lease(kept.account, kept.user_id, "test", NOW - 10)
    assert lease is not None
    for what, key in deeds:
        event = Event(NOW - 2, kept.account, kept.user_id, kept.user, kept.id, what, key, "daily")
        ledger.keep(lease, kept, event)
    ledger.release(lease)


def replaced() -> Line:
    """A key that was replaced just now: the line of its successor, which waits to be installed."""
    return line(
        key="AKIAEXAMPLENEWAAAAAA", created=NOW - 3, used=Known.NEVER, used_at=0.0, do=Do.WAIT, why=Why.OVERLAP,
        at=NOW + 10 * DAY, rotation="rot-1", state="overlap", done=("created", "stored", "verified", "current"),
    )  # fmt: skip


def many_things(mode: Mode = Mode.APPLY) -> Run:
    """A run with something of each kind, over two accounts and one that could not be reached."""
    lines = (
        *([replaced()] if mode is Mode.APPLY else []),
        line("ci-deploy", "AKIAEXAMPLEBBBBBBBBB", created=NOW - 84 * DAY, do=Do.WARN, why=Why.DUE_SOON,
             at=NOW + 6 * DAY),
        line("old-report", "AKIAEXAMPLECCCCCCCCC", created=NOW - 112 * DAY, do=Do.REPORT, why=Why.STILL_USED,
             at=NOW + 3 * DAY, finding=True),
        line("etl-nightly", "AKIAEXAMPLEDDDDDDDDD", created=NOW - 140 * DAY, do=Do.BLOCKED, why=Why.TWO_KEYS,
             note="AKIAEXAMPLEEEEEEEEEE", finding=True),
        line("prüf-dienst", "AKIAEXAMPLEFFFFFFFFF", created=NOW - 200 * DAY, used=Known.NEVER, do=Do.OPEN,
             why=Why.NEVER_USED, kind=Kind.RETIRE, will=(Change(Do.DEACTIVATE, "AKIAEXAMPLEFFFFFFFFF"),), changes=True),
        line("<script>alert(1)</script>", "AKIAEXAMPLEGGGGGGGGG", created=NOW - 91 * DAY, do=Do.OPEN, why=Why.AGE,
             account_name='R&D <b>"East"</b>', will=(Change(Do.CREATE, "AKIAEXAMPLEGGGGGGGGG"),), changes=True),
        line("vendor-feed", "AKIAEXAMPLEHHHHHHHHH", created=NOW - 95 * DAY, do=Do.ASK, why=Why.ASK_READY, finding=True),
        line("broken", "AKIAEXAMPLEIIIIIIIII", created=NOW - 99 * DAY, do=Do.CREATE, why=Why.AGE,
             error="AccessDenied: CreateAccessKey is denied by a service control policy"),
        *(line(f"app-{n:02}", f"AKIAEXAMPLEAPP{n:06}", created=NOW - n * 11 * DAY) for n in range(20)),
    )  # fmt: skip
    whole = run(*lines, mode=mode)
    root = Other(
        account=ACCOUNT, user="<root_account>", what="root access key", created=NOW - 900 * DAY,
        finding="root should have no access key",
    )  # fmt: skip
    first = AccountResult(
        account=ACCOUNT, name="Payments", email="payments@example.com", lines=lines, others=(root,), users=len(lines),
        calls=61, report_at=NOW - 3600,
    )  # fmt: skip
    second = AccountResult(
        account="444455556666", name="Legacy", failed="AccessDenied: the role WatchwordRotation cannot be assumed"
    )
    return Run(id=whole.id, mode=mode, by="daily", started_at=NOW - 75, ended_at=NOW, accounts=(first, second))
