"""`watchword keys create`: a new key, whose secret goes straight to where it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from watchword.cli import aws, tables
from watchword.cli.aws import Account
from watchword.cli.credentials import aws_files
from watchword.cli.credentials.aws_files import KEY_ID, SECRET, Place
from watchword.cli.exits import Exit, Stop
from watchword.cli.inventory import INACTIVE
from watchword.cli.keys import found
from watchword.cli.keys.csv_file import Line, NewCsv
from watchword.cli.keys.profile_keys import files_of
from watchword.domain.secret import Secret

ALTERNATIVE = "A key has no end. Where a role or a session will do, better take that: `watchword assume`."


@click.command()
@click.option("--user", help="Whose new key.  [default: one's own]")
@click.option("--to-profile", help="Put it in this new profile of the shared credentials file.")
@click.option("--csv", "csv_path", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this new file.")
@click.option("--show", is_flag=True, help="Print the secret.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; it has the secret if nothing else has.")
@aws.account
def create(
    account: Account, user: str | None, to_profile: str | None, csv_path: Path | None, show: bool, as_json: bool
) -> None:
    """Make one more access key for a user, who may have two.

    Its secret is told only now: say where it is to go, to a profile (--to-profile), a file that only you may read
    (--csv), or the screen (--show).
    """
    if to_profile and csv_path:
        raise Stop("`--to-profile` and `--csv` exclude each other: a secret has one place", Exit.USAGE)
    if not (to_profile or csv_path or show or as_json):
        raise Stop("say where the secret is to go: `--to-profile NAME`, `--csv FILE`, or `--show`", Exit.USAGE)
    kept = InProfile(account, to_profile) if to_profile else NewCsv(csv_path) if csv_path else None
    line, made = _made(account, user, kept)
    click.echo(ALTERNATIVE, err=True)
    secret = line.secret.reveal() if show or (as_json and kept is None) else None
    told = {
        "user": line.user,
        "access_key_id": line.key_id,
        "secret_access_key": secret,
        "status": made["Status"],
        "created": made["CreateDate"],
        "profile": to_profile,
        "csv": str(csv_path) if csv_path else None,
    }
    if as_json:
        click.echo(tables.encoded(told))
        return
    for label, name in (("user", "user"), ("key", "access_key_id"), ("secret", "secret_access_key")):
        if told[name]:
            click.echo(f"{label:<8} {told[name]}")
    if kept:
        click.echo(f"The secret is in {kept.path}, and will not be told again.", err=True)


@dataclass(frozen=True, slots=True)
class InProfile:
    """A profile that has no key yet."""

    account: Account
    profile: str

    @property
    def path(self) -> Path:
        return files_of(self.account).credentials

    def reserve(self) -> None:
        """See that nothing would be lost.

        Raises Stop.
        """
        place = aws_files.key_place(files_of(self.account), self.profile)
        aws_files.target(self.path)
        if place.values().get(KEY_ID):
            raise Stop(
                f"{place} holds a key already: choose another name, or replace that key by "
                f"`watchword keys rotate --profile {self.profile}`",
                Exit.USAGE,
            )

    def write(self, line: Line) -> None:
        """Put the key there, and whom it is good for where that is not AWS.

        Raises Stop.
        """
        where = files_of(self.account)
        settings = aws_files.config_place(where, self.profile)
        if not settings.values():
            sts = self.account.client("sts")
            endpoint = None if aws.is_aws(sts) else sts.meta.endpoint_url
            aws_files.write(settings, {"region": self.account.region, "endpoint_url": endpoint})
        note = aws_files.write(
            Place(where.credentials, self.profile), {KEY_ID: line.key_id, SECRET: line.secret.reveal()}
        )
        if note:
            click.echo(f"Note: {note}.", err=True)

    def release(self) -> None:
        """Leave all as it is."""


def _made(account: Account, user: str | None, kept: InProfile | NewCsv | None) -> tuple[Line, dict[str, Any]]:
    """Make the key and keep its secret; a key that cannot be kept is taken back.

    Raises Stop, and botocore's errors.
    """
    from botocore.config import Config  # noqa: PLC0415 - loaded only when used
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - likewise

    if kept:
        kept.reserve()
    named = {"UserName": user} if user else {}
    iam = account.client("iam", config=Config(retries={"total_max_attempts": 1}))
    try:
        made: dict[str, Any] = iam.create_access_key(**named)["AccessKey"]
    except (BotoCoreError, ClientError) as error:
        if kept:
            kept.release()
        if isinstance(error, ClientError) and aws.code(error) == "LimitExceeded":
            raise Stop(_full(account, user)) from error
        raise
    line = Line(made["AccessKeyId"], Secret(made["SecretAccessKey"]), made["UserName"])
    try:
        if kept:
            kept.write(line)
    except (Stop, OSError) as error:
        iam.update_access_key(AccessKeyId=line.key_id, Status=INACTIVE, **named)
        iam.delete_access_key(AccessKeyId=line.key_id, **named)
        if kept:
            kept.release()
        raise Stop(f"{error}; the new key was deleted again") from error
    return line, made


def _full(account: Account, user: str | None) -> str:
    """Say which keys there are, and which one could go."""
    keys, now = found.of_user(account.client("iam"), user), aws.now(account)
    found.warn_of_use(keys, now)
    whose = f" --user {user}" if user else ""
    idle = next((key for key in keys if key.status == INACTIVE), None)
    step = (
        f"`watchword keys delete {idle.id}{whose}`" if idle else f"`watchword keys deactivate ID{whose}`, later delete"
    )
    return f"there are {len(keys)} keys already, as many as a user may have; free a place first: {step}"
