"""`watchword rotation ack`: what the owner of a key says, where a rotation waits for that."""

from __future__ import annotations

import click

from watchword.cli.exits import Exit, Stop
from watchword.cli.rotation import alone
from watchword.cli.rotation.asking import agreed
from watchword.cli.rotation.desk import Desk, desk
from watchword.cli.rotation.finding import WHOSE, rotation_of


@click.command()
@click.argument("user")
@click.option("--account", metavar="ID", help=WHOSE)
@click.option("--ready", is_flag=True, help="A new key may be made: somebody will install it.")
@click.option("--installed", is_flag=True, help="The new key is installed: the old one may go when its time has come.")
@click.option("--cut-off", "--approve", "cut_off", is_flag=True, help="The old key may go though it may be in use.")
@click.option("--note", default="", help="What there is to say of it; it is kept, with who said it.")
@click.option("--yes", is_flag=True, help="Do not ask before `--cut-off`.")
@desk
def ack(
    desk: Desk, user: str, account: str | None, ready: bool, installed: bool, cut_off: bool, note: str, yes: bool
) -> None:
    """Say for USER what its rotation waits for.

    Keys that are handed to a third party wait before a new one is made, and before the old one goes. A key that is
    past its limit and still in use goes only when that was approved.

    \b
    watchword rotation ack vendor-upload --ready
    watchword rotation ack vendor-upload --installed --note "confirmed by their support"
    """  # noqa: D301 - click keeps the lines after this control character
    from watchword.rotation.acting import acknowledge, approve  # noqa: PLC0415 - loaded only when used
    from watchword.rotation.acting.orders import Said  # noqa: PLC0415 - likewise
    from watchword.rotation.records import OPEN  # noqa: PLC0415 - likewise

    if ready + installed + cut_off != 1:
        raise Stop("say one of `--ready`, `--installed` and `--cut-off`", Exit.USAGE)
    found = rotation_of(desk, user, account, OPEN)
    if cut_off and not yes:
        agreed(
            f"Let {found.old} of {found.user} be deactivated, though it may be in use?",
            f"whatever uses {found.old} will stop working; add `--yes` to say so in a script",
        )
    with alone.run_of(desk) as holder:
        by, now = desk.hub.arn, desk.clock()
        if cut_off:
            approve(desk.ledger, found.id, by=by, holder=holder, now=now, note=note)
        else:
            said = Said.READY if ready else Said.INSTALLED
            acknowledge(desk.ledger, found.id, said, by=by, holder=holder, now=now, note=note)
    click.echo(f"{found.user}: on record. The next run goes on with it.")
