"""`watchword shell`: one's own shell once more, with credentials in it."""

from __future__ import annotations

import os
from collections.abc import Mapping

import click

from watchword.cli.credentials import wishes
from watchword.cli.credentials.shapes import Wish
from watchword.cli.exits import Exit, Stop
from watchword.cli.lending import commands, variables
from watchword.cli.lending.taking import taken, who


@click.command()
@wishes.role
@click.option("--serve", is_flag=True, help="Renew the credentials while the shell is open, by an endpoint of its own.")
@wishes.wished
def shell(role: str, serve: bool, wish: Wish) -> None:
    """Open a shell with the credentials of a profile or a role.

    Without ROLE, with those that you have. The shell is the one that $SHELL names; `exit` leaves it. Inside one there
    is no other: leave the first.
    """
    if variables.ROLE in os.environ:
        raise nested(os.environ)
    had = taken(wish, role)
    command = [own(os.environ)]
    click.echo(f"You are {who(had.credentials)}. `exit` leaves this shell.", err=True)
    if serve:
        raise SystemExit(commands.serve_to(command, had, wish.least_left))
    commands.hand_over(command, had)


def nested(environ: Mapping[str, str]) -> Stop:
    """Say in whose shell one is already, and how to leave it."""
    until = environ.get("AWS_SESSION_EXPIRATION")
    return Stop(
        f"this shell has the credentials of `{environ[variables.ROLE]}` already{f', until {until}' if until else ''}; "
        "leave it with `exit`, or take them out with `watchword unset`; one command is run as somebody else with "
        "`watchword exec ROLE -- COMMAND`",
        Exit.USAGE,
    )


def own(environ: Mapping[str, str]) -> str:
    """Name a person's own shell."""
    return environ.get("SHELL") or environ.get("COMSPEC") or "/bin/sh"
