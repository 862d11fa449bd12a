"""Handing credentials to another command: in its environment, or by an endpoint that renews them while it runs."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Never
from urllib.parse import urlsplit

import click

from watchword.cli.credentials.places import write_private
from watchword.cli.lending import children, loopback, variables
from watchword.cli.lending.bare_config import bare_config
from watchword.cli.lending.container import PATH, Endpoint, document
from watchword.cli.lending.renewing import Renewing
from watchword.cli.lending.taking import Taken
from watchword.domain.secret import Secret

ANYWHERE = ("127.0.0.1", 0)
TOKEN_BYTES = 32


def hand_over(command: Sequence[str], had: Taken) -> Never:
    """Replace this process by a command that has credentials in its environment, and nowhere else.

    Raises NotRun.
    """
    change = variables.entered(variables.carrying(had.credentials), had.environ)
    children.become(command, change.applied(had.environ))


def serve_to(command: Sequence[str], had: Taken, least_left: int) -> int:
    """Run a command that asks an endpoint of its own for credentials; gives its exit code.

    Raises NotRun, Stop.
    """
    with endpoint(had, ANYWHERE, least_left) as (uri, token), loopback.private_directory() as folder:
        write_private(folder / "token", token.reveal().encode())
        config = bare_config(had.environ, had.credentials.profile)
        write_private(folder / "config", config.encode(errors="surrogateescape"))
        write_private(folder / "credentials", b"")
        told = {
            variables.TOKEN_FILE: str(folder / "token"),
            "AWS_CONFIG_FILE": str(folder / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
        }
        change = variables.entered(variables.served(uri, had.credentials, **told), had.environ)
        return children.run(command, change.applied(had.environ))


@contextmanager
def endpoint(
    had: Taken, bind: tuple[str, int], least_left: int, clock: Callable[[], float] = time.time
) -> Iterator[tuple[str, Secret]]:
    """Serve credentials until the block ends; gives the URI and the token, which is made for this once.

    Raises Stop.
    """
    document(had.credentials)  # a long-term key is refused before anything listens
    token = Secret(secrets.token_urlsafe(TOKEN_BYTES))
    renewing = Renewing(had.credentials, had.renew, clock=clock, told=_not_renewed, least_left=least_left)
    listener = loopback.listening(bind)
    base = loopback.base_of(listener)
    with loopback.serving(Endpoint(renewing.good, token, urlsplit(base).port or 0), listener):
        yield base + PATH, token


@contextmanager
def token_file(path: Path, token: Secret) -> Iterator[None]:
    """Keep a token in a file that only this user may read, until the block ends. No line end follows it.

    Raises Stop.   Source: botocore refuses a token with one; the JavaScript SDK then asks without any.
    """
    content = token.reveal().encode()
    write_private(path, content)
    try:
        yield
    finally:
        if path.is_file() and path.read_bytes() == content:  # not that of an endpoint that came after
            path.unlink(missing_ok=True)


def _not_renewed(why: str) -> None:
    click.echo(f"The credentials could not be renewed, and are served until they expire: {why}", err=True)
