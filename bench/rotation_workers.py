"""Sweeps by worker processes as they are started by hand: how long, by their own record, and how much memory."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Self

from bench.servers import BIN, HERE, Server
from watchword.cli.exits import Exit
from watchword.rotation.ledger import Ledger
from watchword.rotation.results import Run

RULES = """
[aws]
endpoint_url = "http://127.0.0.1:{port}"
skip = ["{manager}"]
concurrency = {at_once}

[tags]
minimum_days = 90
"""
"""The management account is not one of those that are counted; users' tags may make periods longer, and not shorter."""
START, END = 60, 30
"""Seconds that a worker may take to begin, and to end."""
LOOK = 0.1
"""Seconds between two looks at a worker's memory."""


@dataclass(frozen=True, slots=True)
class Swept:
    """One sweep. `peaks_mb` are the workers' largest memories in megabytes, `busy` their processor time in seconds.

    `wall` is how long the processes took in all, from the first's start to the last's end.
    """

    run: Run
    wall: float
    peaks_mb: tuple[float, ...]
    busy: tuple[float, ...]

    @property
    def seconds(self) -> float:
        return self.run.ended_at - self.run.started_at


@dataclass(slots=True)
class Watch:
    """Watches a process's memory and processor time until it ends."""

    pid: int
    peak_mb: float = 0.0
    seconds: float = 0.0
    _over: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self._over.set()
        if self._thread:
            self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(LOOK):
            try:
                told = dict(line.split(":", 1) for line in Path(f"/proc/{self.pid}/status").read_text().splitlines())
                spent = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                return
            if "VmHWM" in told:  # a process that has ended and is waited for has no memory
                self.peak_mb = int(told["VmHWM"].split()[0]) / 1000
                self.seconds = (int(spent[11]) + int(spent[12])) / os.sysconf("SC_CLK_TCK")


def sweep(server: Server, port: int, folder: Path, ledger: str, *, manager: str, workers: int, at_once: int) -> Swept:
    """Sweep once by that many workers; `port` is where they ask. Raises RuntimeError when one of them fails."""
    folder.mkdir(exist_ok=True)
    (folder / "rotation.toml").write_text(RULES.format(port=port, manager=manager, at_once=at_once))
    signed_in = {"AWS_ACCESS_KEY_ID": server.access_key_id, "AWS_SECRET_ACCESS_KEY": server.secret_access_key}
    given = {**os.environ, **signed_in, "AWS_DEFAULT_REGION": "us-east-1", "HOME": str(folder)}
    command = [
        str(BIN / "watchword"),
        "rotation",
        "worker",
        "--rules",
        str(folder / "rotation.toml"),
        "--ledger",
        ledger,
    ]
    began = time.monotonic()
    with ExitStack() as running:
        watches = [running.enter_context(_waiting(command, given)) for _ in range(workers - 1)]
        leader = running.enter_context(
            subprocess.Popen(
                [*command, "--once", "--dry-run", "--no-tell"], cwd=HERE, env=given, stdout=subprocess.PIPE
            )
        )
        watches.insert(0, running.enter_context(Watch(leader.pid)))
        leader.communicate()
    wall = time.monotonic() - began
    if leader.returncode not in {Exit.OK, Exit.FINDING}:
        raise RuntimeError(f"the worker ended with {leader.returncode}")
    kept = Ledger.open(ledger)
    run = kept.run(kept.runs(1)[0].id)
    kept.close()
    return Swept(run, wall, tuple(one.peak_mb for one in watches), tuple(one.seconds for one in watches))


@contextmanager
def _waiting(command: list[str], given: dict[str, str]) -> Iterator[Watch]:
    """Run a worker that waits for work."""
    with subprocess.Popen(command, cwd=HERE, env=given, stderr=subprocess.PIPE, text=True) as process:
        try:
            for line in process.stderr or ():
                if "is at work" in line:
                    break
            with Watch(process.pid) as watch:
                yield watch
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(END)
