"""`watchword rotation apply`: carries out a plan, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from watchword.cli import tables
from watchword.cli.exits import Exit, Stop
from watchword.cli.rotation import alone, sheets, showing, sweeping
from watchword.cli.rotation.asking import agreed
from watchword.cli.rotation.choosing import choosing
from watchword.cli.rotation.desk import Desk, desk
from watchword.cli.rotation.plan import planned
from watchword.cli.rotation.words import counted

if TYPE_CHECKING:
    from watchword.rotation.results import Run
    from watchword.rotation.sweeping.choice import Choice
    from watchword.rotation.sweeping.plans import Plan


@click.command()
@click.argument(
    "plan_file", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=False, metavar="[PLAN]"
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--no-tell", is_flag=True, help="Send no messages: to owners, or to administrators.")
@choosing
@tables.output
@desk
def apply(desk: Desk, choice: Choice, plan_file: Path | None, yes: bool, no_tell: bool, form: str) -> None:
    """Carry out a plan, and nothing else.

    That in the file PLAN, or one that is made and shown now. Exactly what the plan lists is changed. What no longer
    matches it is refused and told. A run that was ended anywhere, by a kill too, is gone on with by the next.

    \b
    watchword rotation apply
    watchword rotation apply monday.json --yes
    """  # noqa: D301 - click keeps the lines after this control character
    from watchword.rotation.results import Mode  # noqa: PLC0415 - loaded only when used

    made = _read(desk, plan_file, choice) if plan_file else _made(desk, choice, yes=yes)
    if made is None:
        return
    if plan_file and not yes:
        showing.show_plan(made.changes, talk=True)
        _ask(made)
    with alone.run_of(desk) as run_id:
        tell = {} if no_tell else {"tell": sweeping.teller(desk)}
        run, stopped = sweeping.swept(desk, Mode.APPLY, made.choice, doing="Rotating", plan=made, run_id=run_id, **tell)
    _show(run, form)
    if stopped:
        raise Stop("it was stopped before all accounts were done; run this again: it goes on where it stopped")
    showing.end(run)


def _read(desk: Desk, file: Path, choice: Choice) -> Plan:
    from watchword.rotation.sweeping.choice import EVERYTHING  # noqa: PLC0415 - loaded only when used
    from watchword.rotation.sweeping.plans import digest, expect_usable, read_plan  # noqa: PLC0415 - likewise

    if choice != EVERYTHING:
        raise Stop("a plan says itself whom it is about; make another with `watchword rotation plan`", Exit.USAGE)
    made = read_plan(file.read_bytes())
    expect_usable(made, hub=desk.hub.account, rules=digest(desk.rules))
    return made


def _made(desk: Desk, choice: Choice, *, yes: bool) -> Plan | None:
    """Plan now, show it, and ask; None where there is nothing to do."""
    from watchword.rotation.results import Mode  # noqa: PLC0415 - loaded only when used

    run = sweeping.dry(desk, Mode.PLAN, choice)
    made = planned(desk, run, choice)
    showing.show_plan(made.changes, talk=True)
    if not made.changes and not _goes_on(run):
        showing.show_findings(run)
        showing.say(f"{showing.summary(run)} Nothing is to be changed.")
        showing.end(run)
        return None
    if not yes:
        _ask(made)
    return made


def _goes_on(run: Run) -> bool:
    """Whether there is something to put on record, though nothing is to be changed."""
    from watchword.rotation.steps import RESTS  # noqa: PLC0415 - loaded only when used

    return any(line.do not in RESTS for one in run.accounts for line in one.lines)


def _ask(made: Plan) -> None:
    if not made.changes:
        return
    changes = counted(len(made.changes), "change")
    agreed(f"\nCarry out {changes}?", f"planned: {changes}, and nobody can be asked here; add `--yes`")


def _show(run: Run, form: str) -> None:
    lines = [line for one in run.accounts for line in one.lines if line.done or line.error]
    if lines or form != "table":
        tables.write(form, sheets.outcomes(lines, run.started_at), lines)
    showing.show_findings(run)
    changed = len({(line.account, line.user_id) for line in lines if line.done})
    showing.say(f"\nRun {run.id}: {showing.summary(run)} Something was done for {counted(changed, 'user')}.")
