from __future__ import annotations

import json
import urllib.request
from typing import Any

import click
import pytest

from watchword.cli.exits import Stop
from watchword.cli.lending import loopback


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:0", ("127.0.0.1", 0)),
        ("localhost:8080", ("127.0.0.1", 8080)),
        ("[::1]:9", ("::1", 9)),
        ("127.8.8.8:65535", ("127.8.8.8", 65_535)),
    ],
)
def test_an_address_of_this_machine(text: str, address: tuple[str, int]) -> None:
    assert loopback.Bind().convert(text, None, None) == address


@pytest.mark.parametrize("text", ["0.0.0.0:80", "[::]:80", "10.0.0.1:1", "example.com:1", ":80", "169.254.170.2:80"])
def test_an_address_that_others_reach_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="can be reached by others"):
        loopback.Bind().convert(text, None, None)


@pytest.mark.parametrize("text", ["127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:²"])
def test_what_is_no_address_and_port(text: str) -> None:
    with pytest.raises(click.BadParameter, match=r"write `127\.0\.0\.1:0`"):
        loopback.Bind().convert(text, None, None)


async def application(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(scope["client"][0]).encode()})


def test_serving_begins_and_ends() -> None:
    listener = loopback.listening(("127.0.0.1", 0))
    base = loopback.base_of(listener)
    with loopback.serving(application, listener), urllib.request.urlopen(base) as answer:
        assert answer.read() == b'"127.0.0.1"'
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(base)


def test_whom_a_stranger_says_to_be_is_not_believed() -> None:
    listener = loopback.listening(("127.0.0.1", 0))
    asked = urllib.request.Request(loopback.base_of(listener), headers={"X-Forwarded-For": "10.9.8.7"})
    with loopback.serving(application, listener), urllib.request.urlopen(asked) as answer:
        assert answer.read() == b'"127.0.0.1"'


def test_a_port_that_is_taken() -> None:
    listener = loopback.listening(("127.0.0.1", 0))
    with listener, pytest.raises(Stop, match="choose another with `--bind`"):
        loopback.listening(listener.getsockname()[:2])


def test_a_directory_of_ones_own() -> None:
    with loopback.private_directory() as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()
