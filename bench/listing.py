"""What a page costs among 100,000 users: the first ten and the last ten of every long listing, and the memory it takes.

The cost is the server's processor time for a page. Each listing is walked to its end once; then its first and its last
pages are asked for again and again, in turns. Few that are found among many are measured over a page of as many users.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import boto3

from bench import crowd, servers
from bench.load import drive
from bench.memory import peak_mb
from bench.servers import HERE, Server, processor_seconds
from bench.signed import REGION
from bench.subjects import signer

USERS = 100_000
ENDS = 10
"""How many pages count as the first, and as the last."""
SECONDS = 1.0
"""Processor time of the server that each end is measured for, at least."""
LIMIT, LIMIT_MB = 1.3, 200
FEWEST = 20
"""As many as there are of the few."""
_MARKER = re.compile(rb"<Marker>([^<]+)</Marker>")


@dataclass(frozen=True, slots=True)
class Listing:
    """One listing to be walked, in pages of `size`."""

    operation: str
    size: int
    parameters: Mapping[str, str]

    @property
    def name(self) -> str:
        return " ".join([self.operation, *self.parameters.values(), f"by {self.size}"])


def listings(policy_arn: str) -> Sequence[Listing]:
    """Give the listings that are walked from end to end."""
    return (
        Listing("ListUsers", 1000, {}),
        Listing("ListUsers", 100, {}),
        Listing("ListUsers", 100, {"PathPrefix": "/division-3/"}),
        Listing("GetGroup", 1000, {"GroupName": crowd.ALL}),
        Listing("ListEntitiesForPolicy", 1000, {"PolicyArn": policy_arn}),
        Listing("ListVirtualMFADevices", 1000, {}),
        Listing("ListServiceSpecificCredentials", 1000, {"AllUsers": "true"}),
        Listing("ListRoles", 20, {}),
        Listing("ListPolicies", 20, {"Scope": "Local"}),
        Listing("GetAccountAuthorizationDetails", 1000, {}),
        Listing("GetAccountAuthorizationDetails", 100, {"Filter.member.1": "User"}),
    )


def few(policy_arn: str) -> Sequence[Listing]:
    """Give the listings that find a few among all; the policy is held by two."""
    return (
        Listing("ListUsers", 1000, {"PathPrefix": "/board/"}),
        Listing("ListVirtualMFADevices", 1000, {"AssignmentStatus": "Unassigned"}),
        Listing("ListServiceSpecificCredentials", 1000, {"AllUsers": "true", "ServiceName": "cassandra.amazonaws.com"}),
        Listing("ListEntitiesForPolicy", 1000, {"PolicyArn": policy_arn}),
    )


def page(server: Server, listing: Listing, marker: str = "") -> bytes:
    """Sign the request for one page."""
    onward = {"Marker": marker} if marker else {}
    return signer(server).post(
        "iam", listing.operation, {**listing.parameters, "MaxItems": str(listing.size), **onward}
    )


def walk(server: Server, listing: Listing) -> list[str]:
    """Go through a listing page by page; gives the marker that each page began with."""
    markers = [""]
    while True:
        (body,) = drive(server.port, [page(server, listing, markers[-1])], connections=1, keep=True).bodies
        onward = _MARKER.search(body)
        if onward is None:
            return markers
        markers.append(onward[1].decode())


def cost(server: Server, requests: Sequence[bytes]) -> float:
    """Ask for some pages over and over; gives the server's processor milliseconds for one."""
    before, answered = processor_seconds(server), 0
    while processor_seconds(server) - before < SECONDS:
        answered += drive(server.port, requests, connections=1).answered
    return 1000 * (processor_seconds(server) - before) / answered


def measure(server: Server, listing: Listing) -> dict[str, object]:
    """Measure one listing's ends; milliseconds for a page."""
    markers = walk(server, listing)
    first = [page(server, listing, marker) for marker in markers[:ENDS]]
    last = [page(server, listing, marker) for marker in markers[-ENDS - 1 : -1]]  # the last of all is not full
    costs = [(cost(server, first), cost(server, last)) for _ in range(2)]
    first_ms, last_ms = min(one for one, _ in costs), min(other for _, other in costs)
    told = {"pages": len(markers), "first_ms": round(first_ms, 2), "last_ms": round(last_ms, 2)}
    return {**told, "ratio": round(last_ms / first_ms, 2)}


def main() -> None:
    servers.pin(servers.CLIENT_CORE)
    with (
        tempfile.TemporaryDirectory(dir=HERE, prefix=".bench-") as folder,
        servers.watchword(Path(folder) / "data", partial(crowd.fill, users=USERS)) as server,
    ):
        session = boto3.Session(server.access_key_id, server.secret_access_key, region_name=REGION)
        account = session.client("sts", endpoint_url=server.endpoint).get_caller_identity()["Account"]
        held_by_all, held_by_two = (f"arn:aws:iam::{account}:policy/{name}" for name in (crowd.ALL, "policy-007"))
        walked = {listing.name.replace(account, "…"): measure(server, listing) for listing in listings(held_by_all)}
        users = cost(server, [page(server, Listing("ListUsers", FEWEST, {}))])
        found = {
            listing.name.replace(account, "…"): round(cost(server, [page(server, listing)]) / users, 2)
            for listing in few(held_by_two)
        }
        peak = peak_mb(server)
    told = {"users": USERS, "listings": walked, "few_over_a_page": found, "peak_mb": round(peak)}
    highest = max(float(str(one["ratio"])) for one in walked.values())
    print(json.dumps({**told, "highest_ratio": highest, "limit": LIMIT, "limit_mb": LIMIT_MB}))


if __name__ == "__main__":
    main()
