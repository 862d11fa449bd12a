"""Listening on this machine alone, beside something else; and files that are there for as long as it does."""

from __future__ import annotations

import ipaddress
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from watchword.cli.exits import Stop

STOPPING = 5.0
"""Seconds that an answer on its way may take when the endpoint ends."""


class Bind(click.ParamType[tuple[str, int]]):
    """An address of this machine alone, and a port; port 0 is any that is free."""

    name = "address:port"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        if isinstance(value, tuple):
            return value
        host, colon, port = value.rpartition(":")
        host = "127.0.0.1" if host == "localhost" else host.removeprefix("[").removesuffix("]")
        if not colon or not (port.isascii() and port.isdecimal()) or int(port) > 65_535:  # noqa: PLR2004 - the last port
            self.fail(f"`{value}` is not an address and a port; write `127.0.0.1:0`", param, ctx)
        try:
            loopback = ipaddress.ip_address(host).is_loopback
        except ValueError:
            loopback = False
        if not loopback:
            self.fail(
                f"`{host}` can be reached by others; credentials are given to this machine alone: `127.0.0.1:{port}`",
                param,
                ctx,
            )
        return host, int(port)


def listening(address: tuple[str, int]) -> socket.socket:
    """Listen. Whoever connects from now on waits until `serving` begins.

    Raises Stop.
    """
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        raise Stop(f"cannot listen on port {address[1]}: {error.strerror}; choose another with `--bind`") from error
    return listener


def base_of(listener: socket.socket) -> str:
    """Give the URL at which a socket listens."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def serving(application: Any, listener: socket.socket) -> Iterator[None]:
    """Serve an application on a thread of its own until the block ends.

    Raises Stop when it does not start.
    """
    import uvicorn  # noqa: PLC0415 - only where something is served

    ready = threading.Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready.set()

    config = uvicorn.Config(
        application,
        lifespan="off",
        ws="none",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,  # who asks is who connects
        server_header=False,
        limit_concurrency=64,
        timeout_graceful_shutdown=1,
    )
    server = Server(config)
    thread = threading.Thread(target=_run, args=(server, listener, ready), daemon=True, name="endpoint")
    thread.start()
    ready.wait()
    try:
        if not server.started:
            raise Stop("the endpoint did not start; run `watchword endpoint` to see whether it does alone")
        yield
    finally:
        server.should_exit = True
        thread.join(STOPPING)
        listener.close()


def _run(server: Any, listener: socket.socket, ready: threading.Event) -> None:
    try:
        server.run(sockets=[listener])
    finally:
        ready.set()


@contextmanager
def private_directory() -> Iterator[Path]:
    """Give a directory that only this user may enter, and that is gone afterwards."""
    made = Path(tempfile.mkdtemp(prefix="watchword-"))  # of mode 0700
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
