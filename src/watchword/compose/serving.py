"""Serving: bind the address, check the store, then run one worker here or several under a supervisor."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import threading
from dataclasses import dataclass, replace
from functools import partial

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from watchword.compose.addresses import address_of, endpoint_of, written
from watchword.compose.authority import application
from watchword.compose.keys import CannotRun, make_directory
from watchword.compose.logs import write_logs
from watchword.compose.outside import key_sets
from watchword.compose.rotators import registered
from watchword.compose.stores import unlock
from watchword.edge.app import Application
from watchword.edge.http import OneWriteProtocol
from watchword.settings import Settings

BACKLOG = 2_048
DRAIN_SECONDS = 30
"""How long requests under way may take after SIGTERM."""


@dataclass(frozen=True, slots=True)
class Ready:
    """An authority that has its address and has seen its store; nothing is answered before `serve`."""

    settings: Settings
    socket: socket.socket
    sandbox: bool

    @property
    def listening(self) -> str:
        """The address as it was asked for, its port known."""
        return written(*self.socket.getsockname()[:2])

    @property
    def endpoint(self) -> str:
        """The address that clients on this machine use."""
        return endpoint_of(*self.socket.getsockname()[:2])

    def serve(self) -> int:
        """Answer requests until SIGTERM or SIGINT; gives the exit code."""
        write_logs()
        config = self._config()
        if self.settings.workers > 1:
            supervisor = Multiprocess(config, sockets=[self.socket])
            supervisor.run()
            return max(process.exitcode == STARTUP_FAILURE for process in supervisor.processes)
        server = uvicorn.Server(config)
        for ending in (signal.SIGTERM, signal.SIGINT):
            # It raises the signal that ended it once more, for the handler that was there before: having been told to
            # stop is no failure.
            signal.signal(ending, server.handle_exit)
        server.run(sockets=[self.socket])
        return 0 if server.started else 1

    def _config(self) -> uvicorn.Config:
        proxies = self.settings.trusted_proxies
        return uvicorn.Config(
            partial(_in_this_process, replace(self.settings, public_url=self.settings.public_url or self.endpoint)),
            factory=True,
            http=OneWriteProtocol,
            loop="uvloop",
            ws="none",
            lifespan="on",
            workers=self.settings.workers,
            access_log=False,
            log_config=None,  # as everything else: see `logs`
            log_level="warning",
            server_header=False,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=proxies or None,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )


def prepare(settings: Settings) -> Ready:
    """Find out everything that would stop the authority, before it answers anybody.

    Raises CannotRun, StoreFault, WrongMasterKey, BrokenSeal.
    """
    unlocked = unlock(settings)
    unlocked.store.close()
    key_sets(settings)
    registered(settings)
    make_directory(settings.data)  # a further node on PostgreSQL has nothing there yet
    return Ready(settings, _bind(settings), unlocked.installation.sandbox)


def _in_this_process(settings: Settings) -> Application:
    supervisor = multiprocessing.parent_process()
    if supervisor is not None:
        threading.Thread(target=_end_with, args=(supervisor,), name="supervisor", daemon=True).start()
    return application(settings)


def _end_with(supervisor: multiprocessing.process.BaseProcess) -> None:
    """Drain this worker when its supervisor is gone: nobody else would end it, and it holds the address."""
    supervisor.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _bind(settings: Settings) -> socket.socket:
    host, port = address_of(settings)
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise CannotRun(f"cannot listen on `{settings.listen}`: {error.strerror}") from error
    listener.set_inheritable(True)
    return listener
