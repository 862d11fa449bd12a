"""A key that no rotation speaks of: judged by its age and its use."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from watchword.rotation.records import Kind
from watchword.rotation.seen import Key, Known, User
from watchword.rotation.steps import Do, Step, Why
from watchword.rotation.terms import Response, Terms


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a user's keys are judged by. `taken` are those that a rotation speaks of; `forced` asks for a new key."""

    user: User
    since: Mapping[str, float]
    taken: Collection[str]
    terms: Terms
    now: float
    forced: bool = False

    def of(self, key: Key) -> Step:
        """Tell what a key needs."""
        if self.user.quarantined:
            return Step(Do.REPORT, key.id, Why.QUARANTINED, note=self.user.quarantined)
        if not key.active:
            return self._inactive(key)
        if key.use.known is Known.UNKNOWN and (self.forced or self.now >= key.created + _earliest(self.terms)):
            return Step(Do.BLOCKED, key.id, Why.USE_UNKNOWN, note=key.use.why)
        if self.forced and not self._can_go(key):
            return self._replace(key, Why.FORCED)
        return self._said_aloud(idle(key, self.terms, self.now) or self._aged(key), key)

    def _inactive(self, key: Key) -> Step:
        """Give it its whole recovery window from when it was first seen so. It never yields a new one."""
        until = self.since.get(key.id, self.now) + self.terms.recovery
        if self.now >= until:
            return Step(Do.OPEN, key.id, Why.INACTIVE, until, Kind.RETIRE)
        return Step(
            Do.WARN if self.terms.is_soon(until, self.now) else Do.WAIT, key.id, Why.RECOVERY, until, Kind.RETIRE
        )

    def _aged(self, key: Key) -> Step:
        due = key.created + self.terms.replace_after
        if self.now >= due:
            return self._replace(key, Why.AGE)
        if self.terms.is_soon(due, self.now):
            return Step(Do.WARN, key.id, Why.DUE_SOON, due)
        return Step(Do.REST, key.id, Why.YOUNG, due)

    def _said_aloud(self, step: Step, key: Key) -> Step:
        """An exemption that has ended is a finding until somebody takes it away, whatever else the key needs."""
        if self.terms.exempt is None or step.do not in {Do.REST, Do.WARN, Do.OPEN}:
            return step
        note = f"{self.terms.exempt.reason} ({self.terms.exempt.source})"
        do = Do.OPEN if step.do is Do.OPEN else Do.REPORT
        return dataclasses.replace(step, do=do, key=key.id, why=Why.EXEMPTION_ENDED, note=note)

    def _replace(self, key: Key, why: Why) -> Step:
        """There is room for a new key only beside a single one.  Source: IAM quotas, access keys per user."""
        other = next((one for one in self.user.keys if one.id != key.id), None)
        if other is None:
            return Step(Do.OPEN, key.id, why)
        if other.id in self.taken or not other.active or self._goes(other):
            return Step(Do.WAIT, key.id, Why.NO_ROOM, note=other.id)
        if other.created > key.created:
            note = f"{other.id} is younger: if it has taken this one's place, deactivate this one; if not, that one"
        else:
            age = "older" if other.created < key.created else "of the same age"
            note = f"{other.id} is {age}: deactivate whichever is not needed"
        return Step(Do.BLOCKED, key.id, Why.TWO_KEYS, note=note)

    def _goes(self, key: Key) -> bool:
        """Whether a key is being seen out by its own rule, now or soon."""
        judged = idle(key, self.terms, self.now)
        return judged is not None and judged.do in {Do.OPEN, Do.WARN}

    def _can_go(self, key: Key) -> bool:
        """Whether a key that nobody uses makes room for one that somebody does."""
        others = [one for one in self.user.keys if one.id != key.id and one.active]
        return self._goes(key) and any(not self._goes(one) for one in others)


def idle(key: Key, terms: Terms, now: float) -> Step | None:
    """Judge an active key by its use; None for one that is to be judged by its age."""
    never = key.use.known is Known.NEVER
    after, response = (terms.never_used_after, terms.never_used) if never else (terms.unused_after, terms.unused)
    if after is None or response is Response.REPLACE or key.use.known is Known.UNKNOWN:
        return None
    at = (key.created if never else key.use.at) + after
    if now >= at:
        do = Do.OPEN if response is Response.DEACTIVATE else Do.REPORT
        return Step(do, key.id, Why.NEVER_USED if never else Why.UNUSED, at, Kind.RETIRE)
    if response is Response.DEACTIVATE and terms.is_soon(at, now):
        return Step(Do.WARN, key.id, Why.RETIRES_SOON, at, Kind.RETIRE)
    return Step(Do.REST, key.id, Why.YOUNG, at) if never else None


def _earliest(terms: Terms) -> float:
    ages = (terms.replace_after, terms.unused_after, terms.never_used_after)
    return min(age for age in ages if age is not None)
