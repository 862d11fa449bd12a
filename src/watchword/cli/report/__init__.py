"""`watchword report`: what credentials an account has, how old they are, and whether they are used."""

from __future__ import annotations

import click

from watchword.cli.report.credentials import credentials
from watchword.cli.report.keys import keys
from watchword.cli.report.mfa import mfa
from watchword.cli.report.unused import unused


@click.group()
def report() -> None:
    """Report on an account's credentials. Uses the credentials and endpoint that the AWS CLI would use."""


for command in (credentials, keys, unused, mfa):
    report.add_command(command)
