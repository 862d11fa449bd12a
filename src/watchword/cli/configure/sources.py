"""`watchword configure list`: what a profile says, and where each value comes from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from watchword.cli import completing, tables
from watchword.cli.configure.answers import MASK, masked
from watchword.cli.credentials import aws_files
from watchword.cli.credentials.aws_files import KEY_ID, SECRET, TOKEN, Files
from watchword.cli.credentials.profiles import DEFAULT, chosen

ENVIRONMENT = {
    KEY_ID: ("AWS_ACCESS_KEY_ID",),
    SECRET: ("AWS_SECRET_ACCESS_KEY",),
    TOKEN: ("AWS_SESSION_TOKEN",),
    "region": ("AWS_DEFAULT_REGION",),
    "output": ("AWS_DEFAULT_OUTPUT",),
    "endpoint_url": ("AWS_ENDPOINT_URL",),
}
"""Variables that go before the files.  Source: botocore, configprovider and endpoint_provider."""
KEYS = (KEY_ID, SECRET, TOKEN)
WAYS = (
    "role_arn",
    "source_profile",
    "credential_source",
    "mfa_serial",
    "credential_process",
    "sso_session",
    "sso_start_url",
    "web_identity_token_file",
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of a profile; secrets are not shown."""

    name: str
    value: str | None
    source: str | None
    location: str | None


@click.command("list")
@click.option("--profile", help="Which profile.  [default: as the AWS CLI]", shell_complete=completing.profiles)
@tables.output
def list_(form: str, profile: str | None) -> None:
    """Show what a profile says, and where each value comes from. Secrets are masked."""
    found = settings(aws_files.files(os.environ), profile, os.environ)
    sheet = tables.sheet_of(
        Setting,
        {
            "name": lambda row: row.name,
            "value": lambda row: row.value or "not set",
            "from": lambda row: row.source or "",
            "where": lambda row: row.location or "",
        },
    )
    tables.write(form, sheet, found)


def settings(where: Files, profile: str | None, environ: Mapping[str, str]) -> Iterator[Setting]:
    """Tell all values of a profile, in a fixed order; a way to credentials only where it is used.

    Raises Stop.
    """
    named = profile or chosen(environ)
    variable = "AWS_DEFAULT_PROFILE" if environ.get("AWS_DEFAULT_PROFILE") else "AWS_PROFILE"
    source = "option" if profile else "environment" if named else "default"
    yield Setting("profile", named or DEFAULT, source, variable if source == "environment" else None)
    for name in (*KEYS, "region", "output", "endpoint_url"):
        yield _found(where, named or DEFAULT, name, {} if profile and name in KEYS else environ)
    for name in WAYS:
        found = _found(where, named or DEFAULT, name, {})
        if found.value is not None:
            yield found


def _found(where: Files, profile: str, name: str, environ: Mapping[str, str]) -> Setting:
    for variable in ENVIRONMENT.get(name, ()):
        if environ.get(variable):
            return Setting(name, _shown(name, environ[variable]), "environment", variable)
    config = aws_files.config_place(where, profile)
    places: tuple[tuple[str, Path, Mapping[str, str]], ...] = (
        ("credentials file", where.credentials, aws_files.read(where.credentials).get(profile, {})),
        ("config file", where.config, config.values()),
    )
    for source, path, values in places:
        if values.get(name):
            return Setting(name, _shown(name, values[name]), source, str(path))
    return Setting(name, None, None, None)


def _shown(name: str, value: str) -> str:
    if name == KEY_ID:
        return masked(value)
    return MASK if name in {SECRET, TOKEN} else value
