"""Ending sessions: one rule that every node hears of, whoever asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from watchword.domain.clock import MICROSECONDS
from watchword.services.sessions import criteria as sessions
from watchword.services.sessions.criteria import Criteria
from watchword.store import endings
from watchword.store.endings import Ending
from watchword.store.tx import Tx

LONGEST_SESSION = 129_600
"""Seconds.  Source: STS API, GetSessionToken, DurationSeconds."""


@dataclass(frozen=True, slots=True)
class Why:
    """On whose behalf sessions are ended; `id` names the request or run, and is never used again."""

    id: str
    by: str
    reason: str


def end(tx: Tx, account: str, criteria: Criteria, why: Why, *, issued_before: float, now: float) -> None:
    """End all sessions that fit and were issued by then. Instants in epoch seconds."""
    endings.add(
        tx,
        Ending(
            id=why.id,
            account_id=account,
            criteria=sessions.written(criteria),
            issued_before=int(issued_before * MICROSECONDS),
            ended_at=int(now * MICROSECONDS),
            ended_by=why.by,
            reason=why.reason,
            matters_until=int(issued_before) + LONGEST_SESSION + 1,
        ),
    )
