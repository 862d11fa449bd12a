"""Where to listen, and what clients call."""

from __future__ import annotations

from pathlib import Path

import pytest

from watchword.compose.addresses import address_of, endpoint_of, written
from watchword.compose.keys import CannotRun
from watchword.settings import Settings


@pytest.mark.parametrize(
    ("listen", "address"),
    [("127.0.0.1:4567", ("127.0.0.1", 4567)), ("[::1]:0", ("::1", 0)), ("localhost:65535", ("localhost", 65_535))],
)
def test_an_address(listen: str, address: tuple[str, int]) -> None:
    assert address_of(Settings(Path(), listen=listen)) == address


@pytest.mark.parametrize(
    "listen", ["", "localhost", ":1", "localhost:", "localhost:65536", "localhost:x", "localhost:-1"]
)
def test_what_is_none(listen: str) -> None:
    with pytest.raises(CannotRun, match="is not an address; write host:port"):
        address_of(Settings(Path(), listen=listen))


@pytest.mark.parametrize(
    ("host", "endpoint"),
    [
        ("127.0.0.1", "http://127.0.0.1:1"),
        ("0.0.0.0", "http://127.0.0.1:1"),
        ("::", "http://[::1]:1"),
        ("::1", "http://[::1]:1"),
        ("10.0.0.1", "http://10.0.0.1:1"),
    ],
)
def test_an_endpoint_can_be_called(host: str, endpoint: str) -> None:
    assert endpoint_of(host, 1) == endpoint


def test_what_is_written_is_what_was_asked_for() -> None:
    assert written("0.0.0.0", 80) == "http://0.0.0.0:80"
