"""A worker: takes accounts from the queue until it is told to stop, and goes on with what a dead one left.

Any number of them share one PostgreSQL; on SQLite, those of one machine. Which of them live is told by leases in the
ledger; a process of this machine that is gone is seen at once.
"""

from __future__ import annotations

import logging
import os
import socket
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from threading import Event, Thread
from typing import Any

import msgspec
import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID, WorkflowHandle
from sqlalchemy import make_url

from watchword.rotation.ledger import Fenced, Lease
from watchword.rotation.sweeping.sweeps import new_run_id
from watchword.rotation.sweeping.workflows import POLL, QUEUE, SCHEDULED, SWEEP, Bench, Wish, register

log = structlog.get_logger()

NAME, SCHEMA = "watchword-rotation", "watchword_rotation_work"
VERSION = "1"
"""Of the workflows' shape: a worker goes on with those of its own."""
SUBJECT = "worker"
UNDER_WAY = ("PENDING", "ENQUEUED")
LEASE = 60.0
"""Seconds after which a worker that says nothing is taken for dead."""
BEAT = 5.0
"""Seconds between two signs of life, and two looks for the dead."""
PATIENCE = 600.0
"""Seconds that a worker which is to stop gives the accounts it is at."""


def work_url(ledger_url: str) -> str:
    """Tell where the queue is kept: in the ledger's PostgreSQL, or in a SQLite file beside it."""
    url = make_url(ledger_url)
    if url.get_backend_name() != "sqlite":
        return url.set(drivername="postgresql").render_as_string(hide_password=False)
    path = Path(url.database or "")
    return f"sqlite:///{path.with_name(f'{path.stem}-work.db')}"


def prepare(url: str) -> None:
    """Make a queue's SQLite file, for nobody but us to read, and with a log: then readers and writers do not wait for
    each other. Both last; the queue's own library sees to neither.
    """
    place = make_url(url)
    if place.get_backend_name() != "sqlite":
        return
    path = Path(place.database or "")
    path.touch(mode=0o600)
    with closing(sqlite3.connect(path, timeout=LEASE)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")


def machine() -> str:
    """Name this machine, as far as process numbers mean the same: a container is one of its own."""
    try:
        booted = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{booted}.{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return socket.gethostname()


@dataclass(slots=True)
class Worker:
    """One worker process. `url` is where the queue is; `real` is real time."""

    bench: Bench
    url: str
    real: Callable[[], float] = time.time
    stopping: Event = field(default_factory=Event)
    name: str = ""
    _sweep: Any = None
    _dbos: Any = None
    _lease: Lease | None = None

    def start(self) -> None:
        """Begin to take accounts, and to look for workers that are dead.

        Raises LedgerFault, and what the queue's database refuses.
        """
        self.name = f"{machine()}/{os.getpid()}/{token_hex(4)}"
        tame_logging()
        self._lease = self.bench.ledger.lease(SUBJECT, self.name, self.name, self.real(), LEASE)
        self._sweep = register(self.bench)
        prepare(self.url)
        self._dbos = DBOS(config=_config(self.url, self.name))
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=self.bench.rules.aws.concurrency,
            partition_concurrency=1,
            polling_interval_sec=POLL,
        )
        Thread(target=self._live, name="rotation-worker-life", daemon=True).start()

    def sweep_once(self, wish: Wish) -> dict[str, Any] | None:
        """Sweep now, or go on with the sweep that is under way already; None when it is to stop before that is done.

        Gives what came of it: `run`, how many `accounts`, and whether some `failed` or there are `findings`.
        """
        under_way = DBOS.list_workflows(
            name=[SWEEP, SCHEDULED], status=list(UNDER_WAY), load_input=False, load_output=False
        )
        handle: WorkflowHandle[dict[str, Any]]
        if under_way:
            handle = DBOS.retrieve_workflow(under_way[0].workflow_id)
        else:
            with SetWorkflowID(new_run_id(self.bench.hub.clock())):
                handle = DBOS.start_workflow(self._sweep, msgspec.to_builtins(wish))
        while handle.get_status().status in UNDER_WAY:
            if self.stopping.wait(POLL):
                return None
        return handle.get_result()

    def work(self) -> None:
        """Take accounts until `stopping` is set, then finish those that are at work."""
        self.stopping.wait()
        self.stop()

    def stop(self) -> None:
        """Take no more, finish the accounts that are at work, and let the others go on with the rest.

        The process must end after this: a sweep that waits for its accounts waits on, in a thread of its own.
        """
        self.stopping.set()
        for event in self._dbos.background_thread_stop_events:
            event.set()
        if not self.bench.busy.wait_until_idle(PATIENCE):
            log.warning("stopped before its accounts were done; the next worker goes on with them")
        if self._lease:
            self.bench.ledger.release(self._lease)

    def _live(self) -> None:
        while not self.stopping.wait(BEAT):
            try:
                self._beat()
            except Fenced:
                log.error("another worker took this one for dead, and goes on with its work: it stops")  # noqa: TRY400 - the trace says no more
                self.stopping.set()
            except Exception as fault:  # noqa: BLE001 - the database may be back at the next beat
                log.warning("cannot tell the others that this worker lives", fault=str(fault))

    def _beat(self) -> None:
        if self._lease:
            self._lease = self.bench.ledger.renew(self._lease, self.real(), LEASE)
        pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        for executor in sorted({one.executor_id for one in pending if one.executor_id} - {self.name}):
            if self._is_dead(executor):
                log.info("goes on with what a worker left that is gone", worker=executor)
                DBOS._recover_pending_workflows([executor])  # noqa: SLF001 - all that DBOS offers without its own service

    def _is_dead(self, executor: str) -> bool:
        """Whether a worker is gone: its process, if it was of this machine; otherwise its lease."""
        where, _, rest = executor.partition("/")
        pid = rest.partition("/")[0]
        if where == machine() and pid.isdecimal() and not _is_running(int(pid)):
            return True
        return self.bench.ledger.lease(SUBJECT, executor, self.name, self.real(), LEASE) is not None


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _config(url: str, name: str) -> DBOSConfig:
    return {
        "name": NAME,
        "system_database_url": url,
        "dbos_system_schema": SCHEMA,
        "application_version": VERSION,
        "executor_id": name,
        "serializer": DBOSPortableJSONSerializer(),
        "log_level": "WARNING",
        "enable_otlp": False,
    }


class _ToOurLog(logging.Handler):
    """Says what DBOS has to say in our own log."""

    def emit(self, record: logging.LogRecord) -> None:
        log.log(record.levelno, record.getMessage(), of="dbos")


def tame_logging() -> None:
    """Take the queue's words out of the terminal: it would print them by itself, were nobody there to take them."""
    theirs = logging.getLogger("dbos")
    theirs.propagate = False
    if not any(isinstance(handler, _ToOurLog) for handler in theirs.handlers):
        theirs.handlers[:] = [_ToOurLog()]
