"""Asking whoever sits at the terminal before something is changed. Nobody there means no."""

from __future__ import annotations

import sys

import click

from watchword.cli.exits import Exit, Stop


def agreed(question: str, nobody: str) -> None:
    """See that somebody agrees; `nobody` says what to do where nobody can be asked.

    Raises Stop.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Stop(nobody, Exit.USAGE)
    try:
        answer = click.confirm(question, err=True)
    except click.Abort:
        click.echo(err=True)  # the prompt's line has not ended
        answer = False
    if not answer:
        raise Stop("nothing was changed")
