"""`watchword sessions watch`: a table that keeps up to date on a terminal, and elsewhere a line for each change."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

import click

from watchword.cli import aws
from watchword.cli.sessions import own
from watchword.cli.sessions.authority import authority
from watchword.cli.sessions.changes import Watch
from watchword.cli.sessions.criteria import Criteria, matching
from watchword.cli.sessions.following import in_lines, in_table


@click.command()
@matching
@click.option("--ip", metavar="ADDRESS", help="Asked for from this address or block of addresses: `10.0.0.0/8`.")
@click.option("--every", type=click.FloatRange(0.5), default=2.0, show_default=True, help="Seconds between two looks.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print a JSON object a line for each change, on a terminal as well."
)
@authority
def watch(account: aws.Account, client: Any, criteria: Criteria, ip: str | None, every: float, as_json: bool) -> None:
    """Watch live sessions until interrupted.

    On a terminal, a table that keeps up to date; elsewhere, a line for each session that begins, ends, is blocked or
    unblocked, or expires.
    """
    ahead = aws.now(account) - datetime.now(UTC)
    wanted = criteria.asked() | ({"SourceIp": ip} if ip else {})
    watched = Watch(client, wanted, lambda: datetime.now(UTC) + ahead, own.key(account))
    follow = in_table if sys.stdout.isatty() and not as_json else partial(in_lines, as_json=as_json)
    with suppress(KeyboardInterrupt):  # how one says that it is enough
        follow(watched, partial(_pause, every))


def _pause(seconds: float) -> None:
    sys.stdout.flush()  # whoever reads a pipe waits no longer than they have to
    time.sleep(seconds)
