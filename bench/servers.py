"""The servers that are measured: each started on a free port of its own, on one core, and ended by its own id."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PEER_BIN = HERE / ".venvs" / "bench" / "bin"
START_SECONDS = 60
SERVER_CORE, CLIENT_CORE = 0, 1


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers, and a key that it accepts."""

    name: str
    port: int
    pid: int
    access_key_id: str
    secret_access_key: str

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def pin(core: int, pid: int = 0) -> None:
    """Keep a process (this one, unless told) on one core, where the system can."""
    if hasattr(os, "sched_setaffinity") and core < (os.cpu_count() or 1):
        os.sched_setaffinity(pid, {core})


@contextmanager
def moto() -> Iterator[Server]:
    """Start moto's own server, which checks no signature and asks no policy: its default, and its fastest."""
    port = free_port()
    with _running([str(PEER_BIN / "moto_server"), "-H", "127.0.0.1", "-p", str(port)], port) as pid:
        yield Server("moto", port, pid, "AKIAIOSFODNN7EXAMPLE", "any secret will do")


@contextmanager
def empty() -> Iterator[Server]:
    """Start the HTTP server alone."""
    port = free_port()
    with _running([sys.executable, "-m", "bench.empty", str(port)], port) as pid:
        yield Server("empty", port, pid, "AKIAIOSFODNN7EXAMPLE", "any secret will do")


@contextmanager
def watchword(folder: Path, fill: Callable[[Path], None] | None = None) -> Iterator[Server]:
    """Create an installation in `folder` and start it with one worker; its journal is durable, as always.

    `fill` may write into it before it is started.
    """
    port = free_port()
    made = subprocess.run(
        [BIN / "watchword", "init", "--data", folder, "--json"], check=True, stdout=subprocess.PIPE, text=True
    )
    key = json.loads(made.stdout)
    if fill is not None:
        fill(folder)
    command = [
        str(BIN / "watchword"),
        "serve",
        "--data",
        str(folder),
        "--listen",
        f"127.0.0.1:{port}",
        "--workers",
        "1",
    ]
    with _running(command, port) as pid:
        yield Server("watchword", port, pid, key["access_key_id"], key["secret_access_key"])


def family(pid: int) -> list[int]:
    """List a process and everything it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in family(int(child)))]


def processor_seconds(server: Server) -> float:
    """Tell how long a server has kept a processor busy since it began, with all its threads and processes."""
    ticks = 0
    for pid in family(server.pid):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])  # Source: proc(5), utime and stime
    return ticks / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def _running(command: Sequence[str], port: int) -> Iterator[int]:
    process = subprocess.Popen(
        command,
        cwd=HERE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    pin(SERVER_CORE, process.pid)
    try:
        _await_port(process, port)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_port(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"`{process.args!r}` ended with {process.returncode} before it answered")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"`{process.args!r}` does not answer")
