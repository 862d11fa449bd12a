"""An end to waiting: connections that are cut off at a moment, whatever their other side does.

A timeout of a socket begins anew with each byte, so that a slow enough host could hold a thread for ever. Only looking
a host's name up takes as long as this machine's resolver allows.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self


class Cutoff:
    """Opens connections, and cuts them off `seconds` after it was entered."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self.cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()
        with self._lock:
            while self._open:
                self._open.pop().close()

    @property
    def left(self) -> float:
        """Seconds until the end; 0 once it has come."""
        return max(0.0, self._ends_at - time.monotonic())

    def connect(self, host: str, port: int) -> socket.socket:
        """Connect to the first of a host's addresses that takes us.

        Raises OSError, also when the end has come.
        """
        fault: OSError = TimeoutError("timed out")
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            if not self.left:
                break
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(self.left)
                connection.connect(address)
            except OSError as error:
                fault = error
                connection.close()
            else:
                self._watch(connection)
                return connection
        raise fault

    def _watch(self, connection: socket.socket) -> None:
        """Keep a handle of our own: wrapping a socket in TLS takes its first one away."""
        with self._lock:
            self._open.append(connection.dup())
        if not self.left:
            self.cut()

    def cut(self) -> None:
        """Cut off now what is open."""
        with self._lock:
            for connection in self._open:
                with suppress(OSError):  # gone already
                    connection.shutdown(socket.SHUT_RDWR)
