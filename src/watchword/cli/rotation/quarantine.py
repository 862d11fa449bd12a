"""`watchword rotation quarantine`: a leaked key, out of use at once."""

from __future__ import annotations

import re

import click

from watchword.cli.exits import Exit, Stop
from watchword.cli.rotation import alone
from watchword.cli.rotation.asking import agreed
from watchword.cli.rotation.desk import Desk, desk
from watchword.cli.rotation.showing import say

KEY = re.compile(r"AKIA[A-Z0-9]{16}")


@click.command()
@click.argument("key_id", metavar="ACCESS-KEY-ID")
@click.option("--account", metavar="ID", help="The key's account, where the key does not tell it: old ones do not.")
@click.option("--why", required=True, help="How it is known; it is kept, with who did it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@desk
def quarantine(desk: Desk, key_id: str, account: str | None, why: str, yes: bool) -> None:
    """Deactivate a leaked key, and start its replacement.

    Sessions that it may have made are refused. Whatever uses the key stops working at once. Its account is found from
    the key, unless that is an old one.

    \b
    watchword rotation quarantine AKIA2SDCGFTJUMKLWJ7X --why "seen in a public repository"
    """  # noqa: D301 - click keeps the lines after this control character
    from watchword.rotation.acting import quarantine as take_out  # noqa: PLC0415 - loaded only when used

    account = _account(desk, key_id, account)
    _expect_not_ours(desk, key_id)
    if not yes:
        agreed(
            f"Take {key_id} of account {account} out of use now?",
            f"whatever uses {key_id} stops working at once; add `--yes` to say so in a script",
        )
    member = desk.member(account)
    with alone.run_of(desk) as holder:
        found = take_out(
            member,
            key_id,
            rules=desk.rules,
            ledger=desk.ledger,
            holder=holder,
            by=desk.hub.arn,
            why=why,
            central=desk.central,
        )
    click.echo(f"{found.user}: {found.key} is deactivated.")
    settled = found.settled
    if settled and settled.done:
        click.echo(f"Its replacement: {', '.join(settled.done)}.")
    findings = [*found.findings, *([settled.error] if settled and settled.error else [])]
    for finding in findings:
        say(f"To look at: {finding}")
    say(f"See how it goes on: `watchword rotation status --user {found.user}`.")
    if findings:
        click.get_current_context().exit(Exit.FINDING)


def _account(desk: Desk, key_id: str, told: str | None) -> str:
    """Tell whose account a key is of. Raises Stop."""
    from watchword.domain.ids import account_of  # noqa: PLC0415 - loaded only when used

    if not KEY.fullmatch(key_id):
        raise Stop(f"`{key_id}` is no access key id; one is AKIA and sixteen letters and digits", Exit.USAGE)
    if told:
        return desk.account_id(told)
    try:
        return account_of(key_id)
    except ValueError as error:
        raise Stop(f"`{key_id}` does not tell its account; say which with `--account`", Exit.USAGE) from error


def _expect_not_ours(desk: Desk, key_id: str) -> None:
    """See that we do not cut ourselves off half way: there is more to do after that. Raises Stop."""
    credentials = desk.account.core.get_credentials()
    if credentials and credentials.access_key == key_id:
        raise Stop(f"you are signed in with {key_id} itself; sign in with another, and run this again", Exit.USAGE)
