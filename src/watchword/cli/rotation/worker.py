"""`watchword rotation worker`: carries out scheduled sweeps, and goes on with what another worker left."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from watchword.cli.exits import Exit
from watchword.cli.rotation import showing, sweeping
from watchword.cli.rotation.choosing import choosing
from watchword.cli.rotation.desk import Desk, desk
from watchword.cli.rotation.durable import durable, private
from watchword.cli.rotation.report import keep_reports
from watchword.cli.rotation.words import counted

if TYPE_CHECKING:
    from watchword.rotation.results import Run
    from watchword.rotation.sweeping.choice import Choice
    from watchword.rotation.sweeping.workers import Worker


@click.command()
@click.option("--once", is_flag=True, help="Sweep now, or go on with the sweep that was left half done; then end.")
@click.option("--dry-run", is_flag=True, help="With --once: only look and tell.")
@click.option("--no-tell", is_flag=True, help="Send no messages.")
@choosing
@desk
def worker(desk: Desk, choice: Choice, once: bool, dry_run: bool, no_tell: bool) -> None:
    """Carry out scheduled sweeps, until told to stop.

    Ctrl-C or SIGTERM lets it finish the accounts that it is at. Any number of workers share a ledger in PostgreSQL, on
    any number of machines; on SQLite, those of one machine. A sweep whose worker was killed is gone on with by another,
    or by this one when it is started again.

    \b
    watchword rotation worker --ledger postgresql://db.example.com/rotation
    watchword rotation worker --once
    """  # noqa: D301 - click keeps the lines after this control character
    with durable():
        from watchword.rotation.sweeping.workers import Worker, work_url  # noqa: PLC0415 - loaded only when used
        from watchword.rotation.sweeping.workflows import Bench  # noqa: PLC0415 - likewise

    tell: Callable[[Run], None] = (lambda _run: None) if no_tell else sweeping.teller(desk)

    def told(run: Run) -> None:
        tell(run)
        keep_reports(desk, run)

    bench = Bench(desk.hub, desk.rules, desk.ledger, told)
    made = Worker(bench, private(work_url(desk.ledger_at)))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: made.stopping.set())
    made.start()
    if once:
        _leave(_once(made, choice, dry_run=dry_run), made)
    showing.say(f"Worker {made.name} is at work; `watchword rotation schedule` says when it sweeps.")
    made.work()
    showing.say("Stopped. What is left of a sweep is gone on with by the next worker.")
    _leave(Exit.OK, made)


def _once(made: Worker, choice: Choice, *, dry_run: bool) -> Exit:
    from watchword.rotation.results import Mode  # noqa: PLC0415 - loaded only when used
    from watchword.rotation.sweeping.workflows import Wish  # noqa: PLC0415 - likewise

    wish = Wish(mode=Mode.PLAN if dry_run else Mode.APPLY, choice=choice, by=made.bench.hub.arn)
    outcome: dict[str, Any] | None = made.sweep_once(wish)
    if outcome is None:
        showing.say("stopped before it was done; the next worker goes on with it")
        return Exit.ERROR
    click.echo(f"Run {outcome['run']}: {counted(outcome['accounts'], 'account')}.")
    if outcome["failed"]:
        showing.say("Error: some account failed; `watchword rotation report` says which, and why")
        return Exit.ERROR
    return Exit.FINDING if outcome["findings"] else Exit.OK


def _leave(code: Exit, made: Worker) -> None:
    """End at once: a sweep that is left to others still waits for its accounts, in a thread that never ends."""
    made.stop()
    made.bench.ledger.close()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(int(code))
