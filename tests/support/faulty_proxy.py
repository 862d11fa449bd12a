"""A proxy between a client and an authority that spoils one chosen request: dropped, refused, or its sender killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

READING = ("Get", "List", "Describe", "Simulate")


class How(StrEnum):
    """What becomes of the chosen request."""

    KILL_BEFORE = "kill before"
    """Whoever sent it is killed before it arrives."""
    KILL_AFTER = "kill after"
    """It is carried out, and whoever sent it is killed before the answer."""
    DROP = "drop"
    """It is carried out, and the answer is lost."""
    LOSE = "lose"
    """It never arrives."""
    THROTTLED = "throttled"
    DENIED = "denied"
    FAULT = "fault"


ANSWERS = {How.THROTTLED: (400, "Throttling"), How.DENIED: (403, "AccessDenied"), How.FAULT: (500, "InternalFailure")}


@dataclass
class Faults:
    """What is to go wrong, and what has passed. Numbers count from the last `arm`."""

    number: int = -1
    how: How = How.DROP
    kill: Callable[[], None] = lambda: os.kill(os.getpid(), signal.SIGKILL)
    passed: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def arm(self, number: int, how: How) -> None:
        """Spoil the nth request from now on, and no other."""
        with self.lock:
            self.number, self.how, self.passed = number, how, []

    def disarm(self) -> None:
        """Let everything pass."""
        self.arm(-1, How.DROP)

    def next(self, operation: str) -> How | None:
        """Count a request, and tell what becomes of it."""
        with self.lock:
            self.passed.append(operation)
            return self.how if len(self.passed) - 1 == self.number else None

    @property
    def reached(self) -> bool:
        """Whether the chosen request was made."""
        return 0 <= self.number < len(self.passed)


@contextmanager
def faulty(endpoint: str, faults: Faults | None = None) -> Iterator[tuple[str, Faults]]:
    """Run a proxy to `endpoint` on a free port of loopback; gives its own endpoint, and what is to go wrong there."""
    faults = faults or Faults()

    class Handler(_Handler):
        upstream = urlsplit(endpoint).netloc

    Handler.faults = faults
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", faults
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def is_reading(operation: str) -> bool:
    """Whether an operation only reads."""
    return operation.startswith(READING)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    upstream: ClassVar[str]
    faults: ClassVar[Faults]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        how = self.faults.next(_operation(self.headers, body))
        if how in {How.KILL_BEFORE, How.LOSE}:
            self._hang_up(kill=how is How.KILL_BEFORE)
        elif how in ANSWERS:
            self._refuse(*ANSWERS[how])
        else:
            status, headers, answer = self._forwarded(body)
            if how in {How.KILL_AFTER, How.DROP}:
                self._hang_up(kill=how is How.KILL_AFTER)
            else:
                self._answer(status, headers, answer)

    def log_message(self, *_told: Any) -> None:
        """Tell nothing."""

    def _forwarded(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Pass a request on as it is, once: the name of the host is signed with it."""
        connection = HTTPConnection(self.upstream, timeout=30)
        try:
            connection.putrequest("POST", self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            reply = connection.getresponse()
            return reply.status, dict(reply.getheaders()), reply.read()
        finally:
            connection.close()

    def _hang_up(self, *, kill: bool) -> None:
        if kill:
            self.faults.kill()
        self.close_connection = True

    def _refuse(self, status: int, code: str) -> None:
        if self.headers.get("X-Amz-Target"):
            headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": code}
            body = f'{{"__type": "{code}", "message": "made up by a test"}}'
        else:
            headers = {"Content-Type": "text/xml"}
            body = (
                f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>made up by a test</Message>"
                "</Error><RequestId>1</RequestId></ErrorResponse>"
            )
        self._answer(status, headers, body.encode())

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _operation(headers: Any, body: bytes) -> str:
    """Read which operation is asked for: from the target of the JSON protocol, or the form of the query protocol."""
    target = str(headers.get("X-Amz-Target") or "").rpartition(".")[2]
    return target or parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
