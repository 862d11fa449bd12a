"""Addresses of providers: one form, and nothing that two readers could understand differently."""

from __future__ import annotations

import pytest

from watchword.services.issuers.addresses import Address, address_of


@pytest.mark.parametrize(
    ("url", "address", "authority"),
    [
        ("https://issuer.example", Address("issuer.example", 443, "", ""), "issuer.example"),
        ("https://issuer.example/", Address("issuer.example", 443, "/", ""), "issuer.example"),
        ("https://a-b.c1:8443/id/A%20b", Address("a-b.c1", 8_443, "/id/A%20b", ""), "a-b.c1:8443"),
        ("https://127.0.0.1:1/x?v=1&w=/", Address("127.0.0.1", 1, "/x", "?v=1&w=/"), "127.0.0.1:1"),
        ("https://issuer.example:443/a@b", Address("issuer.example", 443, "/a@b", ""), "issuer.example"),
    ],
)
def test_parts(url: str, address: Address, authority: str) -> None:
    assert address_of(url) == address
    assert address.authority == authority


@pytest.mark.parametrize(
    "url",
    [
        "",
        "issuer.example",
        "http://issuer.example",
        "HTTPS://issuer.example",
        "https://",
        "https:///path",
        "https://.example",
        "https://issuer..example",
        "https://issuer.example.",
        "https://-issuer.example",
        "https://issuer-.example",
        "https://is_suer.example",
        "https://issuer.example:",
        "https://issuer.example:0",
        "https://issuer.example:65536",
        "https://issuer.example:08443",
        "https://user@issuer.example",
        "https://user:word@issuer.example",
        "https://issuer.example@evil.example",
        "https://issuer.example\\@evil.example",
        "https://issuer.example#x",
        "https://issuer.example/#x",
        "https://issuer.example/a b",
        "https://issuer.example/*",
        "https://issuer.example/\n",
        "https://issuer.example\n",
        "https://[::1]",
        "https://\u0131ssuer.example",
        "https://issuer.example/\u00e9",
        f"https://{'a' * 64}.example",
        f"https://{'a.' * 126}example",
        f"https://issuer.example/{'x' * 2_048}",
    ],
)
def test_anything_else_is_none(url: str) -> None:
    with pytest.raises(ValueError, match="is no address"):
        address_of(url)
