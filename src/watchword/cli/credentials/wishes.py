"""The words by which a person says which credentials they wish for, the same for every command."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from watchword.cli import completing
from watchword.cli.credentials.durations import HELP, SHORTEST, Duration, Margin
from watchword.cli.credentials.shapes import LEAST_LEFT, Wish
from watchword.cli.exits import Exit, Stop

_DATA_HELP = "Use the first profile that `init` wrote in this directory, unless --profile is given."


class Tag(click.ParamType[tuple[str, str]]):
    """A session tag, `key=value`."""

    name = "key=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        key, found, content = value.partition("=")
        if not found or not key:
            self.fail(f"`{value}` is not a tag; write `key=value`", param, ctx)
        return key, content


_OPTIONS = (
    click.option(
        "--profile",
        default="",
        help="AWS profile to use.  [default: as the AWS CLI]",
        shell_complete=completing.profiles,
    ),
    click.option("--region", default="", help="AWS region.  [default: as the AWS CLI]"),
    click.option("--endpoint-url", default="", help="Where to ask, if not AWS.  [default: as the AWS CLI]"),
    click.option("--data", type=click.Path(path_type=Path, file_okay=False), envvar="WATCHWORD_DATA", help=_DATA_HELP),
    click.option("--duration", type=Duration(), help=HELP),
    click.option("--session-name", default="", help="Name of the role session.  [default: the profile's, then yours]"),
    click.option("--source-identity", default="", help="Who is behind the session; stays along a chain of roles."),
    click.option("--external-id", default="", help="What the role's trust policy asks third parties for."),
    click.option("--tag", "tags", type=Tag(), multiple=True, help="A session tag. May be given several times."),
    click.option(
        "--transitive-tag", "transitive_tag_keys", multiple=True, help="Key of a tag that stays along a chain."
    ),
    click.option(
        "--policy", type=click.File(), help="File of a session policy, which lessens what it may; - is stdin."
    ),
    click.option("--policy-arn", "policy_arns", multiple=True, help="A managed policy, to the same end."),
    click.option("--mfa-serial", default="", help="MFA device to be asked about.  [default: the profile's]"),
    click.option(
        "--mfa-code", default="", help="Its code, used at once and good for one session.  [default: asked for]"
    ),
    click.option(
        "--min-left", "least_left", type=Margin(), default=LEAST_LEFT, help="Renew what has less left.  [default: 15m]"
    ),
    click.option("--force", "fresh", is_flag=True, help="Ask anew, whatever is kept."),
)


role = click.argument("role", default="", metavar="[ROLE]", shell_complete=completing.profiles)
"""A profile's name, or a role's ARN or name; the command puts it into its wish."""


def _text(policy: Any) -> str:
    try:
        return str(policy.read())
    except UnicodeDecodeError as error:
        raise Stop(f"`{policy.name}` is not a policy: it is no text", Exit.USAGE) from error


def wished(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command a `wish`, from the options that it takes for it. ROLE is the command's own to add."""

    @wraps(command)
    def wishing(*given: Any, policy: Any, duration: int | None, **more: Any) -> None:
        names = Wish.__dataclass_fields__
        members = {name: more.pop(name) for name in tuple(more) if name in names and name != "role"}
        if duration == SHORTEST:
            click.echo(
                "Warning: SDKs ask anew for what has less than 15m left: a session of 15m is renewed at each use.",
                err=True,
            )
        command(*given, wish=Wish(policy=_text(policy) if policy else "", duration=duration, **members), **more)

    for option in reversed(_OPTIONS):
        option(wishing)
    return wishing
