"""Sessions looked at again and again: which are live, and what became of them between two looks. No terminal here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from watchword.cli.sessions.authority import pages
from watchword.cli.sessions.rows import SessionRow, row

SECOND = timedelta(seconds=1)


class Happened(StrEnum):
    BEGAN = "began"
    ENDED = "ended"
    EXPIRED = "expired"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a session, and when that was so, as far as it is known."""

    event: Happened
    at: datetime
    session: SessionRow


@dataclass(slots=True)
class Watch:
    """What was seen so far of the sessions that match."""

    client: Any
    wanted: dict[str, Any]
    clock: Callable[[], datetime]
    own: str = ""
    live: dict[str, dict[str, Any]] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    looked: bool = False

    def look(self) -> list[Change]:
        """Tell what changed since the last look, the oldest first; of the first look there is nothing to tell."""
        found = {told["AccessKeyId"]: told for told in pages(self.client.list_sessions, "Sessions", **self.wanted)}
        before, self.live = self.live, found
        if not self.looked:
            self.looked = True
            return []
        now = self.now
        changes = [self._begun(told, now) for name, told in found.items() if name not in before]
        changes += self._gone([told for name, told in before.items() if name not in found], now)
        return sorted(changes, key=lambda change: change.at)

    @property
    def now(self) -> datetime:
        """The account's time. A sandbox's clock may have been moved since: it is never before a session was issued."""
        newest = max((told["IssuedAt"] for told in self.live.values()), default=None)
        return max(self.clock(), newest.astimezone(UTC)) if newest else self.clock()

    def rows(self, now: datetime) -> Iterator[SessionRow]:
        """Give what is live, the newest first."""
        return (row(told, now, self.own) for told in self.live.values())

    def _begun(self, told: Mapping[str, Any], now: datetime) -> Change:
        session = row(told, now, self.own)
        if session.access_key_id in self.blocked:
            self.blocked.remove(session.access_key_id)
            return Change(Happened.UNBLOCKED, now, session)
        return Change(Happened.BEGAN, session.issued, session)

    def _gone(self, lost: list[dict[str, Any]], now: datetime) -> Iterator[Change]:
        early = [told for told in lost if told["ExpiresAt"] > now]
        known = self._known(early) if early else {}
        for told in lost:
            session = row(known.get(told["AccessKeyId"], told), now, self.own)
            yield self._end(session, now)

    def _end(self, session: SessionRow, now: datetime) -> Change:
        if session.expires <= now:
            return Change(Happened.EXPIRED, session.expires, session)
        if session.state == "blocked":
            self.blocked.add(session.access_key_id)
            return Change(Happened.BLOCKED, now, session)
        return Change(Happened.ENDED, session.ended or now, session)

    def _known(self, lost: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """Ask what became of sessions before their time: in one listing, however many they are."""
        lost = list(lost)
        issued = [told["IssuedAt"] for told in lost]
        span = {"IssuedAfter": min(issued), "IssuedBefore": max(issued) + SECOND}
        names = {told["AccessKeyId"] for told in lost}
        listed = pages(self.client.list_sessions, "Sessions", **self.wanted | span | {"State": "ALL"})
        return {told["AccessKeyId"]: told for told in listed if told["AccessKeyId"] in names}
