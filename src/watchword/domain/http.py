"""A request and an answer as bytes, with nothing understood yet: what the wire, the signature and the edge share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Header = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request as it came: `path` and `query` still percent-encoded, header names lower-case, in wire order."""

    method: str
    path: bytes
    query: bytes
    headers: Sequence[Header]
    body: bytes
    source_ip: str = ""
    secure: bool = False
    """Whether it came over TLS, to us or to a proxy that is believed."""

    def header(self, name: bytes) -> bytes | None:
        """Give the first value of a header, or None."""
        for key, value in self.headers:
            if key == name:
                return value
        return None


@dataclass(frozen=True, slots=True)
class HttpReply:
    """One answer, ready to be sent."""

    status: int
    headers: Sequence[Header]
    body: bytes
