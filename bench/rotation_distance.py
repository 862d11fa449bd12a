"""Distance: a door before a server, a process of its own, that lets each request wait before it goes on.

It looks into nothing. What comes together goes on together: a request waits once, whether it came in one piece or two,
and many wait at once.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import uvloop

from bench.servers import HERE


class _Inner(asyncio.Protocol):
    """The end towards the server: what it answers goes back at once."""

    def __init__(self, outer: _Outer) -> None:
        self._outer = outer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._outer.joined(cast("asyncio.Transport", transport))

    def data_received(self, data: bytes) -> None:
        self._outer.transport.write(data)

    def connection_lost(self, _fault: Exception | None) -> None:
        self._outer.transport.close()


class _Outer(asyncio.Protocol):
    """The end towards whoever asks."""

    transport: asyncio.Transport

    def __init__(self, port: int, seconds: float) -> None:
        self._port, self._seconds, self._loop = port, seconds, asyncio.get_running_loop()
        self._inner: asyncio.Transport | None = None
        self._early: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._opening = self._loop.create_task(
            self._loop.create_connection(lambda: _Inner(self), "127.0.0.1", self._port)
        )

    def joined(self, inner: asyncio.Transport) -> None:
        self._inner = inner
        inner.writelines(self._early)
        self._early.clear()

    def data_received(self, data: bytes) -> None:
        self._loop.call_later(self._seconds, self._on, data)

    def connection_lost(self, _fault: Exception | None) -> None:
        if self._inner is not None:
            self._inner.close()

    def _on(self, data: bytes) -> None:
        if self._inner is None:
            self._early.append(data)
        elif not self._inner.is_closing():
            self._inner.write(data)


async def _serve(to: int, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Outer(to, seconds), "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def distance(to: int, seconds: float) -> Iterator[int]:
    """Put a server's port that far away; gives the port to ask instead."""
    command = [sys.executable, "-m", "bench.rotation_distance", str(to), str(seconds)]
    with subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(process.stdout.readline() if process.stdout else "")
        finally:
            process.terminate()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
