"""A light HTTP/1.1 client that sends prepared requests over kept connections and times the answers.

It understands of HTTP only what it needs: a status, `Content-Length`, and whether the server closes. It says how busy
it was itself, because a rate measured by a client that has no time left is the client's.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import cast

import uvloop

HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of one load."""

    answered: int
    seconds: float
    busy: float
    """Share of its core that this client used; near 1, the rate is the client's and not the server's."""
    latencies: Sequence[float]
    """Seconds from the last byte sent to the last byte received, ascending."""
    bodies: Sequence[bytes] = ()
    """In order of the requests; empty unless asked for."""
    server_seconds: float = 0.0
    """How long the server kept its processor busy for it, where somebody looked."""

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.answered / self.seconds

    def latency(self, share: float) -> float:
        """Seconds within which that share of the answers came."""
        return self.latencies[min(len(self.latencies) - 1, math.floor(share * len(self.latencies)))]


class RequestRefusedError(Exception):
    """A request got something else than 200; a load that is refused measures nothing."""


@dataclass(slots=True)
class _Load:
    port: int
    pending: Iterator[tuple[int, bytes]]
    until: float
    done: asyncio.Future[None]
    open: int
    latencies: list[float]
    bodies: list[bytes] | None

    def next(self) -> tuple[int, bytes] | None:
        return next(self.pending, None) if time.perf_counter() < self.until else None

    def finish(self) -> None:
        self.open -= 1
        if not self.open and not self.done.done():
            self.done.set_result(None)

    def fail(self, reason: str) -> None:
        if not self.done.done():
            self.done.set_exception(RequestRefusedError(reason))


class _Connection(asyncio.Protocol):
    """One kept connection; when the server closes it, another takes its place."""

    def __init__(self, load: _Load) -> None:
        self.load = load
        self.index = -1
        self.received = b""
        self.sent_at = 0.0
        self.waiting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.send()

    def send(self) -> None:
        upcoming = self.load.next()
        if upcoming is None:
            self.transport.close()
            self.load.finish()
            return
        self.index, request = upcoming
        self.waiting = True
        self.sent_at = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.received += data
        head = self.received.find(HEAD_END)
        if head < 0:
            return
        headers = self.received[:head].lower()
        length = _content_length(headers)
        if len(self.received) < head + len(HEAD_END) + length:
            return
        self.answered(headers, self.received[head + len(HEAD_END) :])

    def answered(self, headers: bytes, body: bytes) -> None:
        self.load.latencies.append(time.perf_counter() - self.sent_at)
        self.waiting = False
        self.received = b""
        if headers[9:12] != b"200":
            self.load.fail(f"{headers[:12].decode()}: {body[:500].decode(errors='replace')}")
            return
        if self.load.bodies is not None:
            self.load.bodies[self.index] = body
        if b"\r\nconnection: close" in headers:
            self.transport.close()
            self.successor = asyncio.ensure_future(_connect(self.load))
        else:
            self.send()

    def connection_lost(self, _error: Exception | None) -> None:
        if self.waiting:
            self.load.fail("the server hung up")


def _content_length(headers: bytes) -> int:
    start = headers.find(b"\r\ncontent-length:")
    if start < 0:
        return 0
    start += 17
    end = headers.find(b"\r\n", start)
    return int(headers[start : end if end >= 0 else None])


async def _connect(load: _Load) -> None:
    try:
        await asyncio.get_running_loop().create_connection(lambda: _Connection(load), "127.0.0.1", load.port)
    except OSError as error:
        load.fail(str(error))


async def _drive(
    port: int, requests: Sequence[bytes], connections: int, seconds: float, *, over_again: bool, keep: bool
) -> Measured:
    numbered = list(enumerate(requests))
    latencies: list[float] = []
    bodies = [b""] * len(requests) if keep else None
    began, used = time.perf_counter(), time.process_time()
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    pending = cycle(numbered) if over_again else iter(numbered)
    load = _Load(port, pending, began + seconds, done, connections, latencies, bodies)
    await asyncio.gather(*(_connect(load) for _ in range(connections)))
    await load.done
    took = time.perf_counter() - began
    busy = (time.process_time() - used) / took
    return Measured(len(latencies), took, busy, sorted(latencies), bodies or ())


def drive(
    port: int,
    requests: Sequence[bytes],
    *,
    connections: int = 16,
    seconds: float = math.inf,
    over_again: bool = False,
    keep: bool = False,
) -> Measured:
    """Send the requests, `connections` at a time, until all are answered or the seconds are over.

    `over_again` starts anew after the last (only for a server that does not look). `keep` keeps the bodies.
    Raises RequestRefusedError when a request gets anything but 200.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_drive(port, requests, connections, seconds, over_again=over_again, keep=keep))
