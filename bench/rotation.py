"""A sweep of 500 accounts with 200 users each: what it asks, beside what AWS's sample would; how long, and how large.

The authority stands 20 ms away. A dry run by worker processes as they are started by hand, one and then two, on SQLite
and on PostgreSQL; each sweep has all credential reports made anew. Authority, database and workers share the machine's
cores, so what each takes of them is told too. `--quick` is the same, small: it shows only that it runs.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import median

import boto3

from bench import servers
from bench.rotation_distance import distance
from bench.rotation_organization import Organization, forget_reports, requests
from bench.rotation_sample import Sample
from bench.rotation_workers import Swept, sweep
from bench.servers import HERE, Server, processor_seconds
from bench.signed import REGION
from bench.subjects import make_role
from tests.support.postgres import postgres_server

FULL, QUICK = Organization(accounts=500, users=200), Organization(accounts=24, users=20)
SAMPLED, FEW = 10, 2
"""In how many of the accounts the sample's calls are made."""
AWAY = 0.02
"""Seconds that a call is under way before it is answered."""
WAYS = (("sqlite", 16), ("postgresql", 16), ("postgresql", 4))
"""Where the ledger and the queue are, and how many accounts a worker is at: as the rules have it, and fewer."""
CALLS, SECONDS, TIMES, MEGABYTES = 4, 60, 1.7, 300
Databases = dict[str, Callable[[], str]]
"""For each kind, what gives the URL of an empty one."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One figure, and what it should be at most, or at least."""

    what: str
    figure: float
    wanted: float
    at_least: bool = False

    @property
    def is_kept(self) -> bool:
        return self.figure >= self.wanted if self.at_least else self.figure <= self.wanted


@dataclass(frozen=True, slots=True)
class Timed:
    """One sweep, and what else happened: processor seconds of the authority and of the whole machine, and answers."""

    database: str
    workers: int
    at_once: int
    swept: Swept
    authority: float
    machine: float
    answered: int

    @property
    def others(self) -> float:
        """The share of the machine's time that went elsewhere: to the database, and to what has no part in it."""
        ours = sum(self.swept.busy) + self.authority
        return max(0.0, self.machine - ours) / (self.swept.wall * (os.cpu_count() or 1))

    @property
    def name(self) -> str:
        return f"{self.database}_{self.workers}x{self.at_once}"


def compare_calls(server: Server, accounts: Sequence[str]) -> dict[str, float]:
    """Make the sample's calls in some accounts; gives how many it makes in one."""
    role, told = make_role(server), dict[str, float]()
    for whole in (False, True):
        sample = Sample(server, role)
        users = [sample.sweep(account, whole=whole) for account in accounts]
        name = "sample_all_pages" if whole else "sample"
        told |= {f"{name}_calls": sample.made.total() / len(accounts), f"{name}_users": median(users)}
    return told


