"""One agent, start to end: take the addresses, get the first credentials, serve until told to stop."""

from __future__ import annotations

import asyncio
import secrets
import signal
import socket
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
import uvicorn
from starlette.types import ASGIApp

from watchword.agent.configuration import Configuration
from watchword.agent.credentials import NotHad
from watchword.agent.keeper import Keeper
from watchword.agent.listeners import bind, open_all, url_of
from watchword.agent.logs import write_logs
from watchword.agent.parts import Parts, assemble

log = structlog.get_logger()

DRAIN_SECONDS = 2
CONNECTIONS = 512
"""At a time and per listener; more are told to come again."""


class NothingToServe(Exception):  # noqa: N818 - what is wrong, not whose error it is
    """The first credentials of a source could not be had."""

    def __init__(self, label: str, why: NotHad) -> None:
        super().__init__(f"no credentials for `{label}`: {why.message}")
        self.trouble = why.trouble


@dataclass(frozen=True, slots=True)
class Ready:
    """An agent that has its addresses; nothing is answered before `serve`."""

    parts: Parts
    sockets: dict[str, socket.socket]
    wait: bool

    @property
    def urls(self) -> dict[str, str]:
        """Where it listens: `imds`, `container`, `metrics`, as far as each is wanted."""
        return {name: url_of(taken) for name, taken in self.sockets.items()}

    def serve(self, begun: Callable[[], None]) -> None:
        """Serve until SIGTERM or SIGINT; `begun` is called when the first credentials are there.

        Raises NothingToServe, unless it is to wait for them; CannotListen.
        """
        write_logs()
        try:
            asyncio.run(self._live(begun))
        finally:
            for taken in self.sockets.values():
                taken.close()

    async def _live(self, begun: Callable[[], None]) -> None:
        stopping = asyncio.Event()
        for ending in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(ending, stopping.set)
        if not self.wait and not await _before(stopping, first_of_all(self.parts.keepers)):
            return
        open_all(self.sockets.values())  # who is told of an address is not sent away
        begun()
        servers = [_Server(self._config(self.parts.applications[name])) for name in self.sockets]
        chores = [
            asyncio.create_task(server.serve([taken]))
            for server, taken in zip(servers, self.sockets.values(), strict=True)
        ]
        keeping = [asyncio.create_task(keeper.keep(asyncio.sleep)) for keeper in self.parts.keepers]
        try:
            await _before(stopping, _first_to_end((*chores, *keeping)))
        finally:
            for server in servers:
                server.should_exit = True
            for task in keeping:
                task.cancel()
            await asyncio.gather(*chores, *keeping, return_exceptions=True)

    @staticmethod
    def _config(application: ASGIApp) -> uvicorn.Config:
        return uvicorn.Config(
            application,
            http="h11",  # which limits how much of a head it keeps
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            log_level="warning",
            server_header=False,
            proxy_headers=False,  # nobody speaks for another here
            limit_concurrency=CONNECTIONS,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )


class _Server(uvicorn.Server):
    """One of several servers in a process: the agent hears the signals for all of them."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def prepare(configuration: Configuration, *, wait: bool = False) -> Ready:
    """Find out what would stop the agent on this machine, and take its addresses.

    Raises CannotListen, UnusableToken, NotHad.
    """
    parts = assemble(configuration, clock=time.time, chance=secrets.SystemRandom().random, wait=wait)
    sockets: dict[str, socket.socket] = {}
    wanted = {"imds": configuration.imds, "container": configuration.container, "metrics": configuration.metrics}
    try:
        for name, listener in wanted.items():
            if listener is not None:
                sockets[name] = bind(listener.listen, getattr(listener, "hop_limit", None))
    except BaseException:
        for taken in sockets.values():
            taken.close()
        raise
    return Ready(parts, sockets, wait)


async def first_of_all(keepers: Sequence[Keeper]) -> None:
    """Get every source's first credentials.

    Raises NothingToServe.
    """
    await asyncio.gather(*(keeper.renewal() for keeper in keepers))
    for keeper in keepers:
        if keeper.trouble is not None:
            raise NothingToServe(keeper.label, keeper.trouble)


async def _first_to_end(tasks: Sequence[asyncio.Task[None]]) -> None:
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()
    msg = "a part of the agent ended by itself"
    raise RuntimeError(msg)


async def _before(stopping: asyncio.Event, work: Coroutine[None, None, None]) -> bool:
    """Do a piece of work unless told to stop before its end; tells whether it was done."""
    doing, stop = asyncio.create_task(work), asyncio.create_task(stopping.wait())
    await asyncio.wait({doing, stop}, return_when=asyncio.FIRST_COMPLETED)
    if not doing.done():
        doing.cancel()
        return False
    stop.cancel()
    doing.result()
    return True
