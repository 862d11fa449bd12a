"""`watchword doctor`: looks at all that may keep credentials from working, and says how to mend it. Changes nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from watchword.cli import aws, tables
from watchword.cli.credentials import aws_files, profiles
from watchword.cli.credentials.aws_files import Files
from watchword.cli.doctor import here, rotations, there
from watchword.cli.doctor.checks import Check, Findings
from watchword.cli.exits import Exit, Stop
from watchword.settings import Settings


@click.command()
@aws.options
@tables.output
def doctor(profile: str | None, region: str | None, endpoint_url: str | None, data: Path | None, form: str) -> None:
    """Look for what keeps credentials from working, and say what to do about it.

    Looks at files, environment, profile, endpoint, clock, key, MFA and store. Exits with 3 if there is something to
    mend; each such row says how. Notes are to know, and no fault.
    """
    found, data = Findings(), None if profile else data
    name = profile or (profiles.FIRST if data else profiles.chosen(os.environ)) or profiles.DEFAULT
    where = aws_files.files(os.environ, Settings(data).profile_path if data else None)
    machine(found, where, os.environ)
    known = here.profile(found, where, name)
    try:
        with aws.refusals_told():
            asked = aws.opened(profile, region, endpoint_url, data)
    except Stop as stop:
        found.note("credentials", f"not asked: {stop.message}")
    else:
        there.account(found, asked, known, name)
    tables.write(form, tables.sheet_of(Check, COLUMNS), found.rows)
    if found.any_problem:
        click.get_current_context().exit(Exit.FINDING)


def machine(found: Findings, where: Files, environ: Mapping[str, str]) -> None:
    """Look at this machine."""
    now, home = time.time(), here.state_home(environ)
    here.versions(found)
    here.files(found, where)
    here.private_files(found, where, home)
    here.kept(found, where, environ, now)
    rotations.rotations(found, home, now)
    here.environment(found, environ)
    here.shell(found, environ, now)


COLUMNS: dict[str, Callable[[Check], str]] = {
    "check": lambda row: row.check,
    "state": lambda row: str(row.state),
    "found": lambda row: row.found,
    "next": lambda row: row.next,
}
