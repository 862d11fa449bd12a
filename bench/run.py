"""`make bench`: us, a peer and the bare HTTP server under the same load, in turns, in one run; then the parts alone.

Each round measures every operation on every server once; what is told is the median of the rounds. Server and client
have a core each. Requests are signed by botocore before the clock starts, and no two are alike.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench import servers
from bench.load import Measured, drive
from bench.servers import HERE, Server, processor_seconds
from bench.subjects import key_creations, key_deletions, make_role, make_users, new_key, signer

ROUNDS = 5
SECONDS = 1.5
"""How long one measurement may take; it ends earlier when its requests are used up."""
PREPARED = {"watchword": 9_000, "moto": 1_500, "empty": 1_000}
CONNECTIONS = {"watchword": (16, 64), "moto": (1, 16), "empty": (16, 64)}
"""Each server is tried with two numbers of connections, and its better figure is told. Moto has a thread for each."""
USERS = 500
RESULTS = HERE / "bench" / "results" / "latest.json"
PARTS = (
    "policy_decision",
    "sigv4_verification",
    "wire_codecs",
    "journal_writer",
    "memory",
    "key_lookup",
    "listing",
    "sessions",
    "credential_process",
    "rotation",
)
IDENTITY, ROLE, PAIR, EMPTY = "GetCallerIdentity", "AssumeRole", "CreateAccessKey + DeleteAccessKey", "empty answer"


@dataclass(frozen=True, slots=True)
class Figure:
    """One operation on one server; rates per second, latencies in milliseconds."""

    server: str
    operation: str
    rate: float
    slowest_round: float
    fastest_round: float
    median_ms: float
    p99_ms: float
    server_us: float
    """Processor time of the server for each; says more than the rate where the machine has other things to do."""
    client_busy: float


@dataclass(frozen=True, slots=True)
class Ratio:
    """One promise: our rate over another's, and what it should be at least."""

    operation: str
    over: str
    ratio: float
    wanted: float


def ask_identity(server: Server) -> list[bytes]:
    return [signer(server).post("sts", IDENTITY) for _ in range(PREPARED[server.name])]


def ask_role(server: Server, role_arn: str) -> list[bytes]:
    sign = signer(server).post
    numbers = range(PREPARED[server.name])
    return [sign("sts", ROLE, {"RoleArn": role_arn, "RoleSessionName": f"session-{number}"}) for number in numbers]


def measure(server: Server, prepare: Callable[[Server], list[bytes]]) -> Measured:
    """Load a server with fresh requests once per number of connections; gives the quickest."""
    again = server.name == "empty"
    tries = []
    for connections in CONNECTIONS[server.name]:
        requests, before = prepare(server), processor_seconds(server)
        one = drive(server.port, requests, connections=connections, seconds=SECONDS, over_again=again)
        tries.append(replace(one, server_seconds=processor_seconds(server) - before))
    return max(tries, key=lambda measured: measured.rate)


def measure_pairs(server: Server, users: Sequence[str]) -> Measured:
    """Give every user a key, then take it away; a pair is one of each. Signing the second half is not timed."""
    tries = []
    for connections in CONNECTIONS[server.name]:
        before = processor_seconds(server)
        created = drive(server.port, key_creations(server, users), connections=connections, keep=True)
        keys = [new_key(body) for body in created.bodies]
        deleted = drive(server.port, key_deletions(server, keys), connections=connections)
        seconds = created.seconds + deleted.seconds
        busy = (created.busy * created.seconds + deleted.busy * deleted.seconds) / seconds
        latencies = sorted([*created.latencies, *deleted.latencies])
        spent = processor_seconds(server) - before
        tries.append(Measured(len(keys), seconds, busy, latencies, server_seconds=spent))
    return max(tries, key=lambda measured: measured.rate)


def figure(server: str, operation: str, rounds: Sequence[Measured]) -> Figure:
    rates = [one.rate for one in rounds]
    return Figure(
        server,
        operation,
        rate=median(rates),
        slowest_round=min(rates),
        fastest_round=max(rates),
        median_ms=1000 * median(one.latency(0.5) for one in rounds),
        p99_ms=1000 * median(one.latency(0.99) for one in rounds),
        server_us=1e6 * median(one.server_seconds / one.answered for one in rounds),
        client_busy=max(one.busy for one in rounds),
    )


