"""`watchword assume`: get a session and keep it, for every other command and SDK that asks for the same."""

from __future__ import annotations

import os
import shlex
import time
from dataclasses import replace
from typing import Any

import click

from watchword.cli.credentials import wishes
from watchword.cli.credentials.durations import said
from watchword.cli.credentials.obtain import along, asking
from watchword.cli.credentials.routes import Route, route
from watchword.cli.credentials.shapes import Credentials, Wish
from watchword.cli.exits import Exit, Stop
from watchword.cli.lending.taking import step_out
from watchword.cli.lending.variables import instant
from watchword.domain.refusal_codes import EXPIRED


@click.command()
@wishes.role
@click.option("--json", "as_json", is_flag=True, help="Print the credentials as `aws sts assume-role` does.")
@wishes.wished
def assume(role: str, as_json: bool, wish: Wish) -> None:
    """Get a session of ROLE, and keep it for commands and SDKs that ask for it.

    ROLE is a profile, or a role's ARN or name; without it, the profile that the AWS CLI would use. An MFA code is asked
    for once, and its session serves every role of the same user and device.
    """
    wish, now = replace(wish, role=role), time.time()
    step_out(wish)
    found, ask = route(wish, os.environ), asking()
    got = along(found, wish, now=now, ask=ask)
    if got.session_token is not None and not wish.fresh and _ended(got, found):
        got = along(found, replace(wish, fresh=True), now=now, ask=ask)
    if got.session_token is None:
        raise Stop(
            "this is a long-term key, and no session; name a role, or say how long a session of your own shall last: "
            "`--duration 12h`",
            Exit.USAGE,
        )
    if as_json:
        click.echo(_json(got))
    _tell(got, wish, now)


def _ended(got: Credentials, found: Route) -> bool:
    """Whether a session that is kept here was ended elsewhere. Whatever else may be wrong, its use will tell."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - only where an account is asked

    from watchword.cli import aws  # noqa: PLC0415 - likewise
    from watchword.cli.credentials import sts  # noqa: PLC0415 - likewise

    try:
        sts.client(got, found.where, found.settings_of, tries=1).get_caller_identity()
    except ClientError as error:
        return aws.code(error) in EXPIRED
    except BotoCoreError:
        return False
    return False


def _json(got: Credentials) -> str:
    import json  # noqa: PLC0415 - as the commands that tell fewer do

    token, ends = got.session_token, got.expires_at
    told: dict[str, Any] = {
        "Credentials": {
            "AccessKeyId": got.access_key_id,
            "SecretAccessKey": got.secret_access_key.reveal(),
            "SessionToken": token.reveal() if token else None,
            "Expiration": instant(ends) if ends is not None else None,
        }
    }
    if got.arn:
        told["AssumedRoleUser"] = {"AssumedRoleId": got.unique_id, "Arn": got.arn}
    return json.dumps(told, indent=2)


def _tell(got: Credentials, wish: Wish, now: float) -> None:
    """Say on standard error who one is now, and what to do with it."""
    who = got.arn or (f"profile `{got.profile}`" if got.profile else got.access_key_id)
    ends = got.expires_at
    until = f" until {instant(ends)} ({said(max(0, ends - now))} left)" if ends is not None else ", with no end"
    asked = " ".join(shlex.quote(word) for word in _words(wish))
    click.echo(f"You are {who}{until}. To use it:", err=True)
    click.echo(f'  in this shell      eval "$(watchword export{asked and " " + asked})"', err=True)
    click.echo(f"  for one command    watchword exec{asked and ' ' + asked} -- COMMAND", err=True)
    config = os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config"
    click.echo(f"  for SDKs           a profile in {config}, chosen by AWS_PROFILE, with the lines", err=True)
    for line in _profile_lines(got, wish):
        click.echo(f"                     {line}", err=True)


def _profile_lines(got: Credentials, wish: Wish) -> list[str]:
    """Give the lines of a profile whose credentials these are, for SDKs that choose it by AWS_PROFILE."""
    if got.profile not in ("", wish.role) and wish.data is None:
        # AWS_PROFILE will then name the new profile, which cannot ask for itself: tell the one that asks now
        wish = replace(wish, profile=got.profile)
    lines = [f"credential_process = {shlex.join(['watchword', 'credential-process', *_words(wish)])}"]
    lines += [f"region = {got.region}"] if got.region else []
    return lines + ([f"endpoint_url = {got.endpoint_url}"] if got.endpoint_url else [])


def _words(wish: Wish) -> list[str]:
    """Say again what shapes the session, in the words of a command line. Without a policy, which was a file."""
    single = {
        "--profile": wish.profile,
        "--region": wish.region,
        "--endpoint-url": wish.endpoint_url,
        "--data": str(wish.data or ""),
        "--duration": str(wish.duration or ""),
        "--session-name": wish.session_name,
        "--source-identity": wish.source_identity,
        "--external-id": wish.external_id,
        "--mfa-serial": wish.mfa_serial,
    }
    words = [word for option, value in single.items() if value for word in (option, value)]
    words += [word for key, value in wish.tags for word in ("--tag", f"{key}={value}")]
    words += [word for key in wish.transitive_tag_keys for word in ("--transitive-tag", key)]
    words += [word for arn in wish.policy_arns for word in ("--policy-arn", arn)]
    return ([wish.role] if wish.role else []) + words + (["--policy", "FILE"] if wish.policy else [])
