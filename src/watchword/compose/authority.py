"""One process of the authority: everything a request needs, opened and closed together."""

from __future__ import annotations

import asyncio
import os
import secrets
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from importlib import import_module
from pkgutil import iter_modules

import structlog

from watchword.compose.clockwork import Clockwork
from watchword.compose.logs import write_logs
from watchword.compose.outside import key_sets
from watchword.compose.rotations import Rotations
from watchword.compose.rotators import Calls, registered
from watchword.compose.stores import Unlocked, unlock
from watchword.crypto.messages import MessageSeal
from watchword.crypto.sigv4.keys import SigningKeys
from watchword.crypto.tokens import TokenRing
from watchword.domain.clock import Clock
from watchword.domain.quotas import Quotas
from watchword.edge.app import Application
from watchword.edge.authenticate import Authenticator
from watchword.edge.pipeline import Pipeline
from watchword.services.directory import Directory
from watchword.services.memory import Memory
from watchword.services.operation import Tools
from watchword.settings import Settings
from watchword.store import sandbox
from watchword.store.changes import EVERYTHING
from watchword.store.engine import Store, sqlite_path
from watchword.store.feed import NOTHING, Feed, open_feed
from watchword.store.quick_look import QuickLook
from watchword.store.writer import Writer
from watchword.wire import Catalog

SERVICES = ("sts", "iam", "organizations", "secretsmanager", "cloudtrail", "watchword")
"""The services on offer, by botocore's names for them."""
WORKER_THREADS = 8
OUTSIDE_THREADS = 16
PARTING_SECONDS = 10.0
"""How long the store may take to let go of a process that ends; less when requests have less."""

log = structlog.get_logger()


def application(settings: Settings) -> Application:
    """Make the ASGI application. Its store is opened at its start-up and closed after its last answer."""
    write_logs()
    return Application(partial(opened, settings), settings.body_limit)


def offer(services: Iterable[str]) -> None:
    """Import every module of these services, so that their operations are declared."""
    for service in services:
        room = import_module(f"watchword.services.{service}")
        for module in iter_modules(room.__path__, f"{room.__name__}."):
            import_module(module.name)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Pipeline]:
    """Open everything for one process, in the order in which each part needs the others; close it in reverse.

    Raises the faults of `stores.FAULTS`.
    """
    offer(SERVICES)
    unlocked = unlock(settings)
    store = unlocked.store
    feed = open_feed(store, settings.data, time.monotonic)
    writer = Writer(store, feed.announce)
    threads = ThreadPoolExecutor(WORKER_THREADS, thread_name_prefix="reader")
    outside = ThreadPoolExecutor(OUTSIDE_THREADS, thread_name_prefix="outside")
    look = QuickLook(sqlite_path(store.url)) if store.on_sqlite else None
    writer.start()
    try:
        pipeline = _pipeline(settings, unlocked, feed, writer, threads=threads, outside=outside, look=look)
        clockwork = asyncio.create_task(_clockwork(settings, pipeline).run())
        try:
            yield pipeline
        finally:
            clockwork.cancel()
    finally:
        with _in_time(min(settings.patience, PARTING_SECONDS)):
            outside.shutdown(cancel_futures=True)
            threads.shutdown()
            writer.close()
            feed.close()
            if look is not None:
                look.close()
            store.close()


@contextmanager
def _in_time(seconds: float) -> Iterator[None]:
    """End the process with code 1 when the block takes longer.

    A database that stands still holds its threads for ever, and Python would wait for them at exit. What is given up
    then was not answered.
    """

    def give_up() -> None:
        log.error("the store does not let go", seconds=seconds)
        os._exit(1)

    limit = threading.Timer(seconds, give_up)
    limit.daemon = True
    limit.start()
    try:
        yield
    finally:
        limit.cancel()


def _pipeline(
    settings: Settings,
    unlocked: Unlocked,
    feed: Feed,
    writer: Writer,
    *,
    threads: ThreadPoolExecutor,
    outside: ThreadPoolExecutor,
    look: QuickLook | None,
) -> Pipeline:
    clock = Clock(time.time)
    tools = Tools(
        clock=clock,
        random=secrets.token_bytes,
        quotas=Quotas(),
        tokens=TokenRing(unlocked.ring, secrets.token_bytes),
        messages=MessageSeal(unlocked.ring, secrets.token_bytes),
        vaults=unlocked.vault,
        data_key=unlocked.data_key,
        public_url=settings.public_url.rstrip("/"),
        sandbox=unlocked.installation.sandbox,
        key_sets=key_sets(settings),
        rotators=registered(settings),
    )
    memory = Memory(clock.now)
    authenticator = Authenticator(tools.tokens, clock, SigningKeys())
    hearing = Hearing(unlocked.store, clock, (memory.forget, authenticator.forget), sandbox_clock=tools.sandbox)
    hearing.hear(NOTHING)
    return Pipeline(
        catalog=Catalog.load(SERVICES),
        store=unlocked.store,
        writer=writer,
        feed=feed,
        directory=Directory(memory, unlocked.vault, look=look.key if look else None),
        authenticator=authenticator,
        tools=tools,
        threads=threads,
        outside=outside,
        hear=hearing.hear,
        feed_silence_limit=settings.feed_silence_limit,
        patience=settings.patience,
    )


def _clockwork(settings: Settings, pipeline: Pipeline) -> Clockwork:
    rotations = Rotations(
        pipeline.store,
        pipeline.writer,
        pipeline.directory,
        pipeline.tools,
        threads=pipeline.threads,
        outside=pipeline.outside,
        calls=Calls(settings),
    )
    return Clockwork(
        store=pipeline.store,
        writer=pipeline.writer,
        directory=pipeline.directory,
        hear=pipeline.hear_changes,
        clock=pipeline.tools.clock,
        random=pipeline.tools.random,
        threads=pipeline.threads,
        retention_days=settings.session_retention,
        rotations=rotations,
    )


class Hearing:
    """What a process does with the changes it hears of.

    The feed tells of each change once, so a sandbox's clock that could not be read stays due.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        forget: Iterable[Callable[[frozenset[str]], None]],
        *,
        sandbox_clock: bool,
    ) -> None:
        self._store = store
        self._clock = clock
        self._forget = tuple(forget)
        self._sandbox_clock = sandbox_clock
        self._clock_is_due = sandbox_clock

    def hear(self, subjects: frozenset[str]) -> None:
        """Forget what was remembered of these subjects, and read the sandbox's clock if it is due.

        Raises ServiceUnavailable as long as a clock that is due cannot be read: no session could be judged by it.
        """
        if subjects:
            for forget in self._forget:
                forget(subjects)
            if self._sandbox_clock and not subjects.isdisjoint((sandbox.CLOCK, EVERYTHING)):
                self._clock_is_due = True
        if self._clock_is_due:
            with self._store.read() as tx:
                self._clock.ahead = sandbox.ahead(tx)
            self._clock_is_due = False
