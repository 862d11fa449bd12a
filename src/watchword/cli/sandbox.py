"""`watchword sandbox`: move a sandbox's clock, or set it back. An AWS client of the `watchword` service."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from watchword.cli import options

UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
DURATION = re.compile(r"([0-9]{1,9})([smhd])")


class Duration(click.ParamType[int]):
    """A length of time such as `91d`, `12h`, `15m` or `30s`, as whole seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        found = DURATION.fullmatch(value)
        if found is None:
            self.fail(f"`{value}` is not a duration; write `91d`, `12h`, `15m` or `30s`", param, ctx)
        return int(found[1]) * UNITS[found[2]]


@click.group()
def sandbox() -> None:
    """Do to a sandbox what no real store allows. Uses the credentials and endpoint that the AWS CLI would use."""


@sandbox.command()
@click.argument("duration", type=Duration())
@options.client
def advance(duration: int, data: Path | None, endpoint_url: str | None, profile: str | None) -> None:
    """Move the clock forward by DURATION."""
    with options.aws_client("watchword", data, endpoint_url, profile) as client:
        reply = client.advance_clock(Seconds=duration)
    click.echo(
        f"The sandbox's clock stands at {reply['Now']:%Y-%m-%d %H:%M:%S} UTC, {_days(reply['AheadSeconds'])} ahead."
    )


@sandbox.command()
@options.client
def reset(data: Path | None, endpoint_url: str | None, profile: str | None) -> None:
    """Bring everything back to how it stood just after init."""
    with options.aws_client("watchword", data, endpoint_url, profile) as client:
        reply = client.reset_sandbox()
    click.echo(f"The sandbox is as it was after init. Its clock stands at {reply['Now']:%Y-%m-%d %H:%M:%S} UTC.")


def _days(seconds: int) -> str:
    return f"{seconds // 86_400} d {seconds % 86_400 // 3_600} h {seconds % 3_600 // 60} min"
