"""Who may speak to an endpoint at all: peers of this machine, and by a name that is ours.

A page in a browser on this machine may reach any local address under a name that its author points there; the Host
header still carries that name.   Source: "DNS rebinding"; what AWS's own SDKs and agents call these endpoints.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.requests import Request

Network = IPv4Network | IPv6Network

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
NAMES = frozenset(
    {
        "localhost",
        "127.0.0.1",
        "::1",
        "169.254.169.254",
        "fd00:ec2::254",
        "169.254.170.2",
        "169.254.170.23",
        "fd00:ec2::23",
    }
)
"""What clients call a metadata or container endpoint when nobody configured another name."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Names and peers of one endpoint."""

    names: frozenset[str]
    peers: tuple[Network, ...]

    @classmethod
    def of(cls, host: str, names: Iterable[str], peers: Iterable[str]) -> Guard:
        """Make the guard of an endpoint on an address: its own and the usual names, and whoever is local, and these.

        Raises ValueError for a peer that is neither an address nor a network.
        """
        address = ip_address(host)
        own = () if address.is_unspecified else (ip_network(address),)
        return cls(
            NAMES | {str(address)} | {name.lower() for name in names},
            (*LOOPBACK, *own, *(ip_network(peer) for peer in peers)),
        )

    def lets_in(self, request: Request) -> bool:
        """Whether a request comes from where it may, and calls us by a name of ours."""
        return self._knows_peer(request) and self._knows_name(request)

    def _knows_peer(self, request: Request) -> bool:
        if request.client is None:
            return False
        peer = ip_address(request.client.host.partition("%")[0])
        if isinstance(peer, IPv6Address) and peer.ipv4_mapped:
            peer = peer.ipv4_mapped
        return any(peer in network for network in self.peers)

    def _knows_name(self, request: Request) -> bool:
        given = request.headers.getlist("host")
        return len(given) == 1 and name_of(given[0]) in self.names


def name_of(host: str) -> str:
    """Give the name or address in a Host header, without its port: `[::1]:80` is `::1`."""
    if host.startswith("["):
        name, _, port = host[1:].partition("]")
        return name.lower() if not port or port.startswith(":") else ""
    return host.partition(":")[0].removesuffix(".").lower()
