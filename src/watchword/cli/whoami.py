"""`watchword whoami`: who one is to an account, by which credentials, for how long, and who stands behind."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import click

from watchword.cli.credentials import wishes
from watchword.cli.credentials.asking import asking
from watchword.cli.credentials.durations import said
from watchword.cli.credentials.obtain import along
from watchword.cli.credentials.origins import origin
from watchword.cli.credentials.routes import Route, route
from watchword.cli.credentials.shapes import Credentials, Wish
from watchword.cli.lending.taking import step_out
from watchword.cli.lending.variables import instant

HEADINGS = {
    "account": "Account",
    "arn": "ARN",
    "user_id": "User id",
    "access_key_id": "Access key id",
    "profile": "Profile",
    "source": "Credentials from",
    "endpoint_url": "Asked at",
    "source_identity": "Source identity",
    "chain": "By way of",
    "expires_at": "Good until",
    "store": "Store",
}


@dataclass(frozen=True, slots=True)
class Self:
    """What is told of oneself."""

    account: str
    arn: str
    user_id: str
    access_key_id: str
    profile: str | None
    source: str
    endpoint_url: str | None
    source_identity: str | None
    chain: tuple[str, ...]
    """ARNs, from the one who first asked to the one before this session."""
    expires_at: str | None
    seconds_left: int | None
    store: str


@click.command()
@wishes.role
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@wishes.wished
def whoami(role: str, as_json: bool, wish: Wish) -> None:
    """Tell who you are, as the account itself answers. With ROLE, who you would be.

    ROLE is a profile, or a role's ARN or name; without it, the profile that the AWS CLI would use.
    """
    wish, now = replace(wish, role=role), time.time()
    step_out(wish)
    found = route(wish, os.environ)
    got = along(found, wish, now=now, ask=asking())
    told = _asked(got, found, now)
    if as_json:
        import msgspec  # noqa: PLC0415 - takes a twentieth of a second, and a person's form does without

        click.echo(msgspec.json.encode(told).decode())
        return
    _show(told)


def _asked(got: Credentials, found: Route, now: float) -> Self:
    """Ask the account.

    Raises Stop.
    """
    from watchword.cli import aws  # noqa: PLC0415 - likewise
    from watchword.cli.credentials import store, sts  # noqa: PLC0415 - likewise

    with aws.refusals_told():
        client = sts.client(got, found.where, found.settings_of)
        identity = client.get_caller_identity()
        session: Mapping[str, Any] = {}
        if got.session_token is not None and not aws.is_aws(client):
            session = _session(got, found)
    kept = store.opened(os.environ).describe()
    ends = got.expires_at
    return Self(
        identity["Account"],
        identity["Arn"],
        identity["UserId"],
        got.access_key_id,
        found.profile or None,
        origin(found.link),
        found.where.sts_url or None,
        session.get("SourceIdentity"),
        tuple(link["PrincipalArn"] for link in session.get("Chain", ())),
        instant(ends) if ends is not None else None,
        max(0, int(ends - now)) if ends is not None else None,
        f"{kept.kind}: {kept.where}",
    )


def _session(got: Credentials, found: Route) -> Mapping[str, Any]:
    """Ask an authority of ours what it tells of a session; nothing where it is another's, or it does not tell us."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - likewise

    from watchword.cli.credentials import sts  # noqa: PLC0415 - likewise

    try:
        told = sts.client(got, found.where, found.settings_of, service="watchword").get_session(
            AccessKeyId=got.access_key_id
        )
    except (BotoCoreError, ClientError):
        return {}
    session: Mapping[str, Any] = told["Session"]
    return session


def _show(told: Self) -> None:
    width = max(map(len, HEADINGS.values())) + 2
    for name, heading in HEADINGS.items():
        value = getattr(told, name)
        if isinstance(value, tuple):
            value = " → ".join(value)
        if name == "expires_at" and told.seconds_left is not None:
            value = f"{value} ({said(told.seconds_left)} left)"
        if value:
            click.echo(f"{heading:<{width}}{value}")
