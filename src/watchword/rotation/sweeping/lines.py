"""A user's keys as lines: what each is, what it needs, and what would come of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from watchword.rotation.machine import Situation
from watchword.rotation.records import Rotation, State
from watchword.rotation.results import Change, Line
from watchword.rotation.seen import Account, Known, LastUse
from watchword.rotation.steps import CHANGES, RESTS, Do, Step, Why
from watchword.rotation.sweeping.foresight import Foreseen
from watchword.rotation.sweeping.plans import Planned
from watchword.rotation.terms import Terms

COMPANION = {State.OVERLAP: Why.OVERLAP, State.DEACTIVATED: Why.RECOVERY, State.ROLLED_BACK: Why.PAUSED}
"""Why a key rests that its rotation's step is not about."""
UNSEEN = LastUse(Known.UNKNOWN, why="the key is not there")


@dataclass(frozen=True, slots=True)
class Telling:
    """What a user's lines are made from."""

    account: Account
    situation: Situation
    terms: Terms
    steps: Sequence[Step]
    foreseen: Sequence[Foreseen] = ()
    done: tuple[str, ...] = ()
    error: str = ""

    def lines(self) -> tuple[Line, ...]:
        """Give a line for each key: its step's, or that of the rotation that speaks of it."""
        lines = [self._line(step, self._will(step)) for step in self._all_steps()]
        if not (self.done or self.error):
            return tuple(lines)
        place = next((place for place, line in enumerate(lines) if line.rotation or line.do not in RESTS), 0)
        lines[place] = replaced(lines[place], done=self.done, error=self.error)
        return tuple(lines)

    def _all_steps(self) -> list[Step]:
        found = [*self.steps, *self._companions()]
        unread = self.situation.user.unread
        if not found and (unread or self.done or self.error):  # a user whose keys could not be listed is told of too
            found.append(Step(Do.BLOCKED if unread else Do.REST, "", Why.UNREAD if unread else Why.OLD_GONE,
                              note="; ".join(unread)))  # fmt: skip
        return found

    def _companions(self) -> Iterator[Step]:
        spoken_of = {step.key for step in self.steps}
        for key in self.situation.user.keys:
            if key.id not in spoken_of:
                rotation = self._speaking_of(key.id)
                why = COMPANION.get(rotation.state, Why.RESUME) if rotation else Why.YOUNG
                yield Step(Do.REST, key.id, why, rotation=rotation.id if rotation else "")

    def _speaking_of(self, key_id: str) -> Rotation | None:
        spoken = (one for one in self.situation.rotations if key_id in {one.old, one.new, *one.orphans})
        return next(spoken, None)

    def _will(self, step: Step) -> tuple[Change, ...]:
        if step.do is Do.REST and step.rotation:  # its rotation's own line tells
            return ()
        return tuple(one.change for one in self.foreseen if self._is_of(one, step))

    @staticmethod
    def _is_of(one: Foreseen, step: Step) -> bool:
        return one.rotation == step.rotation if step.rotation else one.old == step.key

    def _line(self, step: Step, will: tuple[Change, ...]) -> Line:
        user, account = self.situation.user, self.account
        key, rotation = user.key(step.key), self._rotation(step)
        use = key.use if key else UNSEEN
        return Line(
            account=account.id,
            account_name=account.name,
            user=user.name,
            user_id=user.id,
            arn=user.arn,
            key=step.key,
            active=bool(key and key.active),
            created=key.created if key else 0.0,
            used=use.known,
            used_at=use.at,
            used_service=use.service,
            do=step.do,
            why=step.why,
            at=step.at,
            kind=step.kind,
            rotation=step.rotation,
            state=str(rotation.state) if rotation else "",
            note=step.note,
            changes=any(one.do in CHANGES for one in will),
            will=will,
            finding=step.is_finding and step.do is not Do.REST,
            owners=self.terms.owners,
        )

    def _rotation(self, step: Step) -> Rotation | None:
        return next((one for one in self.situation.rotations if one.id == step.rotation), None)


def replaced(line: Line, **changes: object) -> Line:
    """Give a line with some of it changed."""
    return msgspec.structs.replace(line, **changes)


def of_nobody(account: Account, rotation: Rotation, *, done: tuple[str, ...] = (), error: str = "") -> Line:
    """Tell of an open rotation whose user is gone."""
    return Line(
        account=account.id,
        account_name=account.name,
        user=rotation.user,
        user_id=rotation.user_id,
        arn="",
        key=rotation.old,
        active=False,
        created=0.0,
        used=Known.UNKNOWN,
        do=Do.CLOSE,
        why=Why.USER_GONE,
        kind=rotation.kind,
        rotation=rotation.id,
        state=str(rotation.state),
        finding=False,
        done=done,
        error=error,
    )


def of_planned(planned: Planned, error: str) -> Line:
    """Tell of a planned change of which nothing is left to see."""
    return Line(
        account=planned.account,
        account_name=planned.account_name,
        user=planned.user,
        user_id=planned.user_id,
        arn="",
        key=planned.key,
        active=False,
        created=0.0,
        used=Known.UNKNOWN,
        do=Do.REST,
        why=Why.OLD_GONE,
        kind=planned.kind,
        error=error,
    )
