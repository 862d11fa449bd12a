"""The last good credentials, renewed when somebody asks and little is left of them; for one event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from watchword.cli.credentials.shapes import LEAST_LEFT, Credentials
from watchword.cli.exits import Stop
from watchword.cli.lending.container import document

PATIENCE = 1.5
"""Seconds that somebody who asks waits for a renewal.  Source: botocore gives a container endpoint two."""
PAUSE = 10.0
"""Seconds from a renewal that failed to the next: SDKs that are told little is left ask at every call."""


class Renewing:
    """Credentials that are served until they truly expire; from then on, an error.

    `renew` is called on a thread of its own, one at a time; `told` hears what it failed for.
    """

    def __init__(
        self,
        first: Credentials,
        renew: Callable[[], Credentials],
        *,
        clock: Callable[[], float],
        told: Callable[[str], None],
        least_left: int = LEAST_LEFT,
        patience: float = PATIENCE,
    ) -> None:
        self._renew, self._clock, self._told = renew, clock, told
        self._least_left, self._patience = least_left, patience
        self._renewal: asyncio.Future[Credentials] | None = None
        self._fault: Stop | None = None
        self._not_before = 0.0
        self._take(first)

    async def good(self) -> Credentials:
        """Give credentials that open something.

        Raises Stop when none are left.
        """
        now = self._clock()
        if self._ends - now >= self._margin:
            return self._credentials
        if self._renewal is None and now >= self._not_before:
            self._renewal = self._begun()
        if self._renewal is not None:
            await asyncio.wait({self._renewal}, timeout=self._patience)
        if self._ends > self._clock():
            return self._credentials
        raise self._fault or Stop("the credentials have expired, and new ones are being asked for; ask again")

    def _take(self, credentials: Credentials) -> None:
        document(credentials)  # refuses a long-term key
        self._credentials, self._ends = credentials, credentials.expires_at or 0.0
        # A session that was short from the start is not renewed at every question
        self._margin = min(self._least_left, (self._ends - self._clock()) / 2)
        self._fault = None

    def _begun(self) -> asyncio.Future[Credentials]:
        loop = asyncio.get_running_loop()
        renewal: asyncio.Future[Credentials] = loop.create_future()
        renewal.add_done_callback(self._settle)

        def work() -> None:
            try:
                had = self._renew()
            except BaseException as fault:  # noqa: BLE001 - carried over to the loop, which looks at what it is
                _tell(loop, renewal.set_exception, fault)
            else:
                _tell(loop, renewal.set_result, had)

        threading.Thread(target=work, daemon=True, name="renewal").start()
        return renewal

    def _settle(self, renewal: asyncio.Future[Credentials]) -> None:
        self._renewal = None
        if renewal.cancelled():
            return
        fault = renewal.exception()
        if fault is None:
            try:
                self._take(renewal.result())
            except Stop as stop:
                fault = stop
        if fault is not None:
            self._fail(fault if isinstance(fault, Stop) else Stop(f"asking for credentials failed: {fault!r}"))

    def _fail(self, fault: Stop) -> None:
        if self._fault is None or self._fault.message != fault.message:
            self._told(fault.message)
        self._fault, self._not_before = fault, self._clock() + PAUSE


def _tell(loop: asyncio.AbstractEventLoop, call: Callable[..., None], argument: object) -> None:
    try:
        loop.call_soon_threadsafe(call, argument)
    except RuntimeError:  # the loop was closed meanwhile: nobody waits any more
        return
