"""The agent's own sockets: bound before anything else is done, opened when there is something to serve."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import ip_address

LARGEST_PORT = 65_535


class CannotListen(Exception):  # noqa: N818 - what is wrong, not whose error it is
    """An address cannot be had."""


def address_of(text: str) -> tuple[str, int]:
    """Read `127.0.0.1:1338` or `[::1]:1338`; port 0 takes a free one.

    Raises ValueError.
    """
    host, colon, port = text.rpartition(":")
    if not (colon and port.isascii() and port.isdecimal() and int(port) <= LARGEST_PORT):
        msg = f"`{text}` is not an address; write host:port"
        raise ValueError(msg)
    try:
        return str(ip_address(host.removeprefix("[").removesuffix("]"))), int(port)
    except ValueError as error:
        msg = f"`{host}` is not an IP address; write one of this machine's, 127.0.0.1"
        raise ValueError(msg) from error


def bind(text: str, hop_limit: int | None = None) -> socket.socket:
    """Take an address. What its connections send goes no further than `hop_limit` hops.

    An accepted socket has its listener's limit, and so has the answer to the first packet.  Source: ip(7), ipv6(7).
    Raises CannotListen.
    """
    host, port = address_of(text)
    taken = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hop_limit is not None and taken.family == socket.AF_INET6:
            taken.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, hop_limit)
        elif hop_limit is not None:
            taken.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, hop_limit)
        taken.bind((host, port))
    except OSError as error:
        taken.close()
        raise CannotListen(f"cannot listen on `{text}`: {error.strerror}") from error
    return taken


def open_all(sockets: Iterable[socket.socket]) -> None:
    """Let connections in.

    Raises CannotListen when another process opened the same address since.
    """
    for taken in sockets:
        try:
            taken.listen()
        except OSError as error:
            raise CannotListen(f"cannot listen on {url_of(taken)}: {error.strerror}") from error


def url_of(taken: socket.socket) -> str:
    """Write a socket's address as clients on this machine call it, its port known."""
    host, port = taken.getsockname()[:2]
    address = ip_address(host)
    if address.is_unspecified:
        host = "::1" if ":" in host else "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
