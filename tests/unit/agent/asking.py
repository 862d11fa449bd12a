"""Asking an ASGI application without a server, and sources that say what a test wants."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message

from watchword.agent.credentials import Credentials, NotHad, Trouble
from watchword.agent.keeper import Keeper
from watchword.domain.secret import Secret

ROLE = "arn:aws:iam::123456789012:role/service/web"
START = 1_800_000_000.0
HOUR = 3_600.0


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


async def asked(
    app: ASGIApp,
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    *,
    host: str | None = "127.0.0.1:1338",
    peer: str = "127.0.0.1",
) -> Answer:
    given = ({"host": host} if host is not None else {}) | dict(headers or {})
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in given.items()],
        "client": (peer, 40_000),
        "server": ("127.0.0.1", 1338),
        "scheme": "http",
        "http_version": "1.1",
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        await asyncio.sleep(0)
        sent.append(message)

    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent[1:])
    heads = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], heads, body.decode())


@dataclass(slots=True)
class Time:
    """A clock that a test moves."""

    at: float = START

    def __call__(self) -> float:
        return self.at


def credentials(
    number: int = 1,
    *,
    received: float = START,
    life: float = HOUR,
    role: str = ROLE,
    profile: tuple[str, str] = ("", ""),
) -> Credentials:
    secret, token = Secret(f"secret-{number}"), Secret(f"token-{number}")
    return Credentials(f"ASIA{number}", secret, token, received, received + life, role, *profile)


@dataclass(slots=True)
class Upstream:
    """A source: gives credentials of a given life while nothing is wrong with it."""

    time: Time
    life: float = HOUR
    role: str = ROLE
    profile: tuple[str, str] = ("", "")
    wrong: Trouble | Exception | None = None
    verdict: bool | None = True
    given: int = 0
    asked: int = 0
    looked: list[str] = field(default_factory=list)
    before: Callable[[], object] = lambda: None

    def fetch(self) -> Credentials:
        self.asked += 1
        self.before()
        if isinstance(self.wrong, Trouble):
            raise NotHad(self.wrong, f"it is {self.wrong}")
        if self.wrong is not None:
            raise self.wrong
        self.given += 1
        return credentials(self.given, received=self.time(), life=self.life, role=self.role, profile=self.profile)

    def accepts(self, credentials: Credentials) -> bool | None:
        self.looked.append(credentials.access_key_id)
        return self.verdict


def keeper(
    upstream: Upstream, *, least_left: float = 1_800.0, check_every: float = 0.0, label: str = "machine"
) -> Keeper:
    return Keeper(
        label, upstream, clock=upstream.time, chance=lambda: 0.5, least_left=least_left, check_every=check_every
    )
