"""How an authority ends: told to stop, it answers what it has taken; its supervisor lost, no worker stays behind."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.conftest import OwnStore
from tests.support.authority import Authority, serving
from tests.support.lines import line, line_to_each_worker
from tests.support.polling import until
from tests.support.processes import listeners, lives, on_linux, unread, workers
from watchword.store import users
from watchword.store.opening import open_store

ASKING = 6

pytestmark = on_linux


@contextmanager
def nobody_writes(data: Path) -> Iterator[None]:
    """Keep every writer of a SQLite store waiting for its turn until the block ends."""
    file = os.open(data / "watchword.db-turn", os.O_RDWR)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


class Asking:
    """Clients whose requests are under way, each on a connection of its own."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.statuses: list[int] = []
        self._threads = [threading.Thread(target=self._ask, args=(f"user-{n}",)) for n in range(ASKING)]
        for thread in self._threads:
            thread.start()
        until(self._taken)

    def _ask(self, user: str) -> None:
        with line(self.authority) as mine:
            self.statuses.append(mine.ask("iam", "CreateUser", UserName=user).status)

    def _taken(self) -> bool:
        waiting = unread(self.authority.endpoint)
        return len(waiting) >= ASKING and not any(waiting)

    def answered(self) -> list[int]:
        for thread in self._threads:
            thread.join()
        return self.statuses


def expect_answers(authority: Authority) -> None:
    with line(authority) as mine:
        assert mine.ask("sts", "GetCallerIdentity").status == 200


@pytest.mark.parametrize(
    ("processes", "ending"), [(1, signal.SIGTERM), (1, signal.SIGINT), (2, signal.SIGTERM)], ids=str
)
def test_told_to_stop_it_answers_what_it_has_taken(own: OwnStore, processes: int, ending: signal.Signals) -> None:
    with serving(own.data, own.first, "--workers", str(processes)) as authority:
        pid = authority.process.pid
        if processes > 1:
            until(lambda: len(workers(pid)) == processes)
        everyone = {pid, *workers(pid)}
        expect_answers(authority)
        with nobody_writes(own.data):
            asking = Asking(authority)
            authority.process.send_signal(ending)
            # A supervisor holds the address to the end; whoever answers lets go of it.
            until(lambda: listeners(authority.endpoint, everyone) <= ({pid} if processes > 1 else set()))
            assert asking.statuses == []
        assert asking.answered() == [200] * ASKING
        assert authority.process.wait(10) == 0
        assert not any(map(lives, everyone))
    store = open_store(own.url)
    with store.read() as tx:
        assert all(users.named(tx, own.first["account_id"], f"user-{n}") for n in range(ASKING))
    store.close()


def test_workers_end_with_their_supervisor(own: OwnStore) -> None:
    with serving(own.data, own.first, "--workers", "2") as authority:
        with line_to_each_worker(authority):
            left_behind = workers(authority.process.pid)
            authority.process.kill()
            until(lambda: not any(map(lives, left_behind)))
        host, port = authority.endpoint.removeprefix("http://").split(":")
        with socket.socket() as free:
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            free.bind((host, int(port)))


def test_a_worker_that_cannot_start_ends_the_authority_with_a_failure(own: OwnStore) -> None:
    with serving(own.data, own.first, "--workers", "2") as authority:
        with line_to_each_worker(authority):
            (own.data / "master.key").chmod(0o644)  # from here on no worker opens the store
            os.kill(min(workers(authority.process.pid)), signal.SIGKILL)
        assert authority.process.wait(20) == 1