def count_calls(sweep: Timed, organization: Organization) -> dict[str, float]:
    """Tell what was asked in an account: by the tool's own count, which is held to the authority's."""
    results, old = sweep.swept.run.accounts, organization.with_candidates
    if len(results) != organization.accounts or any(one.failed for one in results):
        raise RuntimeError("some account was not swept")
    counts = sorted(one.calls for one in results)
    of_hub = 2 + -(-(organization.accounts + 1) // 20)  # who we are, the organization, and its accounts by twenty
    if sweep.answered != sum(counts) + of_hub:
        raise RuntimeError(
            f"the tool made {sum(counts)} and {of_hub} calls, and the authority answered {sweep.answered}"
        )
    return {"calls": counts[-old - 1], "calls_where_keys_are_old": counts[-1], "calls_in_all": sweep.answered}


def measure(folder: Path, organization: Organization, databases: Databases) -> Iterator[tuple[Timed, Server]]:
    """Sweep in every way, with the authority that far away."""
    data = folder / "data"
    with servers.watchword(data, organization.fill) as server, distance(server.port, AWAY) as port:
        spread(server)
        manager = own_account(server)
        for (database, at_once), workers in product(WAYS, (1, 2)):
            forget_reports(data)
            answered, before = requests(data), (processor_seconds(server), machine_seconds())
            place, ledger = folder / f"{database}-{workers}-{at_once}", databases[database]()
            swept = sweep(server, port, place, ledger, manager=manager, workers=workers, at_once=at_once)
            authority, machine = processor_seconds(server) - before[0], machine_seconds() - before[1]
            yield Timed(database, workers, at_once, swept, authority, machine, requests(data) - answered), server


def machine_seconds() -> float:
    """Tell how long the machine's processors have been busy since it began, all together."""
    fields = Path("/proc/stat").read_text().split(maxsplit=9)[1:9]
    user, nice, system, _idle, _waiting, irq, softirq, steal = map(int, fields)
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def spread(server: Server) -> None:
    """Let a server have every core: here it is not the one that is measured."""
    cores = range(os.cpu_count() or 1)
    for pid in servers.family(server.pid):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            os.sched_setaffinity(int(thread.name), cores)


def own_account(server: Server) -> str:
    session = boto3.Session(server.access_key_id, server.secret_access_key, region_name=REGION)
    return session.client("sts", endpoint_url=server.endpoint).get_caller_identity()["Account"]


@contextmanager
def kinds(folder: Path) -> Iterator[Databases]:
    """Give both kinds of database, each as safe as it is in use."""
    with postgres_server() as postgres:
        for setting in ("fsync = on", "full_page_writes = on"):
            postgres.run(f"ALTER SYSTEM SET {setting}")
        postgres.run("SELECT pg_reload_conf()")
        numbers = iter(range(1000))
        yield {
            "sqlite": lambda: f"sqlite:///{folder}/ledger-{next(numbers)}.db",
            "postgresql": lambda: postgres.url(postgres.create()).replace("+psycopg", ""),
        }


def promises(calls: dict[str, float], timed: Sequence[Timed]) -> list[Promise]:
    """Hold every figure against what it should be."""
    by_name = {one.name: one.swept for one in timed}
    told = [Promise("calls in an account without candidates", calls["calls"], CALLS)]
    for one in timed:
        if one.workers == 1:
            two = by_name[f"{one.database}_2x{one.at_once}"]
            where = f"{one.database}, {one.at_once} at once"
            told += [
                Promise(f"one worker, seconds ({where})", one.swept.seconds, SECONDS),
                Promise(f"two workers over one ({where})", one.swept.seconds / two.seconds, TIMES, at_least=True),
            ]
    return [*told, Promise("largest memory of a worker, MB", max(max(one.swept.peaks_mb) for one in timed), MEGABYTES)]


def show(organization: Organization, calls: dict[str, float], timed: Sequence[Timed], kept: Sequence[Promise]) -> None:
    print(f"{organization.accounts} accounts, {organization.users} users each\n")
    print("| sweep | seconds | accounts per second | of a processor: workers, authority, for each | others | memory |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for one in timed:
        each = 1000 / organization.accounts
        print(
            f"| {one.database}, {one.workers} worker(s), {one.at_once} at once | {one.swept.seconds:.1f}"
            f" | {organization.accounts / one.swept.seconds:.1f} | {sum(one.swept.busy) * each:.0f} ms,"
            f" {one.authority * each:.0f} ms | {one.others:.0%} | {max(one.swept.peaks_mb):.0f} MB |"
        )
    print(f"\n{', '.join(f'{name} {value:g}' for name, value in calls.items())}\n")
    print("| | measured | wanted | |")
    print("| --- | ---: | ---: | --- |")
    for one_kept in kept:
        verdict = "reached" if one_kept.is_kept else "not reached"
        print(f"| {one_kept.what} | {one_kept.figure:.2f} | {one_kept.wanted:g} | {verdict} |")
    print()


def main() -> None:
    quick = "--quick" in sys.argv[1:]
    organization, some = (QUICK, FEW) if quick else (FULL, SAMPLED)
    timed, calls = list[Timed](), dict[str, float]()
    with ExitStack() as open_ones:
        folder = Path(open_ones.enter_context(tempfile.TemporaryDirectory(dir=HERE, prefix=".bench-")))
        databases = open_ones.enter_context(kinds(folder))
        for one, server in measure(folder, organization, databases):
            if not timed:
                calls |= count_calls(one, organization)
                calls |= compare_calls(server, [each.account for each in one.swept.run.accounts][1 : some + 1])
            timed.append(one)
            print(f"{one.name}: {one.swept.seconds:.1f} s", file=sys.stderr, flush=True)
    calls |= {
        "ratio": calls["sample_calls"] / calls["calls"],
        "ratio_all_pages": calls["sample_all_pages_calls"] / calls["calls"],
    }
    kept = promises(calls, timed)
    show(organization, calls, timed, kept)
    seconds = {f"{one.name}_s": round(one.swept.seconds, 1) for one in timed}
    memory = {"peak_mb": round(kept[-1].figure), "limit_mb": MEGABYTES}
    limits = {"limit_calls": CALLS, "limit_s": SECONDS, "limit_times": TIMES}
    told = {"accounts": organization.accounts, "users": organization.users, "quick": quick}
    print(json.dumps({**told, **calls, **seconds, **memory, **limits}))


if __name__ == "__main__":
    main()
