"""Asking whoever sits at the terminal whether it is to be done. Nobody there means no."""

from __future__ import annotations

import sys

import click

from watchword.cli.exits import Exit, Stop


def expect_somebody() -> None:
    """See that somebody can be asked.

    Raises Stop.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Stop(
            "nobody can be asked here whether they are to end; say `--yes` to end them, or `--dry-run` to see "
            "which they are",
            Exit.USAGE,
        )


def confirm(number: int) -> None:
    """Ask whether one is to end, or have the number of more typed.

    Raises Stop when that is not what was answered.
    """
    try:
        if number == 1:
            agreed = click.confirm("End it?", err=True)
        else:
            typed = click.prompt(f"Type {number} to end them", default="", show_default=False, err=True)
            agreed = typed.strip().replace(",", "") == str(number)
    except click.Abort:
        click.echo(err=True)  # the prompt's line has not ended
        agreed = False
    if not agreed:
        raise Stop("nothing was ended")
