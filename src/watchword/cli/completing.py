"""What the shell is offered where a word is still to be typed. Key ids are not: they are no names to guess at."""

from __future__ import annotations

import os

import click

from watchword.cli.exits import Stop


def profiles(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Offer the names of a person's AWS profiles; none where they cannot be read."""
    from watchword.cli.credentials.profiles import read  # noqa: PLC0415 - in a shell that completes, alone

    del ctx, param
    try:
        return sorted(name for name in read(os.environ).profiles if name.startswith(incomplete))
    except Stop:
        return []
