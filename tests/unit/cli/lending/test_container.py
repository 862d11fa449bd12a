"""Who is answered, and what: every refusal on its own, and none with anything in it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from watchword.cli.credentials.shapes import Credentials
from watchword.cli.exits import Exit, Stop
from watchword.cli.lending.container import PATH, Endpoint
from watchword.domain.secret import Secret

TOKEN = "the-token-of-this-endpoint"
OPS = Credentials(
    "ASIA1",
    Secret("the-secret"),
    Secret("the-session-token"),
    1_800_000_000.0,
    account_id="111122223333",
    role_arn="arn:aws:iam::111122223333:role/ops",
)
HOST = (b"host", b"127.0.0.1:4000")
AUTHORIZATION = (b"authorization", TOKEN.encode())
Header = tuple[bytes, bytes]


def ask(
    *headers: Header,
    path: str = PATH,
    method: str = "GET",
    peer: tuple[str, int] | None = ("127.0.0.1", 5000),
    good: Credentials | Stop = OPS,
) -> tuple[int, dict[str, Any], dict[str, str]]:
    async def had() -> Credentials:
        if isinstance(good, Stop):
            raise good
        return good

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("nobody reads a body")

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": list(headers),
        "client": peer,
        "server": ("127.0.0.1", 4000),
    }
    asyncio.run(Endpoint(had, Secret(TOKEN), 4000)(scope, receive, send))
    return (
        sent[0]["status"],
        json.loads(sent[1]["body"]),
        {name.decode(): value.decode() for name, value in sent[0]["headers"]},
    )


def test_what_is_answered() -> None:
    status, document, headers = ask(HOST, AUTHORIZATION)
    assert status == 200
    assert document == {
        "AccessKeyId": "ASIA1",
        "SecretAccessKey": "the-secret",
        "Token": "the-session-token",
        "Expiration": "2027-01-15T08:00:00Z",
        "RoleArn": "arn:aws:iam::111122223333:role/ops",
        "AccountId": "111122223333",
    }
    assert headers["cache-control"] == "no-store"
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize("host", [b"localhost:4000", b"[::1]:4000", b"LOCALHOST:4000"])
def test_names_of_this_machine(host: bytes) -> None:
    assert ask((b"host", host), AUTHORIZATION)[0] == 200


def refused(answer: tuple[int, dict[str, Any], dict[str, str]], status: int, code: str) -> None:
    assert (answer[0], answer[1]["Code"]) == (status, code)
    assert answer[1].keys() == {"Code", "Message"}
    assert "secret" not in json.dumps(answer[1])
    assert TOKEN not in json.dumps(answer)


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ((b"authorization", b""),),
        ((b"authorization", b"wrong"),),
        ((b"authorization", TOKEN.encode() + b"x"),),
        ((b"authorization", TOKEN[:-1].encode()),),
        ((b"authorization", b"Bearer " + TOKEN.encode()),),
        ((b"authorization", TOKEN.upper().encode()),),
        ((b"authorization", b"\xff\xfe"),),
        (AUTHORIZATION, AUTHORIZATION),
        ((b"x-authorization", TOKEN.encode()),),
    ],
)
@pytest.mark.parametrize("path", [PATH, "/", "/nothing"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_without_the_token_whatever_is_asked(headers: tuple[Header, ...], path: str, method: str) -> None:
    refused(ask(HOST, *headers, path=path, method=method), 403, "AccessDenied")


@pytest.mark.parametrize(
    "hosts",
    [
        (),
        ((b"host", b"evil.example:4000"),),
        ((b"host", b"127.0.0.1"),),
        ((b"host", b"127.0.0.1:4001"),),
        ((b"host", b"localhost.evil.example:4000"),),
        (HOST, (b"host", b"evil.example")),
    ],
)
def test_a_name_that_a_stranger_gave_this_address(hosts: tuple[Header, ...]) -> None:
    refused(ask(*hosts, AUTHORIZATION), 403, "AccessDenied")


@pytest.mark.parametrize("peer", [None, ("10.0.0.1", 5000), ("::ffff:10.0.0.1", 5000)])
def test_only_this_machine(peer: tuple[str, int] | None) -> None:
    refused(ask(HOST, AUTHORIZATION, peer=peer), 403, "AccessDenied")


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "OPTIONS", "DELETE"])
def test_only_get(method: str) -> None:
    answer = ask(HOST, AUTHORIZATION, method=method)
    refused(answer, 405, "MethodNotAllowed")
    assert answer[2]["allow"] == "GET"


@pytest.mark.parametrize("path", ["/", PATH + "/", PATH + "/x", "/v1/credentials/../x"])
def test_only_one_path(path: str) -> None:
    refused(ask(HOST, AUTHORIZATION, path=path), 404, "NotFound")


@pytest.mark.parametrize(
    ("exit_code", "status", "code"),
    [
        (Exit.LOGIN, 403, "LoginRequired"),
        (Exit.DENIED, 403, "AccessDenied"),
        (Exit.EXPIRED, 403, "ExpiredToken"),
        (Exit.ERROR, 503, "CredentialsUnavailable"),
    ],
)
def test_why_there_are_none(exit_code: Exit, status: int, code: str) -> None:
    answer = ask(HOST, AUTHORIZATION, good=Stop("because", exit_code))
    refused(answer, status, code)
    assert answer[1]["Message"] == "because"


@pytest.mark.parametrize(
    "lasting", [Credentials("AKIA1", Secret("the-secret")), Credentials("A", Secret("s"), Secret("t"))]
)
def test_never_an_answer_that_sdks_cannot_take(lasting: Credentials) -> None:
    assert ask(HOST, AUTHORIZATION, good=lasting)[0] == 503
