"""What the kernel tells of a running authority: its workers, their sockets, who waits for a lock. Linux only."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

PROC = Path("/proc")
ESTABLISHED, LISTENING = "01", "0A"

on_linux = pytest.mark.skipif(not (PROC / "self" / "task").exists(), reason="asks the kernel in Linux's way")


def workers(supervisor: int) -> set[int]:
    """Give the process ids of a supervisor's workers."""
    try:
        children = (PROC / str(supervisor) / "task" / str(supervisor) / "children").read_text().split()
    except OSError:
        return set()
    return {int(child) for child in children if b"spawn_main" in command_line(int(child))}


def command_line(pid: int) -> bytes:
    """Give what `ps` shows of a process; nothing when it is gone."""
    try:
        return (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""


def environment(pid: int) -> bytes:
    """Give the environment with which a process was started."""
    return (PROC / str(pid) / "environ").read_bytes()


def lives(pid: int) -> bool:
    """Whether a process still runs; one that nobody has waited for is dead all the same."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextmanager
def stopped(pids: Iterable[int]) -> Iterator[None]:
    """Hold processes still until the block ends."""
    held = tuple(pids)
    for pid in held:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in held:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def unread(endpoint: str) -> list[int]:
    """Give, for each connection to an authority, how many bytes it has not read yet."""
    rows = (PROC / "net" / "tcp").read_text().splitlines()[1:]
    port = f"{urlsplit(endpoint).port:04X}"
    cells = [row.split() for row in rows]
    return [
        int(cell[4].partition(":")[2], 16) for cell in cells if cell[1].endswith(f":{port}") and cell[3] == ESTABLISHED
    ]


def listeners(endpoint: str, pids: Iterable[int]) -> set[int]:
    """Give those of the processes that hold the socket on which an authority listens."""
    rows = [row.split() for row in (PROC / "net" / "tcp").read_text().splitlines()[1:]]
    port = f"{urlsplit(endpoint).port:04X}"
    inodes = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(f":{port}") and row[3] == LISTENING}
    return {pid for pid in pids if inodes & _open(pid)}


def _open(pid: int) -> set[str]:
    found = set()
    with suppress(OSError):
        for entry in (PROC / str(pid) / "fd").iterdir():
            with suppress(OSError):
                found.add(str(entry.readlink()))
    return found
