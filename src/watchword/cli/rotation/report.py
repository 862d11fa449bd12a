"""`watchword rotation report`: the state of every key as a file, and the runs there were."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watchword.cli import tables
from watchword.cli.credentials import places
from watchword.cli.exits import Exit, Stop
from watchword.cli.rotation import records, showing, sweeping
from watchword.cli.rotation.choosing import choosing
from watchword.cli.rotation.desk import Desk, desk

if TYPE_CHECKING:
    from watchword.rotation.results import Run
    from watchword.rotation.sweeping.choice import Choice

FORMATS = ("html", "csv", "json", "sarif", "ocsf")
HISTORY = 100


@click.command()
@click.option("--format", "kind", type=click.Choice(FORMATS), default="html", show_default=True, help="What to write.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it here.  [default: standard output]"
)
@click.option("--run", "run_id", metavar="ID", help="Of this run.  [default: what is so now, looked at afresh]")
@click.option("--last", is_flag=True, help="Of the last run.")
@click.option("--runs", is_flag=True, help="List the runs there were, and write no report.")
@choosing
@tables.output
@desk
def report(
    desk: Desk, choice: Choice, kind: str, out: Path | None, run_id: str | None, last: bool, runs: bool, form: str
) -> None:
    """Write down the state of every key.

    Its age, what is blocked and why, who owns it. One HTML file to send around, CSV, JSON, SARIF for code scanning, or
    OCSF for a security lake.

    \b
    watchword rotation report --out keys.html
    watchword rotation report --last --format sarif --out keys.sarif
    """  # noqa: D301 - click keeps the lines after this control character
    if runs:
        tables.write(form, records.runs(), desk.ledger.runs(HISTORY))
        return
    run = _run(desk, choice, run_id, last=last)
    _write(rendered(desk, run, kind), out)
    if out is not None:
        showing.say(f"Wrote {out}. {showing.summary(run)}")
    showing.end(run)


def _run(desk: Desk, choice: Choice, run_id: str | None, *, last: bool) -> Run:
    from watchword.rotation.ledger import NotOnRecord  # noqa: PLC0415 - loaded only when used
    from watchword.rotation.results import Mode  # noqa: PLC0415 - likewise

    if last:
        newest = next((one.id for one in desk.ledger.runs(HISTORY) if one.ended_at), None)
        if newest is None:
            raise Stop("there was no run yet; leave `--last` out to look at what is so now")
        run_id = newest
    if run_id is None:
        return sweeping.dry(desk, Mode.INVENTORY, choice)
    try:
        return desk.ledger.run(run_id)
    except NotOnRecord as error:
        raise Stop(f"there is no run `{run_id}`; `watchword rotation report --runs` lists them", Exit.USAGE) from error


def rendered(desk: Desk, run: Run, kind: str) -> str:
    """Write a report of a run, with the runs before it."""
    from watchword.rotation.reporting import render  # noqa: PLC0415 - loaded only when used

    history = [one for one in desk.ledger.runs(HISTORY) if one.started_at < run.started_at]
    return render(run, kind, history=history, terms=desk.rules.ordinary, reporting=desk.rules.report)


def keep_reports(desk: Desk, run: Run) -> None:
    """Write what the rules ask for after a scheduled run."""
    directory = desk.rules.report.directory
    for kind in desk.rules.report.formats if directory else ():
        places.write_private((directory or Path()) / f"{run.id}.{kind}", rendered(desk, run, kind).encode())


def _write(content: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(content)
    else:
        places.write_private(out, content.encode())
