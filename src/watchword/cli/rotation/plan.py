"""`watchword rotation plan`: what would be changed, and why. Nothing is."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watchword.cli import tables
from watchword.cli.credentials import places
from watchword.cli.exits import Exit, Stop
from watchword.cli.rotation import sheets, showing, sweeping
from watchword.cli.rotation.ahead import Ahead, instant
from watchword.cli.rotation.choosing import choosing
from watchword.cli.rotation.desk import Desk, desk
from watchword.cli.rotation.words import counted, when

if TYPE_CHECKING:
    from datetime import datetime

    from watchword.rotation.results import Run
    from watchword.rotation.sweeping.choice import Choice
    from watchword.rotation.sweeping.plans import Plan


@click.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the plan here, for `apply`.")
@click.option("--as-of", type=Ahead(), help="Look ahead: `30d` from now, or `2026-12-31`. To read, not to apply.")
@choosing
@tables.output
@desk
def plan(desk: Desk, choice: Choice, out: Path | None, as_of: datetime | int | None, form: str) -> None:
    """Show what would be changed, key by key, and why. Nothing is changed.

    With --out, `apply` carries out exactly what was shown, and refuses what no longer matches.

    \b
    watchword rotation plan --out monday.json
    watchword rotation apply monday.json
    """  # noqa: D301 - click keeps the lines after this control character
    from watchword.rotation.results import Mode  # noqa: PLC0415 - loaded only when used

    ahead = _ahead(desk, as_of)
    run = sweeping.dry(desk, Mode.PLAN, choice, ahead=ahead)
    made = planned(desk, run, choice, ahead=bool(ahead))
    if out is not None:
        places.write_private(out, encoded(made))
    if ahead:
        showing.say(f"As it will be at {when(run.started_at + ahead)} UTC, if nothing changes until then:")
    show(made, run, form)
    if out is not None and not ahead:
        showing.say(f"Carry it out with `watchword rotation apply {out}`.")
    showing.end(run)
    if made.changes:
        click.get_current_context().exit(Exit.FINDING)


def planned(desk: Desk, run: Run, choice: Choice, *, ahead: bool = False) -> Plan:
    """Make the plan of a dry run."""
    from watchword.rotation.sweeping.plans import digest, plan_of  # noqa: PLC0415 - loaded only when used

    return plan_of(run, hub=desk.hub.account, rules=digest(desk.rules), choice=choice, ahead=ahead)


def show(made: Plan, run: Run, form: str) -> None:
    """Show a plan: grouped for people, whole for machines."""
    if form == "json":
        sys.stdout.write(encoded(made).decode())
    elif form == "csv":
        tables.write(form, sheets.planned(made.changes), made.changes)
    else:
        showing.show_plan(made.changes)
    showing.show_findings(run)
    showing.say(f"\n{showing.summary(run)} {counted(len(made.changes), 'change')} planned; nothing was changed.")


def encoded(made: Plan) -> bytes:
    """Write a plan as JSON for people to read."""
    import msgspec  # noqa: PLC0415 - loaded only when used

    return msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n"


def _ahead(desk: Desk, as_of: datetime | int | None) -> float:
    if as_of is None:
        return 0.0
    ahead = instant(as_of, desk.clock()) - desk.clock()
    if ahead <= 0:
        raise Stop("`--as-of` looks ahead: write `30d`, or a day to come", Exit.USAGE)
    return ahead