def side_by_side(folder: Path) -> list[Figure]:
    """Run every round on every server; gives a figure for each operation on each."""
    rounds: dict[tuple[str, str], list[Measured]] = defaultdict(list)
    with ExitStack() as running:
        ours, peer, bare = (
            running.enter_context(server) for server in (servers.watchword(folder), servers.moto(), servers.empty())
        )
        roles = {server.name: make_role(server) for server in (ours, peer)}
        for number in range(ROUNDS):
            tell(f"round {number + 1} of {ROUNDS}: hot operations")
            rounds[bare.name, EMPTY].append(measure(bare, ask_identity))
            for server in (ours, peer):
                rounds[server.name, IDENTITY].append(measure(server, ask_identity))
                rounds[server.name, ROLE].append(measure(server, lambda it: ask_role(it, roles[it.name])))
        # Users come last: moto finds the owner of a key by looking through all of them.
        users = {server.name: make_users(server, USERS) for server in (ours, peer)}
        for number in range(ROUNDS):
            tell(f"round {number + 1} of {ROUNDS}: changes")
            for server in (ours, peer):
                rounds[server.name, PAIR].append(measure_pairs(server, users[server.name]))
    return [figure(server, operation, measured) for (server, operation), measured in rounds.items()]


def ratios(figures: Sequence[Figure]) -> list[Ratio]:
    rate = {(one.server, one.operation): one.rate for one in figures}
    wanted = (
        (IDENTITY, "moto", 20),
        (ROLE, "moto", 15),
        (PAIR, "moto", 3),
        (IDENTITY, "empty", 0.15),
        (ROLE, "empty", 0.15),
    )
    return [
        Ratio(
            operation,
            over,
            rate["watchword", operation] / rate[over, EMPTY if over == "empty" else operation],
            least,
        )
        for operation, over, least in wanted
    ]


def part(name: str) -> dict[str, object] | None:
    """Run one part's own measurement; what it tells is its last line, in JSON."""
    if not (HERE / "bench" / f"{name}.py").exists():
        return None
    tell(f"part: {name}")
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{name}"], cwd=HERE, stdout=subprocess.PIPE, text=True, timeout=600, check=False
    )
    if done.returncode:
        return {"failed": f"exit code {done.returncode}"}
    told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return told


def flat(told: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Lay out what a part told, nested or not, without its own name."""
    for key, value in told.items():
        if isinstance(value, Mapping):
            yield from value.items()
        elif key != "bench":
            yield key, value


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def print_figures(figures: Sequence[Figure], compared: Sequence[Ratio]) -> None:
    print("| operation | server | per second | rounds | median | p99 | server time | client busy |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for one in sorted(figures, key=lambda one: one.operation):
        print(
            f"| {one.operation} | {one.server} | {one.rate:,.0f} | {one.slowest_round:,.0f} to {one.fastest_round:,.0f}"
            f" | {one.median_ms:.2f} ms | {one.p99_ms:.2f} ms | {one.server_us:,.0f} µs | {one.client_busy:.0%} |"
        )
    print("\n| operation | ours over | ratio | wanted | |")
    print("| --- | --- | ---: | ---: | --- |")
    for each in compared:
        verdict = "reached" if each.ratio >= each.wanted else "not reached"
        print(f"| {each.operation} | {each.over} | {each.ratio:.2f} | {each.wanted:g} | {verdict} |")


def main() -> int:
    machine = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "uvicorn": version("uvicorn"),
        "rounds": ROUNDS,
    }
    parts = {name: told for name in PARTS if (told := part(name)) is not None}
    servers.pin(servers.CLIENT_CORE)
    with tempfile.TemporaryDirectory(dir=HERE, prefix=".bench-") as folder:
        figures = side_by_side(Path(folder) / "data")
    compared = ratios(figures)
    print_figures(figures, compared)
    for name, told in parts.items():
        print(f"\n{name}: " + ", ".join(f"{key} {value}" for key, value in flat(told)))
    RESULTS.parent.mkdir(exist_ok=True)
    everything = {
        "machine": machine,
        "figures": [asdict(one) for one in figures],
        "ratios": [asdict(one) for one in compared],
        "parts": parts,
    }
    RESULTS.write_text(json.dumps(everything, indent=2) + "\n")
    print(f"\nwritten to {RESULTS.relative_to(HERE)}")
    return 1 if any("failed" in told for told in parts.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
