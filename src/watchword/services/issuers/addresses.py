"""Addresses of identity providers: `https://host[:port][/path]`, in one form only."""

from __future__ import annotations

import re
from dataclasses import dataclass

SCHEME = "https://"
HTTPS_PORT = 443
LONGEST_ADDRESS = 2_048
LONGEST_HOST = 253

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(
    rf"https://(?P<host>{_LABEL}(?:\.{_LABEL})*)(?::(?P<port>[1-9][0-9]{{0,4}}))?"
    r"(?P<path>(?:/[A-Za-z0-9._~!$&'()+,;=:@%-]*)*)(?P<query>\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where to connect, and what to ask for there."""

    host: str
    port: int
    path: str
    query: str

    @property
    def authority(self) -> str:
        """Host and port as a URL and the Host header write them."""
        return self.host if self.port == HTTPS_PORT else f"{self.host}:{self.port}"


def address_of(url: str) -> Address:
    """Take an address apart.

    Raises ValueError for one that is not of the form above: a user's name, a fragment or a space is never in it.
    """
    found = _ADDRESS.fullmatch(url) if len(url) <= LONGEST_ADDRESS else None
    port = int(found["port"] or HTTPS_PORT) if found else 0
    if found is None or len(found["host"]) > LONGEST_HOST or port > 65_535:  # noqa: PLR2004 - ports are 16 bits
        msg = f"`{url}` is no address of an identity provider"
        raise ValueError(msg)
    return Address(found["host"], port, found["path"], found["query"] or "")
