"""Sweeps that outlive their process: a sweep is a durable workflow, and each account a child of its own on a queue.

What goes into a workflow and comes out of it is JSON of names and counts; what an account came to goes straight to the
ledger. An account whose worker was killed is done again, under the same name, which takes back the leases of the first
try; one that was done is not. No two sweeps are in one account at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Condition
from typing import Any

import msgspec
from dbos import DBOS, SetEnqueueOptions, SetWorkflowID, WorkflowSerializationFormat

from watchword.rotation.access import Hub
from watchword.rotation.ledger import Ledger, LedgerFault
from watchword.rotation.results import AccountResult, Mode, Run
from watchword.rotation.rules import Rules
from watchword.rotation.seen import Account
from watchword.rotation.sweeping import sweeps
from watchword.rotation.sweeping.accounts import sweep_account
from watchword.rotation.sweeping.choice import EVERYTHING, Choice
from watchword.rotation.sweeping.orders import Orders

QUEUE = "rotation-accounts"
SWEEP, ACCOUNT, SCHEDULED = "rotation-sweep", "rotation-account", "rotation-scheduled"
POLL = 0.2
"""Seconds between two looks for accounts that wait, and at one that is waited for."""
JSON = WorkflowSerializationFormat.PORTABLE
ATTEMPTS = 5
"""How often a step is tried where the ledger cannot be reached."""


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a sweep is asked for, by command or by schedule."""

    mode: Mode = Mode.APPLY
    choice: Choice = EVERYTHING
    by: str = ""


class Busy:
    """Counts the accounts that are being swept in this process."""

    def __init__(self) -> None:
        self._changed, self._count = Condition(), 0

    def __enter__(self) -> None:
        with self._changed:
            self._count += 1

    def __exit__(self, *_fault: object) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until none is; False if some still are after `seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._count, seconds)


@dataclass(slots=True)
class Bench:
    """What a worker brings along, of which nothing goes into a workflow. `tell` is given each run that has ended."""

    hub: Hub
    rules: Rules
    ledger: Ledger
    tell: Callable[[Run], None]
    busy: Busy = field(default_factory=Busy)

    def begin(self, run_id: str, wish: dict[str, Any]) -> list[dict[str, Any]]:
        """Put a run on record, and list its accounts."""
        orders = self._orders(run_id, wish)
        blank = Run(
            id=run_id, mode=orders.mode, by=orders.by, started_at=self.hub.clock(), ended_at=0.0, accounts=()
        )  # fmt: skip
        self.ledger.keep_run(blank)
        return [dict(msgspec.to_builtins(account)) for account in sweeps.chosen(orders)]

    def sweep(self, run_id: str, wish: dict[str, Any], account: dict[str, Any]) -> bool:
        """Sweep one account, put what it came to on record, and tell whether it went well."""
        with self.busy:
            result = sweep_account(self._orders(run_id, wish), msgspec.convert(account, Account))
            self.ledger.keep_result(run_id, result)
            return not result.failed

    def lost(self, run_id: str, account: dict[str, Any], why: str) -> None:
        """Put on record that an account was given up."""
        known = msgspec.convert(account, Account)
        result = AccountResult(account=known.id, name=known.name, email=known.email, failed=why)
        self.ledger.keep_result(run_id, result)

    def end(self, run_id: str) -> dict[str, Any]:
        """Close a run, and tell everybody; done over, nobody is told twice."""
        run = self.ledger.run(run_id)
        if not run.ended_at:
            run = sweeps.ended(run, run.accounts, self.hub.clock())
            self.ledger.keep_run(run)
        self.tell(run)
        return {"run": run_id, "accounts": len(run.accounts), "failed": run.failed, "findings": run.has_findings}

    def _orders(self, run_id: str, wish: dict[str, Any]) -> Orders:
        asked = msgspec.convert(wish, Wish)
        return Orders(
            self.hub,
            self.rules,
            self.ledger,
            asked.mode,
            asked.choice,
            by=asked.by or "schedule",
            holder=run_id,
            thorough=self.rules.report.directory is not None,
        )


def register(bench: Bench) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Make the workflows known to DBOS, which is done once in a process; gives that of a sweep, which takes a Wish."""

    @DBOS.workflow(name=ACCOUNT, serialization_type=JSON)
    def account(run_id: str, wish: dict[str, Any], known: dict[str, Any]) -> bool:
        return DBOS.run_step(_step("sweep"), bench.sweep, run_id, wish, known)

    def go(wish: dict[str, Any]) -> dict[str, Any]:
        run_id = DBOS.workflow_id or ""
        accounts = DBOS.run_step(_step("begin"), bench.begin, run_id, wish)
        children = []
        for known in accounts:
            with SetWorkflowID(f"{run_id}/{known['id']}"), SetEnqueueOptions(queue_partition_key=known["id"]):
                children.append((known, DBOS.enqueue_workflow(QUEUE, account, run_id, wish, known)))
        for known, child in children:
            try:
                child.get_result(polling_interval_sec=POLL)
            except Exception as error:  # noqa: BLE001 - whatever ended it: one account never hides another
                DBOS.run_step(_step("lost"), bench.lost, run_id, known, f"given up: {error}")
        return DBOS.run_step(_step("end"), bench.end, run_id)

    @DBOS.workflow(name=SWEEP, serialization_type=JSON)
    def sweep(wish: dict[str, Any]) -> dict[str, Any]:
        return go(wish)

    @DBOS.workflow(name=SCHEDULED, serialization_type=JSON)
    def scheduled(_at: object, wish: dict[str, Any]) -> dict[str, Any]:
        return go(wish)

    return sweep


def _step(name: str) -> Any:
    return {
        "name": name,
        "retries_allowed": True,
        "max_attempts": ATTEMPTS,
        "should_retry": lambda fault: isinstance(fault, LedgerFault),
    }
