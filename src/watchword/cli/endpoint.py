"""`watchword endpoint`: the container credentials endpoint, for one person's programs on this machine."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from watchword.cli.credentials import wishes
from watchword.cli.credentials.shapes import Credentials, Wish
from watchword.cli.export import write
from watchword.cli.lending import commands, forms, loopback, shells, variables
from watchword.cli.lending.taking import taken, who

LOOK = 1.0
"""Seconds: on Windows a signal is seen between two waits alone."""
ENDING = ("SIGINT", "SIGTERM", "SIGHUP")


@click.command()
@wishes.role
@click.option(
    "--bind",
    type=loopback.Bind(),
    default="127.0.0.1:0",
    show_default=True,
    help="Address of this machine, and port; 0 is any that is free.",
)
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write the token.  [default: a directory of its own]",
)
@click.option("--show-token", is_flag=True, help="Print the token itself, not the name of its file.")
@click.option(
    "--format",
    "form",
    type=click.Choice((*forms.SHELLS, "env", "dotenv", "docker")),
    help="What reads the variables.  [default: the shell that this is run from]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@wishes.wished
def endpoint(
    role: str,
    bind: tuple[str, int],
    token_file: Path | None,
    show_token: bool,
    form: str | None,
    as_json: bool,
    wish: Wish,
) -> None:
    """Give the credentials of a profile or a role to programs that ask.

    It runs until it is stopped, and prints the variables by which every AWS SDK finds it. Only programs on this machine
    that have the token are answered. The credentials are renewed before little is left of them.

    SDKs ask it only where neither the environment nor the default profile has keys; `watchword exec --serve` sees to
    that by itself.
    """
    form = form or ("" if as_json else shells.form_in_use(os.environ, windows=os.name == "nt"))
    with ExitStack() as stack:
        had = taken(wish, role)
        over = stack.enter_context(_until_ended())  # not before: somebody may have to be asked
        uri, token = stack.enter_context(commands.endpoint(had, bind, wish.least_left))
        file = (token_file or stack.enter_context(loopback.private_directory()) / "token").absolute()
        stack.enter_context(commands.token_file(file, token))
        told = {variables.TOKEN: token} if show_token else {variables.TOKEN_FILE: str(file)}
        if as_json:
            click.echo(json.dumps({variables.URI: uri} | {name: variables.text(value) for name, value in told.items()}))
        else:
            _tell(form, uri, had.credentials, told)
        sys.stdout.flush()
        click.echo(f"Serving {who(had.credentials)}, renewed while it runs. Ctrl-C ends it.", err=True)
        while not over.wait(LOOK):
            pass


def _tell(form: str, uri: str, credentials: Credentials, told: Mapping[str, variables.Value]) -> None:
    change = variables.served(uri, credentials, **told)
    write(forms.lines(form, change.given, change.taken if form in forms.SHELLS else ()))


@contextmanager
def _until_ended() -> Iterator[threading.Event]:
    """Give what is set when somebody ends this process, so that it can take its files away first."""
    over = threading.Event()
    numbers = [getattr(signal, name) for name in ENDING if hasattr(signal, name)]
    before = {number: signal.signal(number, lambda *_: over.set()) for number in numbers}
    try:
        yield over
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
