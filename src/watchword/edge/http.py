"""Uvicorn's HTTP protocol, with two differences: a response leaves in one write, and a request's head has a limit.

Uvicorn writes a response's head and body apart, which is two system calls and two packets for answers of a few hundred
bytes; and it keeps whatever headers a stranger sends, without end.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT = 131_072
"""Bytes of a request's line and headers, of which nobody needs a tenth."""


class Corked:
    """A transport that keeps a head until the first bytes of its body come; all else it hands on at once."""

    __slots__ = ("_head", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head + data)
        elif data.startswith(b"HTTP/1.1 ") and not data.startswith(b"HTTP/1.1 100 "):
            self._head = data
        else:
            self._transport.write(data)

    def close(self) -> None:
        self.release()
        self._transport.close()

    def release(self) -> None:
        """Let a head go that no body follows: the answer to a HEAD request."""
        if self._head:
            self.write(b"")


class OneWriteProtocol(HttpToolsProtocol):
    """The HTTP protocol that the authority is served with."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn itself has it
        self._corked = Corked(transport)
        super().connection_made(self._corked)  # type: ignore[arg-type]  # it stands in for one
        self._in_head = True
        self._head_size = 0

    def data_received(self, data: bytes) -> None:
        """Take what has come; refuse a head that does not end, which would be kept until it does."""
        if not self._in_head:
            super().data_received(data)
            return
        self._head_size += len(data)
        super().data_received(data)
        if self._in_head and self._head_size > HEAD_LIMIT and not self.transport.is_closing():
            self.send_400_response("The head of the request is too large.")

    def on_headers_complete(self) -> None:
        """Begin the request; what trails its body goes to a list that nobody reads, for it was no header by then."""
        self._in_head = False
        super().on_headers_complete()
        self.headers = []

    def on_response_complete(self) -> None:
        self._corked.release()
        super().on_response_complete()

    def on_message_complete(self) -> None:
        self._in_head, self._head_size = True, 0
        super().on_message_complete()
