"""`watchword rotation undo`: the way back, until the old key is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from watchword.cli.rotation import alone, showing
from watchword.cli.rotation.asking import agreed
from watchword.cli.rotation.desk import Desk, desk
from watchword.cli.rotation.finding import WHOSE, rotation_of

if TYPE_CHECKING:
    from watchword.rotation.records import Rotation


@click.command()
@click.argument("user")
@click.option("--account", metavar="ID", help=WHOSE)
@click.option("--why", required=True, help="Why; it is kept, with who did it.")
@click.option("--even-leaked", is_flag=True, help="Bring back a key that was quarantined, too.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@desk
def undo(desk: Desk, user: str, account: str | None, why: str, even_leaked: bool, yes: bool) -> None:
    """Bring back the old key of USER.

    What its secret held before is made current again. Nothing more is done for its keys until `resume`. What was
    deleted cannot be brought back.

    \b
    watchword rotation undo build-bot --why "the nightly build broke"
    """  # noqa: D301 - click keeps the lines after this control character
    from watchword.rotation.acting import undo as bring_back  # noqa: PLC0415 - loaded only when used
    from watchword.rotation.records import OPEN  # noqa: PLC0415 - likewise

    found = rotation_of(desk, user, account, OPEN)
    if even_leaked and not yes:
        agreed(f"Bring {found.old} back, though it leaked?", "a leaked key is to be brought back; add `--yes`")
    member = desk.member(found.account)
    with alone.run_of(desk) as holder:
        undone = bring_back(
            member,
            found.user,
            rules=desk.rules,
            ledger=desk.ledger,
            holder=holder,
            by=desk.hub.arn,
            why=why,
            even_leaked=even_leaked,
            central=desk.central,
        )
    click.echo(f"{undone.user}: {undone.old} works again{_of_its_secret(desk, undone)}.")
    showing.say(f"Nothing more is done for it until `watchword rotation resume {undone.user}`.")


def _of_its_secret(desk: Desk, undone: Rotation) -> str:
    """Say what the user's secret holds now."""
    from watchword.rotation.acting.undoing import LEFT  # noqa: PLC0415 - loaded only when used

    if undone.kept is None:
        return ""
    if desk.ledger.history(rotation=undone.id, what=(LEFT,)):
        return f"; its secret goes on holding {undone.new}, which is in use"
    if undone.kept.made:
        return "; its secret is new, and holds no key until `resume`"
    return ", and its secret holds again what it held before"
