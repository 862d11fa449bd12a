"""`watchword init`: makes a store with its master key, first account, administrator and first key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from watchword.cli import options
from watchword.domain.secret import Secret
from watchword.settings import Settings


@click.command()
@options.data
@click.option("--account-id", help="Twelve digits; drawn at random when not given.")
@click.option("--admin-user", default="admin", show_default=True, help="Name of the first administrator.")
@click.option("--root-key", is_flag=True, help="Give the first key to the account's root instead. Not advised.")
@click.option("--sandbox", is_flag=True, help="Make a sandbox: a store for tests, whose clock can be moved.")
@click.option("--access-key-id", help="Sandbox only: the administrator's key id, of any shape.")
@click.option("--secret-access-key", help="Sandbox only: the administrator's secret.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def init(
    data: Path,
    account_id: str | None,
    admin_user: str,
    root_key: bool,
    sandbox: bool,
    access_key_id: str | None,
    secret_access_key: str | None,
    as_json: bool,
) -> None:
    """Make a new store, and print its first credentials. They are not shown again."""
    given = None
    if access_key_id is not None and secret_access_key is not None:
        given = access_key_id, Secret(secret_access_key)
    elif access_key_id is not None or secret_access_key is not None:
        raise click.UsageError("`--access-key-id` and `--secret-access-key` go together")
    if given and not sandbox:
        raise click.UsageError("only a sandbox takes a given key; add `--sandbox`")
    settings = options.settings(data)
    first = create(settings, account_id=account_id, admin_user=admin_user, root=root_key, sandbox=sandbox, given=given)
    if as_json:
        click.echo(json.dumps(first))
        return
    _tell(settings, first, root=root_key, sandbox=sandbox)


def create(settings: Settings, **wish: Any) -> dict[str, str]:
    """Make the store and write the profile; gives what `--json` prints.

    Raises click.ClickException.
    """
    from watchword import compose  # noqa: PLC0415 - the store and its libraries are loaded only when they are used

    with options.one_line(*compose.FAULTS):
        made = compose.create(settings, compose.Wish(**wish))
    return {
        "account_id": made.account_id,
        "user_name": made.user_name,
        "access_key_id": made.access_key_id,
        "secret_access_key": made.secret.reveal(),
        "profile_file": str(settings.profile_path.resolve()),
    }


def _tell(settings: Settings, first: dict[str, str], *, root: bool, sandbox: bool) -> None:
    if sandbox:
        click.secho("SANDBOX: for tests only. Its clock can be moved, and it can never become a real store.", bold=True)
    if root:
        click.secho("Warning: this is a root key, which can do everything. Keep it for emergencies.", bold=True)
    click.echo(f"Account            {first['account_id']}")
    click.echo(f"Principal          {first['user_name']}")
    click.echo(f"Access key id      {first['access_key_id']}")
    click.echo(f"Secret access key  {first['secret_access_key']}   (shown only now)")
    click.echo(f"Profile            {first['profile_file']}")
    click.echo(f"Master key         {settings.master_key_path.resolve()}   (keep a copy: without it the store is lost)")
