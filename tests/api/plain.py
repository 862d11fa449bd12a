"""Bytes sent as they are, past every client: for requests that no client would send."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.support.authority import Authority
from tests.support.wire import Raw


@dataclass(frozen=True, slots=True)
class Plain:
    """What came back: the status line's number (0 when nothing came) and everything after it."""

    status: int
    rest: bytes


def head(raw: Raw, *more: tuple[str, str], method: str = "", target: str = "", version: str = "1.1") -> bytes:
    """Write a request's line and headers, without a Content-Length."""
    lines = [f"{method or raw.method} {target or raw.target} HTTP/{version}"]
    lines += [f"{name}: {value}" for name, value in (*raw.headers, *more, ("Connection", "close"))]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def exchange(authority: Authority, sent: bytes, *, timeout: float = 10) -> Plain:
    """Send bytes, and read until the server closes."""
    with connect(authority, timeout=timeout) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(sent)
        return _plain(_rest(connection))


def connect(authority: Authority, *, timeout: float = 10) -> socket.socket:
    parts = urlsplit(authority.endpoint)
    return socket.create_connection((parts.hostname or "", parts.port or 0), timeout)


def _rest(connection: socket.socket) -> bytes:
    came = b""
    with suppress(ConnectionResetError):
        while part := connection.recv(65_536):
            came += part
    return came


def _plain(came: bytes) -> Plain:
    if not came.startswith(b"HTTP/1.1 "):
        return Plain(0, came)
    while came.startswith(b"HTTP/1.1 100"):
        came = came.partition(b"\r\n\r\n")[2]
    return Plain(int(came[9:12]), came[12:])
