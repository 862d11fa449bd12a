"""One user's turn: read afresh, ask what comes next, do one step, ask again; until only rests are left.

What was read stays true for as long as only the ledger is written; before a key is made, deactivated or deleted, the
user is read anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from watchword.rotation import inventory
from watchword.rotation.acting import faults, making, retiring, undoing
from watchword.rotation.acting.faults import STOPS, Disowned
from watchword.rotation.acting.taking import Busy, Gone, taken
from watchword.rotation.acting.turn import At, Look, Means, Turn, nothing, nowhere
from watchword.rotation.keeping import Unkept
from watchword.rotation.ledger import Fenced, OneAtATime
from watchword.rotation.machine import Situation, next_steps
from watchword.rotation.seen import User
from watchword.rotation.steps import CHANGES, RESTS, Do, Step, Why

if TYPE_CHECKING:
    from watchword.rotation.access import Member
    from watchword.rotation.ledger import Ledger
    from watchword.rotation.rules import Rules

ROUNDS = 60
"""Steps in one turn: no way through the machine of a user with two keys is half as long."""
Allowed = Callable[[Step], bool]

AFRESH = frozenset({Do.CREATE, Do.DEACTIVATE, Do.DELETE})
"""Steps before which the user is read anew: what they rest on, such as a key's last use, must be as of just before."""
ASKING = CHANGES | {Do.RECALL, Do.VERIFY, Do.ROLLED_BACK}
"""Steps that ask something of the account, which takes time."""

