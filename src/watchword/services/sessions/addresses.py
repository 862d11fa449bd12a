"""Addresses that requests come from, and blocks of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Generic, TypeVar

T = TypeVar("T")

MAPPED_BITS = 96
"""What stands before an address of version 4 that is written as one of version 6.  Source: RFC 4291 §2.5.5.2."""


def within(source_ip: str, sources: Sequence[str]) -> bool:
    """Whether an address is one of these, or within one of these blocks. One that is none is, to be safe."""
    address = _address(source_ip)
    networks = (_network(source) for source in sources)
    return address is None or any(address.version == one.version and address in one for one in networks)


class ByAddress(Generic[T]):
    """What is filed by addresses: as many look-ups as there are lengths of blocks, however many blocks there are."""

    __slots__ = ("_all", "_filed")

    def __init__(self) -> None:
        self._all: list[T] = []
        self._filed: dict[tuple[int, int], dict[int, list[T]]] = {}
        """By version and the bits that are left open, and then by the bits that are not."""

    def __bool__(self) -> bool:
        return bool(self._all)

    def file(self, sources: Sequence[str], what: T) -> None:
        """File something under addresses and blocks of addresses."""
        self._all.append(what)
        for network in map(_network, sources):
            open_bits = network.max_prefixlen - network.prefixlen
            by_bits = self._filed.setdefault((network.version, open_bits), {})
            by_bits.setdefault(int(network.network_address) >> open_bits, []).append(what)

    def about(self, source_ip: str) -> Iterator[T]:
        """Give what is filed under an address or a block that holds it. For one that is none: all, to be safe."""
        address = _address(source_ip)
        if address is None:
            yield from self._all
            return
        bits = int(address)
        for (version, open_bits), by_bits in self._filed.items():
            if version == address.version:
                yield from by_bits.get(bits >> open_bits, ())


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    # Who listens for both versions is told of one in the other's clothes.
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


@lru_cache(maxsize=4_096)
def _network(text: str) -> IPv4Network | IPv6Network:
    network = ip_network(text, strict=False)
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if mapped is None or network.prefixlen < MAPPED_BITS:
        return network
    return IPv4Network((mapped, network.prefixlen - MAPPED_BITS))
