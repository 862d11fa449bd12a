"""Which sessions there are: those on record that fit, and how each of them stands."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from watchword.crypto.tokens import Session
from watchword.domain.clock import MICROSECONDS
from watchword.domain.principal import PrincipalType
from watchword.services.directory import Directory
from watchword.services.sessions.addresses import within
from watchword.services.sessions.criteria import Criteria
from watchword.services.sessions.ending import LONGEST_SESSION
from watchword.services.sessions.lineage import accounts
from watchword.services.sessions.records import session_of
from watchword.services.sessions.standing import Rule, Standing, blocked, ended, standings
from watchword.store import sessions
from watchword.store.journal import Entry
from watchword.store.sessions import Kept, Wanted
from watchword.store.tx import Tx

LOOKED_THROUGH = 5_000
"""Sessions that are looked at where everybody else's changes wait for it; 65 microseconds each."""
LONGEST = LONGEST_SESSION + 60
"""Seconds that a session may have been issued ago, and still live; a minute more, as requests take time."""


class State(StrEnum):
    """How a session stands."""

    LIVE = "LIVE"
    ENDED = "ENDED"
    BLOCKED = "BLOCKED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class Found:
    """A session on record, and what is to be said of it."""

    event_id: str
    session: Session
    entry: Entry
    """The request that issued it."""
    state: State
    rule: Rule | None
    """What ended or blocks it; none where its user or role is gone, or an account that it came from was closed."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Says how sessions stand at one moment."""

    directory: Directory
    standing: Callable[[str], Standing]
    """What stands against the sessions of an account, by its id."""
    now: float

    def of(self, kept: Kept, session: Session) -> Found:
        """Say how one session stands."""
        state, rule = self._state(session)
        return Found(kept.event_id, session, kept.entry, state, rule)

    def _state(self, session: Session) -> tuple[State, Rule | None]:
        behind = accounts(session)
        by = standings(behind, self.standing)
        if rule := ended(session, by):
            return State.ENDED, rule
        if session.expires_at <= self.now:
            return State.EXPIRED, None
        if not self._has_principal(session) or any(map(self.directory.is_closed, behind)):
            return State.ENDED, None
        if rule := blocked(session, by, self.now):
            return State.BLOCKED, rule
        return State.LIVE, None

    def _has_principal(self, session: Session) -> bool:
        if session.unique_id == session.account:  # root is always there
            return True
        is_role = session.type is PrincipalType.ASSUMED_ROLE
        return (self.directory.role if is_role else self.directory.user)(session.unique_id) is not None


def fitting(kept: Kept, criteria: Criteria, account: str, issued_by: float = math.inf) -> Session | None:
    """Give a session on record if it fits.

    Addresses are those from which sessions were asked for. `issued_by` is as in `Criteria.fit`.
    """
    if criteria.source_ips and not within(kept.entry.source_ip, criteria.source_ips):
        return None
    session = session_of(kept.issued)
    return session if criteria.fit(session, account, issued_by) else None


def to_end(
    tx: Tx, directory: Directory, account: str, criteria: Criteria, *, issued_before: float, now: float, at_most: int
) -> Iterator[Found]:
    """Go through the live and the blocked sessions that an end would end, the newest first; looks at so many."""
    judge = Judge(directory, directory.standing, now)
    wanted = Wanted(account, criteria.lineage(), live_at=now, issued_from=now - LONGEST)
    for kept in islice(sessions.after(tx, wanted, None), at_most):
        session = fitting(kept, criteria, account, issued_before * MICROSECONDS)
        if session is not None and (found := judge.of(kept, session)).state in (State.LIVE, State.BLOCKED):
            yield found
