"""`watchword rotation inventory`: every key of every account, and what it needs. Nothing is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from watchword.cli import tables
from watchword.cli.rotation import sheets, showing, sweeping, words
from watchword.cli.rotation.choosing import choosing
from watchword.cli.rotation.desk import Desk, desk
from watchword.cli.tables import Sheet

if TYPE_CHECKING:
    from watchword.rotation.results import Other
    from watchword.rotation.sweeping.choice import Choice


@click.command()
@click.option("--others", is_flag=True, help="List other long-term credentials instead: root's, passwords, SSH keys.")
@choosing
@tables.output
@desk
def inventory(desk: Desk, choice: Choice, others: bool, form: str) -> None:
    """List the access keys of every account.

    With their age, their last use, and what comes next. Nothing is changed, in the accounts or anywhere else.

    \b
    watchword rotation inventory --output csv > keys.csv
    """  # noqa: D301 - click keeps the lines after this control character
    from watchword.rotation.results import Mode  # noqa: PLC0415 - loaded only when used

    run = sweeping.dry(desk, Mode.INVENTORY, choice)
    if others:
        tables.write(form, _other_sheet(), [other for one in run.accounts for other in one.others])
    else:
        lines = [line for one in run.accounts for line in one.lines]
        tables.write(form, sheets.keys(lines, run.started_at), lines)
    showing.say(showing.summary(run))
    showing.end(run)


def _other_sheet() -> Sheet[Other]:
    names = ("account", "user", "what", "id", "active", "created", "expires", "used_at", "service", "finding")
    instants = {"created", "expires", "used_at"}
    return Sheet(
        names,
        lambda one: {
            name: sheets.moment(getattr(one, name)) if name in instants else getattr(one, name) for name in names
        },
        {
            "account": lambda one: one.account,
            "user": lambda one: one.user,
            "what": lambda one: one.what,
            "id": lambda one: one.id,
            "status": lambda one: "active" if one.active else "inactive",
            "made": lambda one: words.when(one.created),
            "ends": lambda one: words.when(one.expires),
            "last used": lambda one: words.when(one.used_at),
            "finding": lambda one: one.finding,
        },
        ("finding",),
    )
