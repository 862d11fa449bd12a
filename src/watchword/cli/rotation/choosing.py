"""Which accounts and users a command is about, in the same words everywhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from watchword.cli.exits import Exit, Stop

if TYPE_CHECKING:
    from watchword.cli.rotation.desk import Desk
    from watchword.rotation.results import Run
    from watchword.rotation.sweeping.choice import Choice

ACCOUNT_HELP = "Only this account, by number or name. May be repeated."


def choosing(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command a `choice`, from the options that it takes for it."""

    @click.option(
        "--account",
        "accounts",
        multiple=True,
        metavar="ID",
        help="Only this account, by number or name. May be repeated.",
    )
    @click.option("--only", multiple=True, metavar="USER", help="Only this user. May be repeated.")
    @click.option(
        "--force", "forced", multiple=True, metavar="USER", help="Only this user, whose key is replaced at any age."
    )
    @click.option("--at-once", type=click.IntRange(1, 256), help="Accounts looked at at once.  [default: the rules']")
    @wraps(command)
    def asking(
        *given: Any, accounts: tuple[str, ...], only: tuple[str, ...], forced: tuple[str, ...], **more: Any
    ) -> None:
        from watchword.rotation.sweeping.choice import Choice  # noqa: PLC0415 - loaded only when used

        command(*given, choice=Choice(accounts=accounts, only=only, forced=forced), **more)

    return asking


def numbered(desk: Desk, choice: Choice) -> Choice:
    """Write `payments/build-bot` as `111122223333/build-bot`, as those who judge users know them. Raises Stop."""

    def written(word: str) -> str:
        account, slash, user = word.rpartition("/")
        return f"{desk.account_id(account)}/{user}" if slash else word

    from msgspec.structs import replace  # noqa: PLC0415 - loaded only when used

    return replace(choice, only=tuple(map(written, choice.only)), forced=tuple(map(written, choice.forced)))


def expect_found(desk: Desk, choice: Choice, run: Run) -> None:
    """See that every account and user that was named is there; of accounts that failed, who knows.

    Raises Stop.
    """
    accounts = {name for one in run.accounts for name in (one.account, one.name)}
    for account in choice.accounts:
        if account not in accounts:
            desk.account_of(account)
    if any(one.failed for one in run.accounts):
        return
    users = {name for one in run.accounts for line in one.lines for name in (line.user, f"{line.account}/{line.user}")}
    for user in (*choice.only, *choice.forced):
        if user not in users:
            raise Stop(
                f"no user with an access key is called `{user}`; `watchword rotation inventory` lists them", Exit.USAGE
            )
