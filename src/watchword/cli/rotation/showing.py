"""How a run is shown: what would be changed, by what becomes of it; what somebody must look at; and how it ended."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from watchword.cli import tables
from watchword.cli.exits import Exit, Stop
from watchword.cli.rotation import sheets, words
from watchword.cli.rotation.words import counted

if TYPE_CHECKING:
    from watchword.rotation.results import AccountResult, Line, Run
    from watchword.rotation.sweeping.plans import Planned

HEADINGS = {
    "replace": "A new key is made and kept; the old one goes on working:",
    "deactivate": "Deactivated; it can be brought back until it is deleted:",
    "delete": "Deleted for good:",
    "begin": "Begun: the owner is asked before anything is changed:",
}
"""What stands over the changes of a plan, by what becomes of a key."""
SUMS = ("replace", "retire", "deactivate", "delete")
"""What is done to keys, in the order in which a summary counts it."""
STANDS = {"blocked": "blocked", "look": "to look at", "ask": "waiting for their owners", "exempt": "exempt"}
"""How keys stand to which nothing is done; of all others there is nothing to say."""
NO_ENTRY = "AssumeRole: AccessDenied"


def say(line: str) -> None:
    """Say something that is not data."""
    click.echo(line, err=True)


def owner(account: str, name: str) -> str:
    """Show an account by number and name."""
    return f"{account} {name}".strip()


def show_plan(changes: Sequence[Planned], *, talk: bool = False) -> None:
    """Show what would be changed, by what becomes of it; as `talk`, where something else is the data."""
    show = tables.preview if talk else lambda sheet, rows: tables.write("table", sheet, rows)
    for will, heading in HEADINGS.items():
        rows = [one for one in changes if one.will == will]
        if rows:
            click.echo(f"\n{heading}", err=talk)
            show(sheets.planned(rows), rows)


def show_findings(run: Run) -> None:
    """Say what somebody must look at."""
    lines = [line for one in run.accounts for line in one.lines if line.finding or line.error]
    if lines:
        say("\nTo look at:")
        tables.preview(sheets.findings(lines), lines)
    others = [other for one in run.accounts for other in one.others if other.finding]
    for other in others:
        say(tables.shown(f"{other.account} {other.user}: {other.what} {other.id}: {other.finding}").plain)


def summary(run: Run) -> str:
    """Sum a run up in a line."""
    lines = [line for one in run.accounts for line in one.lines]
    calls, users = sum(one.calls for one in run.accounts), sum(one.users for one in run.accounts)
    told = ", ".join(_counts(lines, run.started_at))
    return (
        f"{counted(len(run.accounts), 'account')}, {counted(users, 'user')}, {counted(len(lines), 'key')}"
        f"{f': {told}' if told else ''}; {counted(calls, 'API call')}."
    )


def _counts(lines: Sequence[Line], now: float) -> Iterator[str]:
    """Count what is done to keys now, then what will be later, then those that wait for somebody."""
    counts = Counter((words.comes(line), line.at > now) for line in lines)
    for later in (False, True):
        for word in SUMS:
            if count := counts[word, later]:
                yield f"{count:,} to {word}{' later' if later else ' now'}"
    for word, stands in STANDS.items():
        if count := counts[word, False] + counts[word, True]:
            yield f"{count:,} {stands}"


def failed(run: Run) -> list[AccountResult]:
    """Give the accounts that could not be reached or finished."""
    return [one for one in run.accounts if one.failed]


def end(run: Run) -> None:
    """End a command as its run says: 1 where some account failed, 3 where somebody must look.

    Raises Stop.
    """
    lost = failed(run)
    for one in lost:
        say(tables.shown(f"Account {owner(one.account, one.name)}: {one.failed}").plain)
    if any(one.failed.startswith(NO_ENTRY) for one in lost):
        say("The role that is assumed there is `role_name` of the rules; `watchword rotation member-role` prints it.")
    if run.failed:
        raise Stop(f"{_losses(run, len(lost))}; see above, then run this again: it goes on where it stopped")
    if run.has_findings:
        click.get_current_context().exit(Exit.FINDING)


def _losses(run: Run, lost: int) -> str:
    errors = len({(line.account, line.user) for one in run.accounts for line in one.lines if line.error})
    told = [f"{lost:,} of {counted(len(run.accounts), 'account')} failed"] if lost else []
    told += [f"{counted(errors, 'user')} could not be finished"] if errors else []
    return ", and ".join(told)


@contextmanager
def progress(doing: str) -> Iterator[Callable[[AccountResult, int], Any]]:
    """Give what shows how far a sweep is, on a terminal's standard error alone."""
    if not sys.stderr.isatty():
        yield lambda _result, _total: None
        return
    from rich.progress import Progress  # noqa: PLC0415 - a twentieth of a second

    with Progress(console=tables.console(err=True), transient=True, redirect_stdout=False) as bar:
        task = bar.add_task(doing, total=None)
        yield lambda _result, total: bar.update(task, advance=1, total=total)
