"""What comes round by itself: schedules whose time has come, and what is past its retention.

Every process looks; the writer lets one do it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog

from watchword.compose.rotations import Rotations
from watchword.domain.clock import Clock
from watchword.domain.ids import Random
from watchword.domain.principal import PrincipalType
from watchword.domain.refusal import ServiceUnavailable
from watchword.services.directory import Directory
from watchword.services.sessions import schedules
from watchword.services.sessions.ending import LONGEST_SESSION
from watchword.store import accounts, blocks, endings, secrets, session_schedules, sessions
from watchword.store.engine import Store
from watchword.store.journal import Entry, mint_request_id
from watchword.store.session_schedules import Schedule
from watchword.store.tx import Tx
from watchword.store.writer import Writer

LOOK_SECONDS = 1.0
AT_ONCE = 20
"""Schedules that are read at once."""
TIDY_SECONDS = 3_600.0
DAY = 86_400

log = structlog.get_logger()


@dataclass(slots=True)
class Clockwork:
    """Looks once a second, by the authority's clock, which in a sandbox may be moved."""

    store: Store
    writer: Writer
    directory: Directory
    hear: Callable[[], None]
    """Hears of changes: a sandbox's clock, and what is remembered no longer."""
    clock: Clock
    random: Random
    threads: Executor
    retention_days: int
    rotations: Rotations
    _tidied_at: float = field(default=0.0)

    async def run(self) -> None:
        """Go on until cancelled. A store that is away is waited for."""
        try:
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                await self._look()
        finally:
            self.rotations.stop()

    async def _look(self) -> None:
        try:
            await self.look()
        except ServiceUnavailable:
            log.warning("the store does not answer: schedules wait")
        except Exception:
            log.exception("what comes round by itself failed")

    async def look(self) -> None:
        """Do once what is due now."""
        self.hear()
        now = self.clock.now()
        while await self._run_some(now):
            pass
        await self.rotations.look()
        if now - self._tidied_at >= TIDY_SECONDS:
            self._tidied_at = now
            await self._tidy(int(now) - self.retention_days * DAY)

    async def _run_some(self, now: float) -> bool:
        """Run schedules that are due, each whatever becomes of the others; tells whether there may be more."""
        due: list[Schedule] = await self._read(partial(session_schedules.due, now=now, limit=AT_ONCE))
        failed = False
        for schedule in due:
            try:
                await self._run(schedule)
            except ServiceUnavailable:
                raise
            except Exception:
                failed = True
                log.exception("a schedule failed", account=schedule.account_id, schedule=schedule.name)
        return len(due) == AT_ONCE and not failed

    async def _run(self, schedule: Schedule) -> None:
        now = self.clock.now()
        run_id = mint_request_id(now, self.random)

        def change(tx: Tx) -> int | None:
            kept = session_schedules.named(tx, schedule.account_id, schedule.name)
            if kept is None or kept.next_run_at > now:  # another process was first, or somebody changed it
                return None
            return schedules.run(tx, self.directory.reading(tx, remember=False), kept, run_id, now)

        def record(done: int | BaseException | None) -> Entry | None:
            return _entry(schedule, run_id, now, done) if isinstance(done, int) else None

        await self.writer.change(change, record)

    async def _tidy(self, before: int) -> None:
        """Forget what is older than the retention. What a live session could still be held against is younger."""
        limit = min(before, int(self.clock.now()) - 2 * LONGEST_SESSION)
        for account in await self._read(accounts.every):
            more = True
            while more:  # in small parts, so that others' changes go between
                more = await self._change(partial(sessions.prune, account=account.id, expired_before=limit))
        await self._change(partial(endings.prune, mattered_before=limit))
        await self._change(partial(blocks.prune, lifted_before=limit))
        while await self._change(partial(secrets.prune, now=int(self.clock.now()), limit=AT_ONCE)) == AT_ONCE:
            pass  # in small parts, likewise

    async def _change(self, change: Callable[[Tx], Any]) -> Any:
        return await self.writer.change(change, lambda _: None)

    async def _read(self, read: Callable[[Tx], Any]) -> Any:
        def reading() -> Any:
            with self.store.read() as tx:
                return read(tx)

        return await asyncio.get_running_loop().run_in_executor(self.threads, reading)


def _entry(schedule: Schedule, run_id: str, now: float, count: int) -> Entry:
    return Entry(
        request_id=run_id,
        at=now,
        service="watchword",
        event="EndSessions",
        account=schedule.account_id,
        principal_type=PrincipalType.SERVICE.value,
        principal=schedules.arn_of(schedule),
        source_ip="watchword.amazonaws.com",
        user_agent="watchword.amazonaws.com",
        request={"schedule": schedule.name, "criteria": schedule.criteria},
        response={"Count": count},
    )
