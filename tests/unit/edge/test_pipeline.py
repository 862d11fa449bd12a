"""What a request may have fetched or made for it before it is carried out: only what it is allowed to ask for."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar
from xml.etree import ElementTree as ET

from structlog.testing import capture_logs

from tests.support.wire import Raw, signed
from watchword.compose.authority import opened
from watchword.compose.creation import Wish, create
from watchword.domain.http import HttpReply, HttpRequest
from watchword.edge.pipeline import MOST_FETCHES, Pipeline
from watchword.services.issuers.key_sets import KeySets
from watchword.services.known import KnownOidcProvider
from watchword.settings import Settings

T = TypeVar("T")


class Counting(Executor):
    """Does at once what it is given, and counts it."""

    def __init__(self) -> None:
        self.done = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.done += 1
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class Forgetful(KeySets):
    """Never has what was fetched."""

    def __init__(self) -> None:
        super().__init__(lambda _issuer, _thumbprints: None, lambda: 0.0)  # type: ignore[arg-type, return-value] # unused

    def of(self, _provider: KnownOidcProvider, _key_id: str) -> None:
        return None

    def fetch(self, provider: KnownOidcProvider) -> None:
        pass


@dataclass
class Desk:
    """One pipeline without a socket, and its administrator."""

    pipeline: Pipeline
    access_key_id: str
    secret_access_key: str = field(repr=False)
    endpoint: str = "http://keys.example"

    async def ask(self, action: str, credentials: Mapping[str, str] | None = None, /, **parameters: str) -> HttpReply:
        return await self._send(signed(self, "iam", {"Action": action, **parameters}, credentials=credentials))

    async def _send(self, raw: Raw) -> HttpReply:
        headers = tuple((name.lower().encode(), value.encode()) for name, value in raw.headers)
        return await self.pipeline.answer(HttpRequest("POST", b"/", b"", headers, raw.body))

    async def key_of(self, user: str) -> dict[str, str]:
        """Make a user that may do nothing, and give its key."""
        await self.ask("CreateUser", UserName=user)
        tree = ET.fromstring((await self.ask("CreateAccessKey", UserName=user)).body)
        told = {element.tag.rpartition("}")[2]: element.text or "" for element in tree.iter()}
        return {name: told[name] for name in ("AccessKeyId", "SecretAccessKey")}


def at_desk(place: Path, work: Callable[[Desk], Awaitable[T]]) -> T:
    settings = Settings(place / "data")
    first = create(settings, Wish())

    async def run() -> T:
        async with opened(settings) as pipeline:
            return await work(Desk(pipeline, first.access_key_id, first.secret.reveal()))

    return asyncio.run(run())


def test_a_password_is_not_hashed_for_who_may_not_set_it(tmp_path: Path) -> None:
    """A hash takes a tenth of a second and 64 MiB, on threads that wait for identity providers, too."""

    async def work(desk: Desk) -> tuple[list[int], int, int]:
        nobody = await desk.key_of("nobody")
        outside = Counting()
        desk.pipeline = replace(desk.pipeline, outside=outside)
        asked = {"UserName": "admin", "Password": "Correct-Horse-7"}
        denied = [(await desk.ask(f"{verb}LoginProfile", nobody, **asked)).status for verb in ("Create", "Update")]
        change = {"OldPassword": "Correct-Horse-7", "NewPassword": "Correct-Horse-8"}
        denied.append((await desk.ask("ChangePassword", nobody, **change)).status)
        for_nobody = outside.done
        allowed = (await desk.ask("CreateLoginProfile", **asked)).status
        return [*denied, allowed], for_nobody, outside.done

    assert at_desk(tmp_path, work) == ([403, 403, 403, 200], 0, 1)


def test_what_is_never_there_after_it_was_fetched_is_no_fault_of_ours(tmp_path: Path) -> None:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    token = f"{part({'alg': 'ES256', 'kid': 'k'})}.{part({'iss': 'https://issuer.example'})}.AAAA"

    async def work(desk: Desk) -> tuple[int, int]:
        made = await desk.ask("CreateOpenIDConnectProvider", Url="https://issuer.example")
        account = made.body.decode().partition("iam::")[2][:12]
        outside = Counting()
        tools = replace(desk.pipeline.tools, key_sets=Forgetful())
        pipeline = replace(desk.pipeline, outside=outside, tools=tools)
        role = f"RoleArn=arn:aws:iam::{account}:role/x&RoleSessionName=run&Version=2011-06-15"
        body = f"Action=AssumeRoleWithWebIdentity&{role}&WebIdentityToken={token}"
        reply = await pipeline.answer(HttpRequest("POST", b"/", b"", (), body.encode()))
        return reply.status, outside.done

    with capture_logs() as logs:
        assert at_desk(tmp_path, work) == (503, MOST_FETCHES)
    assert [entry["event"] for entry in logs] == ["the store refuses"]
