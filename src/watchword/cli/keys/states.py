"""`watchword keys activate`, `deactivate` and `delete`: in this order a key goes for good."""

from __future__ import annotations

import sys
from typing import Any

import click

from watchword.cli import aws, tables
from watchword.cli.aws import Account
from watchword.cli.exits import Exit, Stop
from watchword.cli.inventory import ACTIVE, INACTIVE, Key
from watchword.cli.keys import found
from watchword.cli.keys.found import Found

key_id = click.argument("key_id")
user = click.option("--user", help="Whose key it is.  [default: found out]")
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.command()
@key_id
@user
@as_json
@aws.account
def activate(account: Account, key_id: str, user: str | None, as_json: bool) -> None:
    """Bring an inactive key back; its secret is the same as before."""
    iam = account.client("iam")
    there = found.one(iam, key_id, user)
    key = there.key
    _set(iam, there, ACTIVE)
    _tell(key, ACTIVE, "Activated {id}{of}.", as_json=as_json)


@click.command()
@key_id
@user
@click.option("--yes", is_flag=True, help="Do not ask before one's own key in use is deactivated.")
@as_json
@aws.account
def deactivate(account: Account, key_id: str, user: str | None, yes: bool, as_json: bool) -> None:
    """Refuse a key from now on. It can be brought back, and still counts as one of two."""
    iam = account.client("iam")
    there = found.one(iam, key_id, user)
    key = there.key
    found.warn_of_use([key], aws.now(account))
    if key_id == _signing(account):
        _confirm(f"{key_id} is the key that you are using now: you may lock yourself out. Go on?", yes=yes)
    _set(iam, there, INACTIVE)
    _tell(key, INACTIVE, "Deactivated {id}{of}; `watchword keys activate {id}` brings it back.", as_json=as_json)


@click.command()
@key_id
@user
@click.option("--force", is_flag=True, help="Also if it is active: it is deactivated first.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@aws.account
def delete(account: Account, key_id: str, user: str | None, force: bool, yes: bool, as_json: bool) -> None:
    """Delete an inactive key for good. An active one is refused: deactivate it first, and see that nothing breaks."""
    iam = account.client("iam")
    there = found.one(iam, key_id, user)
    key = there.key
    found.warn_of_use([key], aws.now(account))
    if key_id == _signing(account):
        raise Stop(f"{key_id} is the key that you are using now; ask with another profile", Exit.USAGE)
    if key.status == ACTIVE and not force:
        raise Stop(
            f"{key_id} is active: run `watchword keys deactivate {key_id}`, wait until you know that nothing misses "
            "it, then delete it; or add `--force`"
        )
    _confirm(f"Delete {key_id}{_of(key)}? It cannot be brought back.", yes=yes)
    if key.status == ACTIVE:
        _set(iam, there, INACTIVE)
    iam.delete_access_key(AccessKeyId=key_id, **there.named)
    _tell(key, "Deleted", "Deleted {id}{of}.", as_json=as_json)


def _set(iam: Any, there: Found, status: str) -> None:
    iam.update_access_key(AccessKeyId=there.key.id, Status=status, **there.named)


def _signing(account: Account) -> str:
    credentials = account.core.get_credentials()
    return credentials.access_key if credentials else ""


def _confirm(question: str, *, yes: bool) -> None:
    """Ask a person; a script has to have said so.

    Raises Stop.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise Stop("nobody can be asked here; add `--yes` if you mean it", Exit.USAGE)
    click.confirm(question, abort=True, err=True)


def _tell(key: Key, status: str, words: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(tables.encoded({"user": key.user, "access_key_id": key.id, "status": status}))
    else:
        click.echo(words.format(id=key.id, of=_of(key)), err=True)


def _of(key: Key) -> str:
    return f" of {key.user}" if key.user else ""
