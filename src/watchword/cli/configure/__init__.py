"""`watchword configure`: puts a key and its settings into a profile, where every AWS tool finds them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click

from watchword.cli import completing, tables
from watchword.cli.configure import answers, proof
from watchword.cli.configure.answers import Wanted
from watchword.cli.configure.proof import Whereabouts
from watchword.cli.configure.sources import list_
from watchword.cli.credentials import aws_files
from watchword.cli.credentials.aws_files import KEY_ID, SECRET, TOKEN
from watchword.cli.credentials.profiles import DEFAULT, chosen
from watchword.cli.exits import Exit, Stop
from watchword.cli.keys import csv_file

BEFORE_KEYS = ("role_arn", "web_identity_token_file", "sso_session", "sso_start_url")
"""Settings that go before the keys of their own profile.  Source: botocore.credentials, the order of providers."""


@dataclass(frozen=True, slots=True)
class Configured:
    """What was done with one profile: the members of the JSON."""

    profile: str
    access_key_id: str | None
    verified: bool
    arn: str | None
    account: str | None
    credentials_file: str
    config_file: str
    changed: tuple[str, ...]


@click.group(invoke_without_command=True)
@click.option("--profile", help="Which profile.  [default: as the AWS CLI]", shell_complete=completing.profiles)
@click.option("--access-key-id", help="The key's id.  [default: asked for]")
@click.option("--secret-stdin", is_flag=True, help="Read the secret from standard input, and ask nothing.")
@click.option("--region", help="Default region.  [default: asked for]")
@click.option("--output", help="Default output format of the AWS CLI.  [default: asked for]")
@click.option(
    "--endpoint-url", help="Where the key is good, if not at AWS; `aws` for AWS itself.  [default: asked for]"
)
@click.option(
    "--import",
    "csv_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Take the keys of a CSV from AWS's console; profiles are named as the users in it, or by --profile.",
)
@click.option("--replace", "may_replace", is_flag=True, help="Let --import put a key in another one's place.")
@click.option("--no-verify", is_flag=True, help="Write without asking who the key is.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; with --import an array of them.")
def configure(
    profile: str | None,
    csv_path: Path | None,
    secret_stdin: bool,
    may_replace: bool,
    no_verify: bool,
    as_json: bool,
    access_key_id: str | None,
    **settings: str | None,
) -> None:
    """Put a key into a profile, as `aws configure` does, if it proves to work.

    Asks for the key's id, its secret (unseen), region, output format and endpoint; what is there already is kept by an
    empty answer. All other lines of your files stay as they are.
    """
    if click.get_current_context().invoked_subcommand:
        return
    given = {KEY_ID: access_key_id} | settings
    if csv_path:
        if secret_stdin or access_key_id:
            raise Stop("`--import` brings the keys: leave `--access-key-id` and `--secret-stdin` away", Exit.USAGE)
        wanted = _imported(csv_path, profile, given, may_replace=may_replace)
    else:
        name = profile or chosen(os.environ) or DEFAULT
        wanted = {name: (answers.read if secret_stdin else answers.asked)(given, _had(name))}
    done = [_proved(name, want, verify=not no_verify) for name, want in wanted.items()]
    for each in done:
        _write(each.profile, wanted[each.profile])
        _tell(each)
    if csv_path:
        click.echo(f"`{csv_path}` still holds the secret: delete it.", err=True)
    if as_json:
        told = [tables.encoded(asdict(each)) for each in done]
        click.echo(f"[{','.join(told)}]" if csv_path else told[0])


configure.add_command(list_)


def _imported(
    path: Path, profile: str | None, given: Mapping[str, str | None], *, may_replace: bool
) -> dict[str, Wanted]:
    """Read which key is to go into which profile.

    Raises Stop.
    """
    lines = csv_file.read(path)
    if len(lines) != 1 and profile:
        raise Stop(f"`{path}` has {len(lines)} keys, and `--profile` is one; leave it away", Exit.USAGE)
    wanted: dict[str, Wanted] = {}
    for line in lines:
        name = profile or line.user
        if not name:
            raise Stop(f"`{path}` does not say whose key it is; name a profile by `--profile`", Exit.USAGE)
        had = _had(name)
        if had.get(KEY_ID) not in {None, line.key_id} and not may_replace:
            raise Stop(f"profile `{name}` holds another key; add `--replace` to put this one in its place", Exit.USAGE)
        pair = answers.checked(line.key_id, line.secret.reveal())
        wanted[name] = Wanted(pair, answers.changed(given, had))
    return wanted


def _had(profile: str) -> dict[str, str]:
    """Read what a profile has: the key's place goes before the config file."""
    where = aws_files.files(os.environ)
    return aws_files.config_place(where, profile).values() | aws_files.key_place(where, profile).values()


def _proved(profile: str, wanted: Wanted, *, verify: bool) -> Configured:
    """Say what will be done with a profile, when its key has been proved.

    Raises Stop.
    """
    where, had, pair = aws_files.files(os.environ), _had(profile), wanted.pair
    changed = tuple(name for name, value in {**_lines(wanted), **wanted.settings}.items() if value != had.get(name))
    plan = Configured(
        profile, pair.id if pair else None, False, None, None, str(where.credentials), str(where.config), changed
    )
    if pair is None or not verify:
        return plan
    now = had | dict(wanted.settings)
    there = Whereabouts(*(now.get(name) or "" for name in ("region", "endpoint_url", "ca_bundle")))
    who = proof.prove(pair, there)
    return replace(plan, verified=True, arn=who.arn, account=who.account)


def _write(profile: str, wanted: Wanted) -> None:
    where = aws_files.files(os.environ)
    if wanted.settings:
        aws_files.write(aws_files.config_place(where, profile), wanted.settings)
    if wanted.pair:
        note = aws_files.write(aws_files.key_place(where, profile), _lines(wanted))
        if note:
            click.echo(f"Note: {note}.", err=True)


def _lines(wanted: Wanted) -> dict[str, str | None]:
    """Give the lines of a key; a session token that stood beside another one goes."""
    pair = wanted.pair
    return {KEY_ID: pair.id, SECRET: pair.secret.reveal(), TOKEN: None} if pair else {}


def _tell(done: Configured) -> None:
    """Say on standard error what was done, and what would keep it from being used."""
    if done.verified:
        click.echo(f"You are {done.arn}.", err=True)
    what = f"Wrote {', '.join(done.changed)}" if done.changed else "Nothing changed"
    click.echo(f"{what}: profile `{done.profile}`.", err=True)
    before = next((name for name in BEFORE_KEYS if _had(done.profile).get(name)), None)
    if done.access_key_id and before:
        click.echo(f"Note: this profile has {before}, which goes before its key.", err=True)
    if os.environ.get("AWS_ACCESS_KEY_ID"):
        click.echo("Note: AWS_ACCESS_KEY_ID is set, and goes before every profile that is not named.", err=True)