ACTS: dict[Do, Callable[[Turn, Step], None]] = {
    Do.CREATE: making.create,
    Do.RECALL: making.recall,
    Do.VERIFY: making.verify,
    Do.CURRENT: making.make_current,
    Do.DISOWN: lambda turn, step: making.disown(turn, step.key, step.why),
    Do.FORGET: retiring.forget,
    Do.DEACTIVATE: retiring.deactivate,
    Do.DELETE: retiring.delete,
    Do.PROVEN: retiring.note_proven,
    Do.DEACTIVATED: retiring.note_deactivated,
    Do.ROLLED_BACK: retiring.note_rolled_back,
    Do.CLOSE: retiring.close,
}


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one user: as it is left, what it needs next, what was done, and what could not be."""

    user: User | None
    """None when it is gone, or was not read."""
    steps: tuple[Step, ...] = ()
    done: tuple[str, ...] = ()
    error: str = ""
    busy: bool = False
    """Another runner has it: it is looked after, so that this is no error."""


def settle(
    member: Member,
    user_name: str,
    *,
    rules: Rules,
    ledger: Ledger,
    holder: str,
    forced: bool = False,
    allowed: Allowed,
    at: At = nothing,
    user_id: str = "",
    by: str = "",
    central: Callable[[], Member] = nowhere,
    pause: Callable[[float], None] = time.sleep,
    look: Look | None = None,
) -> Settled:
    """Do what can be done now for one user, under its lease.

    `holder` must be the name of one runner: one that is started again under its name goes on at once. `allowed` says
    whether a step that changes something may be carried out. `user_id` spares a reading where it is known already.
    Whatever AWS refuses stops this user alone, and is in `error`. Raises LedgerFault.
    """
    means = Means(member, rules, ledger, holder, look or inventory.look_at_user, by, at, central, pause)
    try:
        return _settled(means, user_name, user_id, allowed, forced=forced)
    except Busy:
        return Settled(None, busy=True)
    except Fenced:
        return Settled(None, error="another runner took over", busy=True)
    except STOPS as error:
        return Settled(None, error=faults.reason(error))


def _settled(means: Means, user_name: str, user_id: str, allowed: Allowed, *, forced: bool) -> Settled:
    try:
        with taken(means, user_name, user_id) as turn:
            return _Rounds(turn, allowed, forced).go()
    except Gone as gone:
        if not gone.successor:
            return Settled(None, done=("closed",))
        return _settled(means, user_name, gone.successor, allowed, forced=forced)


@dataclass(slots=True)
class _Rounds:
    """The rounds of one turn. What failed once in it is not tried again."""

    turn: Turn
    allowed: Allowed
    forced: bool
    failed: dict[tuple[Do, str, str], Step] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def go(self) -> Settled:
        """Go on until only rests are left, or something stops it."""
        turn, is_fresh = self.turn, True
        steps = self._steps()
        for _ in range(ROUNDS):
            step = next((one for one in steps if self._is_next(one)), None)
            if step is None:
                break
            if step.do in AFRESH and not is_fresh:
                if not turn.look():
                    raise Gone
                is_fresh = True
            elif self._carry_out(step):
                is_fresh = is_fresh and step.do not in ASKING
            else:
                steps = self._steps()
                break
            steps = self._steps()
        told = tuple(self.failed.get(_name(step), step) for step in steps)
        self._note_blocks(told)
        return Settled(turn.user, told, tuple(turn.done), "; ".join(self.errors))

    def _steps(self) -> tuple[Step, ...]:
        turn, account = self.turn, self.turn.user.account
        now, statuses = turn.now(), {key.id: key.active for key in turn.user.keys}
        since = turn.means.ledger.sighted(account, statuses, now)
        standing = turn.means.ledger.of_user(account, turn.user.id)
        return next_steps(Situation(turn.user, standing, since, self.forced), turn.terms, now)

    def _is_next(self, step: Step) -> bool:
        if step.do in RESTS or _name(step) in self.failed:
            return False
        asks = step.changes or step.do is Do.ROLLED_BACK
        return not asks or step.key in self.turn.made or self.allowed(step)

    def _carry_out(self, step: Step) -> bool:
        """Do one step; False when nothing more can be done for the user in this turn. Raises Fenced, LedgerFault."""
        turn = self.turn
        turn.rotation = turn.means.ledger.find(step.rotation) if step.rotation else None
        try:
            if step.do is Do.OPEN:
                self.turn.open(step.kind, step.key, step.why, step.why, forced=step.why is Why.FORCED)
            elif turn.rotation is not None and undoing.is_unfinished(turn.rotation):
                undoing.finish(turn)
            else:
                ACTS[step.do](turn, step)
        except Disowned as error:
            self._fail(step, Why.SECRET, faults.reason(error), failed=True)
            again = Step(Do.CREATE, turn.standing().old, step.why, rotation=step.rotation)
            self.failed.setdefault(_name(again), self.failed[_name(step)])
        except (Unkept, OneAtATime) as error:
            self._fail(step, Why.SECRET if isinstance(error, Unkept) else Why.STRANGER, faults.reason(error))
        except STOPS as error:
            self._fail(step, Why.REFUSED, faults.reason(error), failed=True)
            return False
        return True

    def _fail(self, step: Step, why: Why, text: str, *, failed: bool = False) -> None:
        """Remember why a step could not be done; on record too, if there is a rotation."""
        self.failed[_name(step)] = replace(step, do=Do.BLOCKED, why=why, note=text)
        if failed:
            self.errors.append(text)
        if self.turn.rotation is not None and step.do is not Do.OPEN:
            self.turn.record("blocked", step.key, text, blocked=text)

    def _note_blocks(self, steps: tuple[Step, ...]) -> None:
        """Keep on record why a rotation stands still, once."""
        for step in steps:
            found = self.turn.means.ledger.find(step.rotation) if step.do is Do.BLOCKED and step.rotation else None
            text = (
                f"{step.why}: {step.note}" if step.note and step.why is not Why.REFUSED else step.note or str(step.why)
            )
            if found is not None and not found.blocked:
                self.turn.rotation = found
                self.turn.record("blocked", step.key, text, blocked=text)


def _name(step: Step) -> tuple[Do, str, str]:
    return step.do, step.key, step.rotation
