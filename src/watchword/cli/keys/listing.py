"""`watchword keys list` and `watchword keys last-used`."""

from __future__ import annotations

from datetime import timedelta

import click

from watchword.cli import aws, inventory, tables
from watchword.cli.aws import Account
from watchword.cli.credentials import aws_files
from watchword.cli.exits import Exit, Stop
from watchword.cli.inventory import Key
from watchword.cli.keys import found
from watchword.cli.keys.profile_keys import files_of
from watchword.cli.report.controls import LONGEST_UNUSED, OLD_KEY, OLDEST, UNUSED, Limits, broken
from watchword.cli.times import Duration


@click.command("list")
@click.option("--user", help="Whose keys.  [default: one's own]")
@click.option("--all-users", is_flag=True, help="The keys of all users, and whether root has some.")
@click.option("--older-than", type=Duration(), help="Only active keys that are older, such as `90d`.")
@click.option("--unused", type=Duration(), help="Only active keys that were not used for longer, such as `45d`.")
@tables.output
@aws.account
def list_(
    account: Account, form: str, user: str | None, all_users: bool, older_than: int | None, unused: int | None
) -> None:
    """List access keys, and the profiles that hold them.

    Tells the state, age and last use of each, never a secret.

    "Never" used is told apart from "unknown"; with --unused, keys whose last use is not known are told too. For large
    accounts `watchword report keys` is faster.
    """
    if user and all_users:
        raise Stop("`--user` and `--all-users` exclude each other", Exit.USAGE)
    iam, now = account.client("iam"), aws.now(account)
    keys = _every(account, form) if all_users else found.of_user(iam, user)
    limits = Limits(_limit(older_than, OLDEST), _limit(unused, LONGEST_UNUSED))
    only = {name for name, given in ((OLD_KEY, older_than), (UNUSED, unused)) if given is not None}
    holders = aws_files.holders(files_of(account))
    wanted = (key for key in keys if not only or key.note or not only.isdisjoint(broken(key, limits, now)))
    tables.write(form, found.sheet(now), (found.row(key, now, holders) for key in wanted))


@click.command("last-used")
@click.argument("key_id")
@click.option("--user", help="Whose key it is.  [default: found out]")
@tables.output
@aws.account
def last_used(account: Account, form: str, key_id: str, user: str | None) -> None:
    """Tell when and where a key was last used."""
    iam, now = account.client("iam"), aws.now(account)
    key = found.one(iam, key_id, user).key
    tables.write(form, found.sheet(now), [found.row(key, now, aws_files.holders(files_of(account)))])


def _every(account: Account, form: str) -> list[Key]:
    owned = inventory.one_by_one(account.client("iam"), tables.follow(form))
    return [key for _, keys in owned for key in keys]


def _limit(given: int | None, usual: timedelta) -> timedelta:
    return usual if given is None else timedelta(seconds=given)
