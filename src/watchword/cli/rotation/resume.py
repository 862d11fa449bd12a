"""`watchword rotation resume`: goes on after an undo."""

from __future__ import annotations

import click

from watchword.cli.rotation import alone
from watchword.cli.rotation.desk import Desk, desk
from watchword.cli.rotation.finding import WHOSE, rotation_of


@click.command()
@click.argument("user")
@click.option("--account", metavar="ID", help=WHOSE)
@click.option("--note", default="", help="What there is to say of it; it is kept.")
@desk
def resume(desk: Desk, user: str, account: str | None, note: str) -> None:
    """Let the keys of USER be judged again, after `undo`.

    \b
    watchword rotation resume build-bot --note "the build reads the secret now"
    """  # noqa: D301 - click keeps the lines after this control character
    from watchword.rotation.acting import resume as go_on  # noqa: PLC0415 - loaded only when used
    from watchword.rotation.records import State  # noqa: PLC0415 - likewise

    found = rotation_of(desk, user, account, {State.ROLLED_BACK})
    with alone.run_of(desk) as holder:
        go_on(desk.ledger, found.id, by=desk.hub.arn, holder=holder, now=desk.clock(), note=note)
    click.echo(f"{found.user}: its keys are judged again by the next run.")
