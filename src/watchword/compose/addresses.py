"""Where to listen, and where clients find us."""

from __future__ import annotations

from watchword.compose.keys import CannotRun
from watchword.settings import Settings

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - looked for, not listened on
"""Addresses that stand for all of a machine's own, and what its own clients call instead."""


def address_of(settings: Settings) -> tuple[str, int]:
    """Give host and port to listen on.

    Raises CannotRun.
    """
    try:
        return settings.address
    except ValueError as error:
        raise CannotRun(str(error)) from error


def endpoint_of(host: str, port: int) -> str:
    """Write the address that a client on this machine uses."""
    return written(EVERYWHERE.get(host, host), port)


def written(host: str, port: int) -> str:
    """Write an address as a URL."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
