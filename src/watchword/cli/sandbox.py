"""`watchword sandbox`: move a sandbox's clock, or set it back. An AWS client of the `watchword` service."""

from __future__ import annotations

from typing import Any

import click

from watchword.cli import aws
from watchword.cli.times import Duration


@click.group()
def sandbox() -> None:
    """Do to a sandbox what no real store allows. Uses the credentials and endpoint that the AWS CLI would use."""


@sandbox.command()
@click.argument("duration", type=Duration())
@aws.account
def advance(duration: int, account: aws.Account) -> None:
    """Move the clock forward by DURATION."""
    reply = _client(account).advance_clock(Seconds=duration)
    click.echo(
        f"The sandbox's clock stands at {reply['Now']:%Y-%m-%d %H:%M:%S} UTC, {_days(reply['AheadSeconds'])} ahead."
    )


@sandbox.command()
@aws.account
def reset(account: aws.Account) -> None:
    """Bring everything back to how it stood just after init."""
    reply = _client(account).reset_sandbox()
    click.echo(f"The sandbox is as it was after init. Its clock stands at {reply['Now']:%Y-%m-%d %H:%M:%S} UTC.")


def _client(account: aws.Account) -> Any:
    from watchword.wire.model import MODELS  # noqa: PLC0415 - loaded only when used

    account.learn(MODELS)
    return account.client("watchword")


def _days(seconds: int) -> str:
    return f"{seconds // 86_400} d {seconds % 86_400 // 3_600} h {seconds % 3_600 // 60} min"
