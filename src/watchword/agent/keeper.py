"""One source's credentials, kept fresh: renewed ahead of time, one attempt at a time, served until they truly end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from watchword.agent.credentials import Credentials, NotHad, Source, Trouble
from watchword.agent.windows import may_serve, when_to_refresh, when_to_retry
from watchword.domain.clock import iso8601

log = structlog.get_logger()

ASKER_WAITS = 0.7
"""Seconds that whoever asks waits for a renewal under way.  Source: botocore gives a metadata endpoint one second."""
LONGEST_NAP = 30.0
"""Seconds after which the clock is read again: a machine that slept wakes in the middle of a pause."""
TRANSIENT = frozenset({Trouble.UNREACHABLE, Trouble.UNAVAILABLE, Trouble.BROKEN})
"""What says nothing of the credentials that are held."""

Pause = Callable[[float], Awaitable[object]]


class Keeper:
    """Holds what one source gave. All of it runs on one event loop; only the source is asked on threads.

    `least_left` and `check_every` are seconds; 0 for none.
    """

    def __init__(
        self,
        label: str,
        source: Source,
        *,
        clock: Callable[[], float],
        chance: Callable[[], float],
        least_left: float = 0.0,
        check_every: float = 0.0,
    ) -> None:
        self.label = label
        self.held: Credentials | None = None
        self.trouble: NotHad | None = NotHad(Trouble.NOT_YET, "no credentials were had yet")
        """Why the last attempt failed, or what was held was dropped; None after a good one."""
        self.role_name = ""
        """The role that was last had, through outages too; empty when there is none."""
        self.renewed = self.failed = 0
        """Attempts since the start."""
        self.next_attempt = 0.0
        self._next_check = 0.0
        self._failures = 0
        self._source, self._clock, self._chance = source, clock, chance
        self._least_left, self._check_every = least_left, check_every
        self._attempt: asyncio.Task[None] | None = None

    async def current(self) -> Credentials:
        """Give credentials that are good now, after a short wait for a renewal that is due.

        Raises NotHad.
        """
        if self._clock() >= self.next_attempt or (self._attempt and not self._servable()):
            await asyncio.wait({self.renewal()}, timeout=ASKER_WAITS)
        held = self._servable()
        if held is None:
            raise self.trouble or NotHad(Trouble.UNREACHABLE, "the credentials are over, and no new ones were had yet")
        return held

    async def keep(self, pause: Pause) -> None:
        """Renew and check for ever."""
        while True:
            now = self._clock()
            if now >= self.next_attempt:
                await asyncio.wait({self.renewal()})
            elif self._check_every and self.held and now >= self._next_check:
                await self._check()
            await pause(self._nap())

    def renewal(self) -> asyncio.Task[None]:
        """Give the one attempt that is under way; begins it if there is none. It never raises."""
        if self._attempt is None:
            self._attempt = asyncio.get_running_loop().create_task(self._renew())
        return self._attempt

    def seconds_left(self) -> float:
        """Tell how long what is held is good; 0 when nothing is."""
        held = self._servable()
        return held.expires_at - self._clock() if held else 0.0

    def seconds_to_attempt(self) -> float:
        """Tell how long until the next renewal is tried."""
        return max(0.0, self.next_attempt - self._clock())

    def _servable(self) -> Credentials | None:
        return self.held if self.held and may_serve(self._clock(), self.held) else None

    def _nap(self) -> float:
        nearest = self.next_attempt
        if self._check_every and self.held:
            nearest = min(nearest, self._next_check)
        return min(LONGEST_NAP, max(0.0, nearest - self._clock()))

    async def _renew(self) -> None:
        try:
            self._take(await self._fetched())
        except NotHad as why:
            await self._go_without(why)
        finally:
            self._attempt = None

    async def _fetched(self) -> Credentials:
        """Ask the source.

        Raises NotHad, whatever goes wrong: nothing may end the renewing.
        """
        try:
            return await asyncio.to_thread(self._source.fetch)
        except NotHad:
            raise
        except Exception as error:
            log.exception("a fault of the agent", source=self.label)
            raise NotHad(Trouble.BROKEN, f"{type(error).__name__}; see the agent's log") from error

    def _take(self, credentials: Credentials) -> None:
        self.held, self.trouble, self.role_name = credentials, None, credentials.role_name
        self.renewed += 1
        self._failures = 0
        self.next_attempt = when_to_refresh(credentials, self._least_left)
        self._next_check = self._clock() + self._check_every
        log.info(
            "new credentials",
            source=self.label,
            role=credentials.role_arn,
            access_key_id=credentials.access_key_id,
            expires=iso8601(credentials.expires_at),
            next_renewal=iso8601(self.next_attempt),
        )

    async def _go_without(self, why: NotHad) -> None:
        """Serve on through an outage what is held; drop what has been taken away."""
        self.failed += 1
        self._failures += 1
        self.trouble = why
        self.next_attempt = when_to_retry(self._clock(), self._failures, self._chance())
        log.warning("no new credentials", source=self.label, trouble=why.trouble, message=why.message)
        if why.trouble is Trouble.NO_ROLE:
            self.held, self.role_name = None, ""
        elif why.trouble not in TRANSIENT and self.held and await self._accepted(self.held) is False:
            self.held = None

    async def _check(self) -> None:
        """See whether what is held was ended before its time; then it is served no more, and new ones are asked for."""
        held = self.held
        self._next_check = self._clock() + self._check_every
        if held is None or await self._accepted(held) is not False or self.held is not held:
            return
        log.warning("the credentials were ended", source=self.label, access_key_id=held.access_key_id)
        self.held, self.trouble = None, NotHad(Trouble.ENDED, "the credentials were ended before their time")
        await asyncio.wait({self.renewal()})

    async def _accepted(self, credentials: Credentials) -> bool | None:
        try:
            return await asyncio.to_thread(self._source.accepts, credentials)
        except Exception:  # not knowing is an answer, and nothing may end the renewing
            log.exception("a fault of the agent", source=self.label)
            return None
