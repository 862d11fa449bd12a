"""`watchword credential-process`: what an SDK runs to get credentials. Kept ones are told without asking anybody."""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import click

from watchword.cli.credentials import wishes
from watchword.cli.credentials.asking import NoAsk, asking
from watchword.cli.credentials.obtain import obtain
from watchword.cli.credentials.shapes import Wish
from watchword.cli.lending.documents import process


@click.command("credential-process")
@wishes.role
@click.option("--prompt", is_flag=True, help="Ask for an MFA code on the terminal, even when an SDK runs this.")
@wishes.wished
def credential_process(role: str, prompt: bool, wish: Wish) -> None:
    """Print credentials in the form that AWS SDKs and tools read from a process.

    ROLE is a profile, or a role's ARN or name; without it, the profile's own credentials. A profile in ~/.aws/config
    with the line `credential_process = watchword credential-process ROLE --profile P` gives them to every SDK and tool:
    P is the profile that asks. An `endpoint_url` stands beside it where it is not AWS.

    What is kept is told at once; else it is asked for and kept. An SDK shows nobody what is asked on standard error, so
    without --prompt an MFA code is asked for only where that is a terminal: run `watchword assume ROLE` first.
    """
    ask = asking(insisting=prompt) if prompt or sys.stderr.isatty() else NoAsk()
    click.echo(process(obtain(replace(wish, role=role), now=time.time(), ask=ask)))
