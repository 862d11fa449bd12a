"""A sweep in one process: the accounts at once, as many as the rules allow; what each came to is kept as it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import UTC, datetime
from secrets import token_hex

import msgspec

from watchword.rotation.results import AccountResult, Run
from watchword.rotation.seen import Account
from watchword.rotation.sweeping.accounts import sweep_account
from watchword.rotation.sweeping.orders import Orders

Progress = Callable[[AccountResult, int], None]
"""Told of each account that is done, and of how many there are."""
Tell = Callable[[Run], None]
NO_TIME = "not begun: there was no time left"


def silent(_result: AccountResult, _total: int) -> None:
    """Show no progress."""


def never() -> bool:
    """Go on to the end."""
    return False


def unheard(_run: Run) -> None:
    """Tell nobody."""


def new_run_id(now: float) -> str:
    """Make a run's id, which sorts by time."""
    return f"{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%SZ}-{token_hex(4)}"


def sweep(
    orders: Orders,
    *,
    run_id: str = "",
    progress: Progress = silent,
    tell: Tell = unheard,
    keep: bool = True,
    until: Callable[[], bool] = never,
) -> Run:
    """Sweep every account that was chosen; gives the whole run, in the accounts' order.

    A run that is gone on with keeps its `run_id`, and what is done already is done over, which changes nothing. `keep`
    puts it on record. Accounts that have not begun when `until` holds are left, and told as NO_TIME.
    Raises what the hub raises when the accounts cannot be listed; LedgerFault.
    """
    started = orders.hub.clock()
    run = Run(
        id=run_id or new_run_id(started), mode=orders.mode, by=orders.by, started_at=started, ended_at=0.0, accounts=()
    )
    orders = replace(orders, holder=orders.holder or run.id)
    accounts = chosen(orders)
    if keep:
        orders.ledger.keep_run(run)
    found: dict[str, AccountResult] = {}
    for result in _results(orders, accounts, until):
        found[result.account] = result
        if keep:
            orders.ledger.keep_result(run.id, result)
        progress(result, len(accounts))
    run = ended(run, [found[account.id] for account in accounts], orders.hub.clock())
    if keep:
        orders.ledger.keep_run(run)
    tell(run)
    return run


def chosen(orders: Orders) -> list[Account]:
    """List the accounts that a sweep is about."""
    return [account for account in orders.hub.accounts() if orders.choice.takes_account(account)]


def ended(run: Run, accounts: Sequence[AccountResult], now: float) -> Run:
    """Close a run."""
    return msgspec.structs.replace(run, accounts=tuple(accounts), ended_at=now)


def _results(orders: Orders, accounts: Sequence[Account], until: Callable[[], bool]) -> Iterator[AccountResult]:
    """Give each account's result as it is done; what has not begun is left when the caller stops."""
    if not accounts:
        return

    def swept(account: Account) -> AccountResult:
        if until():
            return AccountResult(account=account.id, name=account.name, email=account.email, failed=NO_TIME)
        return sweep_account(orders, account)

    pool = ThreadPoolExecutor(min(orders.rules.aws.concurrency, len(accounts)), thread_name_prefix="account")
    try:
        waiting = [pool.submit(swept, account) for account in accounts]
        for future in as_completed(waiting):
            yield future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
