"""What several commands ask for in the same words, and how they all fail: one clear line, exit code 1."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from os import environ
from pathlib import Path
from typing import Any

import click

from watchword.settings import Settings

data = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    envvar="WATCHWORD_DATA",
    help="Directory of the store, the master key and the first profile.",
)


def settings(directory: Path, **given: Any) -> Settings:
    """Join what the command line gave with what the environment sets; the command line goes first.

    Raises click.UsageError for a value that is not of its kind.
    """
    values: dict[str, Any] = {"data": directory}
    for setting in fields(Settings):
        name, variable = setting.name, setting.metadata.get("env")
        if given.get(name) is not None:
            values[name] = given[name]
        elif variable and variable in environ:
            values[name] = _read(environ[variable], setting.default, variable)
    return Settings(**values)


def _read(text: str, default: object, variable: str) -> object:
    if isinstance(default, int):
        if not text.isdecimal() or int(text) < 1:
            raise click.UsageError(f"`{variable}` is `{text}`; write a whole number from 1")
        return int(text)
    if isinstance(default, float):
        return _seconds(text, variable)
    return Path(text) if default is None else text


def _seconds(text: str, variable: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= threading.TIMEOUT_MAX:  # neither endless nor not a number
        raise click.UsageError(f"`{variable}` is `{text}`; write a number of seconds above 0")
    return seconds


@contextmanager
def one_line(*faults: type[Exception]) -> Iterator[None]:
    """Turn faults that an operator can mend into one line on standard error."""
    try:
        yield
    except faults as fault:
        raise click.ClickException(" ".join(str(fault).splitlines())) from fault


def client(command: Callable[..., None]) -> Callable[..., None]:
    """Add what every command that talks to a running authority takes."""
    for option in (
        click.option("--profile", help="AWS profile to use.  [default: as the AWS CLI]"),
        click.option("--endpoint-url", help="Where the authority listens.  [default: as the AWS CLI]"),
        click.option(
            "--data",
            type=click.Path(path_type=Path, file_okay=False),
            envvar="WATCHWORD_DATA",
            help="Use the first profile that `init` wrote in this directory.",
        ),
    ):
        command = option(command)
    return command


@contextmanager
def aws_client(service: str, data: Path | None, endpoint_url: str | None, profile: str | None) -> Iterator[Any]:
    """Give a boto3 client; what it cannot do becomes one line on standard error.

    Raises click.ClickException.
    """
    import boto3  # noqa: PLC0415 - takes a third of a second, and only commands that call need it
    import botocore.session  # noqa: PLC0415 - likewise
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - likewise

    from watchword.wire.model import MODELS  # noqa: PLC0415 - likewise

    session = botocore.session.Session()
    if data is not None:
        file = str(Settings(data).profile_path)
        session.set_config_variable("config_file", file)
        session.set_config_variable("credentials_file", file)
        profile = profile or "watchword"
    if profile:
        session.set_config_variable("profile", profile)
    try:
        # Only now: it reads the configuration, which stays as it was read first.
        session.get_component("data_loader").search_paths.append(str(MODELS))
        region = session.get_config_variable("region") or "us-east-1"
        made = boto3.session.Session(botocore_session=session)
        make: Callable[..., Any] = made.client  # typed for AWS's services alone, and one of ours is asked for as well
        yield make(service, endpoint_url=endpoint_url, region_name=region)
    except (BotoCoreError, ClientError) as error:
        raise click.ClickException(str(error)) from error
