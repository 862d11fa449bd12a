"""`watchword keys`: the access keys of a user, one's own unless told otherwise. A plain AWS client."""

from __future__ import annotations

import click

from watchword.cli.keys.creating import create
from watchword.cli.keys.listing import last_used, list_
from watchword.cli.keys.rotate import rotate
from watchword.cli.keys.states import activate, deactivate, delete


@click.group()
def keys() -> None:
    """Make, list, rotate and remove access keys. Uses the credentials that the AWS CLI would use."""


for command in (list_, create, rotate, activate, deactivate, delete, last_used):
    keys.add_command(command)
