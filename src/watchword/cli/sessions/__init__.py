"""`watchword sessions`: temporary credentials that are out there: who holds them, and how they are ended."""

from __future__ import annotations

import click

from watchword.cli.sessions.block import block, blocks, unblock
from watchword.cli.sessions.end import end
from watchword.cli.sessions.listing import list_sessions
from watchword.cli.sessions.schedules import schedules, unschedule
from watchword.cli.sessions.show import show
from watchword.cli.sessions.watch import watch


@click.group()
def sessions() -> None:
    """List, watch and end sessions: temporary credentials, whoever holds them.

    Uses the credentials and endpoint that the AWS CLI would use. AWS itself offers none of this; for a role there,
    `sessions end --role R --aws-policy` writes the policy that comes nearest.
    """


for command in (list_sessions, show, end, watch, block, blocks, unblock, schedules, unschedule):
    sessions.add_command(command)
