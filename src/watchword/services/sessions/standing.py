"""What stands against the sessions of one account: ends, and blocks that have not lifted.

Held in memory and asked for every request that a session signs, so it finds the few rules that may matter by parts of
the session's lineage.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

from watchword.crypto.tokens import Session
from watchword.domain.clock import MICROSECONDS
from watchword.services.sessions import criteria as sessions
from watchword.services.sessions.addresses import ByAddress
from watchword.services.sessions.criteria import ANY, Criteria
from watchword.services.sessions.lineage import began, parts
from watchword.store import blocks, endings
from watchword.store.blocks import Block
from watchword.store.endings import Ending
from watchword.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Rule:
    """An end, or a block; `at` in epoch seconds."""

    id: str
    account: str
    criteria: Criteria
    at: float
    by: str
    reason: str
    issued_before: int | None = None
    """Of an end: sessions issued by then, in microseconds since the epoch."""
    until: int | None = None
    """Of a block: when it lifts, in epoch seconds."""

    @property
    def ends(self) -> bool:
        """Whether what it hits is ended for good."""
        return self.issued_before is not None

    def hits(self, session: Session) -> bool:
        """Whether a session is meant, at some time and from some address."""
        return self.criteria.fit(session, self.account, math.inf if self.issued_before is None else self.issued_before)

    @property
    def reach(self) -> int:
        """Until when what it ends was issued; 0 for a block."""
        return self.issued_before or 0


class Standing:
    """The rules of one account, filed by what they are looked up by; those about addresses alone, by these."""

    __slots__ = ("_blocks", "_ends", "_from")

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._ends: dict[str, list[Rule]] = {}
        self._blocks: dict[str, list[Rule]] = {}
        self._from: ByAddress[Rule] = ByAddress()
        for rule in rules:
            filed, anchors = self._ends if rule.ends else self._blocks, rule.criteria.anchors()
            if anchors == (ANY,) and rule.criteria.source_ips and not rule.ends:
                self._from.file(rule.criteria.source_ips, rule)
                continue
            for anchor in anchors:
                filed.setdefault(anchor, []).append(rule)
        for some in self._ends.values():  # so that all which came before a session are passed over at once
            some.sort(key=attrgetter("reach"))

    def __bool__(self) -> bool:
        return bool(self._ends or self._blocks or self._from)

    def ended(self, session: Session) -> Rule | None:
        """Tell what ended a session, the first if several did."""
        hits = (rule for rule in self._ends_about(session) if rule.at < session.expires_at)
        return min((rule for rule in hits if rule.hits(session)), key=attrgetter("at"), default=None)

    def blocked(self, session: Session, now: float, source_ip: str | None = None) -> Rule | None:
        """Tell what refuses a session now; from which address is left out of it when none is given."""
        for rule in self._blocks_about(session, source_ip):
            if rule.until is None or rule.until <= now or not rule.hits(session):
                continue
            if not rule.criteria.source_ips if source_ip is None else rule.criteria.fit_address(source_ip):
                return rule
        return None

    def _ends_about(self, session: Session) -> Iterator[Rule]:
        if self._ends:
            first = began(session)
            for part in (*parts(session), ANY):
                rules = self._ends.get(part, [])
                yield from rules[bisect_left(rules, first, key=attrgetter("reach")) :]

    def _blocks_about(self, session: Session, source_ip: str | None) -> Iterator[Rule]:
        if self._from and source_ip is not None:
            yield from self._from.about(source_ip)
        if self._blocks:
            for part in (*parts(session), ANY):
                yield from self._blocks.get(part, ())


def standings(behind: Iterable[str], of: Callable[[str], Standing]) -> list[Standing]:
    """Give what stands in the accounts that a session came from, where anything does."""
    return [found for account in behind if (found := of(account))]


def ended(session: Session, by: Iterable[Standing]) -> Rule | None:
    """Tell what ended a session, of all that stands."""
    return next((rule for standing in by if (rule := standing.ended(session))), None)


def blocked(session: Session, by: Iterable[Standing], now: float, source_ip: str | None = None) -> Rule | None:
    """Tell what refuses a session now, likewise; `source_ip` as in `Standing.blocked`."""
    return next((rule for standing in by if (rule := standing.blocked(session, now, source_ip))), None)


def read_standing(tx: Tx, account: str, since: float = 0) -> Standing:
    """Read what stands against an account's sessions that were live at `since`, in epoch seconds, or later."""
    ends = (ended_rule(ending) for ending in endings.mattering(tx, account, since))
    return Standing((*ends, *(block_rule(block) for block in blocks.standing(tx, account, since))))


def ended_rule(ending: Ending) -> Rule:
    """Read an end that is kept."""
    return Rule(
        ending.id,
        ending.account_id,
        sessions.read(ending.criteria),
        ending.ended_at / MICROSECONDS,
        ending.ended_by,
        ending.reason,
        issued_before=ending.issued_before,
    )


def block_rule(block: Block) -> Rule:
    """Read a block that is kept."""
    at, until = block.created_at, block.until
    return Rule(
        block.name, block.account_id, sessions.read(block.criteria), at, block.created_by, block.reason, until=until
    )
