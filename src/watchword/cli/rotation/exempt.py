"""`watchword rotation exempt`: leaves a user alone until a day, for a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from watchword.cli import tables
from watchword.cli.exits import Exit, Stop
from watchword.cli.rotation import sheets, showing
from watchword.cli.rotation.ahead import Ahead, instant
from watchword.cli.rotation.desk import Desk, desk
from watchword.cli.rotation.words import short, when
from watchword.cli.tables import Sheet
from watchword.cli.times import DAY

if TYPE_CHECKING:
    from datetime import datetime

    from watchword.rotation.ledger import Exempted

LONGEST = 366 * DAY


@click.command()
@click.argument("user", required=False)
@click.option(
    "--account", metavar="ID", help="The user's account, by number or name.  [default: that which the tool signs in to]"
)
@click.option("--until", type=Ahead(), metavar="DATE", help="Until when: `2026-12-31`, or `30d`; at most a year.")
@click.option("--reason", help="Why; owners and reports are told.")
@click.option("--lift", is_flag=True, help="End the exemption of USER now.")
@click.option("--list", "listed", is_flag=True, help="List the exemptions made by this command.")
@tables.output
@desk
def exempt(
    desk: Desk,
    user: str | None,
    account: str | None,
    until: datetime | int | None,
    reason: str | None,
    lift: bool,
    listed: bool,
    form: str,
) -> None:
    """Leave USER alone until a day, for a reason.

    Nothing is begun for its keys until then; what is under way waits, but for what must not. When it has ended, the
    exemption itself is something to look at, until it is lifted.

    \b
    watchword rotation exempt build-bot --until 2026-12-31 --reason "moves to a role in June"
    watchword rotation exempt --list
    """  # noqa: D301 - click keeps the lines after this control character
    ledger = desk.ledger
    if listed:
        tables.write(form, _sheet(desk.clock()), ledger.exemptions(desk.account_id(account) if account else ""))
        return
    if not user:
        raise Stop("say whom: `watchword rotation exempt USER --until DATE --reason WHY`, or `--list`", Exit.USAGE)
    account = desk.account_id(account) if account else desk.hub.account
    if lift:
        if not ledger.lift(account, user):
            raise Stop(f"`{user}` of {account} is not exempt by command; see `watchword rotation exempt --list`")
        click.echo(f"{user} of {account} is exempt no more.")
        return
    ends = _until(until, reason, desk.clock())
    _expect_there(desk, account, user)
    ledger.exempt(account, user, ends, reason or "", desk.hub.arn, at=desk.clock())
    click.echo(f"{user} of {account} is exempt until {when(ends)} UTC.")
    showing.say(f"Lift it with `watchword rotation exempt {user} --account {account} --lift`.")


def _until(until: datetime | int | None, reason: str | None, now: float) -> float:
    if until is None or not (reason or "").strip():
        raise Stop("an exemption has an end and a reason: `--until 2026-12-31 --reason WHY`", Exit.USAGE)
    ends = instant(until, now)
    if ends <= now:
        raise Stop(f"`--until {when(ends)}` is over already; an exemption ends in time to come", Exit.USAGE)
    if ends > now + LONGEST:
        raise Stop("an exemption ends within a year from now; renew it then, if it still holds", Exit.USAGE)
    return ends


def _expect_there(desk: Desk, account: str, user: str) -> None:
    """See that there is such a user: nobody would notice that an exemption is for a name that was mistyped.

    Raises Stop, Unreachable, and botocore's errors.
    """
    from watchword.rotation.inventory import look_at_user  # noqa: PLC0415 - loaded only when used

    if look_at_user(desk.member(account), user, desk.rules) is None:
        raise Stop(f"there is no user `{user}` in account {account}; say which is meant with `--account`", Exit.USAGE)


def _sheet(now: float) -> Sheet[Exempted]:
    names = ("account", "user", "until", "reason", "by", "at")
    instants = {"until", "at"}
    return Sheet(
        names,
        lambda one: {
            name: sheets.moment(getattr(one, name)) if name in instants else getattr(one, name) for name in names
        },
        {
            "account": lambda one: one.account,
            "user": lambda one: one.user,
            "until": lambda one: when(one.until),
            "state": lambda one: "" if now < one.until else "ended",
            "reason": lambda one: one.reason,
            "by": lambda one: short(one.by),
        },
        ("reason",),
    )
