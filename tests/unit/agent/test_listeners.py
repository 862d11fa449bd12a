"""Addresses, and how far their answers go."""

from __future__ import annotations

import socket

import pytest

from watchword.agent.listeners import CannotListen, address_of, bind, url_of


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:1338", ("127.0.0.1", 1338)),
        ("[::1]:0", ("::1", 0)),
        ("0.0.0.0:65535", ("0.0.0.0", 65_535)),
    ],
)
def test_addresses(text: str, address: tuple[str, int]) -> None:
    assert address_of(text) == address


@pytest.mark.parametrize(
    "text", ["", "1338", ":1338", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "a:1", "::1"]
)
def test_no_addresses(text: str) -> None:
    with pytest.raises(ValueError, match="is not an"):
        address_of(text)


def test_an_accepted_socket_has_its_listeners_hop_limit() -> None:
    with bind("127.0.0.1:0", 3) as listener:
        listener.listen()
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_IP, socket.IP_TTL) == 3


def test_a_busy_address_and_one_of_another_machine() -> None:
    with bind("127.0.0.1:0") as first:
        first.listen()
        with pytest.raises(CannotListen, match="Address already in use"):
            bind(url_of(first).removeprefix("http://")).listen()
    with pytest.raises(CannotListen, match=r"cannot listen on `192\.0\.2\.1:1338`"):
        bind("192.0.2.1:1338")


def test_a_wildcard_is_called_by_what_this_machine_answers_to() -> None:
    with bind("0.0.0.0:0") as everywhere:
        assert url_of(everywhere) == f"http://127.0.0.1:{everywhere.getsockname()[1]}"
