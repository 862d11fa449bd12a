"""A key that gets a successor: the new key is made once, kept, verified, and made current; then both work."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from watchword.rotation import orphans, overlap
from watchword.rotation.records import State
from watchword.rotation.seen import Known
from watchword.rotation.standing import SETTLED, Standing, was_asked_for
from watchword.rotation.steps import Do, Step, Why
from watchword.rotation.terms import DAY

_OLD_SETTLED = frozenset({State.DUE, State.OVERLAP, State.DEACTIVATED})
"""States in which the old key may be touched: the new one is not begun, or it is current."""
ATTEMPTS = 3
"""Creates within a day: when each was given up, another would be too."""


def next_step(standing: Standing) -> Step:
    """Tell what a replacement needs next."""
    rotation, old = standing.rotation, standing.old
    if rotation.leaked and old is not None and old.active and rotation.state in _OLD_SETTLED:
        return standing.step(Do.DEACTIVATE, Why.LEAKED)  # a quarantine stands until it is undone, whoever lifted it
    if rotation.orphans:
        return orphans.see_out(standing, rotation.orphans[0])
    return _BY_STATE[rotation.state](standing)


def _begin(standing: Standing) -> Step:
    """Nothing was made yet, or all of it is gone again."""
    rotation, old = standing.rotation, standing.old
    if rotation.leaked:
        return _create(standing)
    if old is None:
        return standing.step(Do.CLOSE, Why.OLD_GONE)
    if not old.active:
        return standing.step(Do.CLOSE, Why.OLD_INACTIVE)
    if not rotation.forced and standing.now < old.created + standing.terms.replace_after:
        return standing.step(Do.CLOSE, Why.NO_REASON)
    if standing.terms.hand_off and not rotation.ready_at:
        return standing.step(Do.ASK, Why.ASK_READY)
    return _create(standing)


def _create(standing: Standing) -> Step:
    """Ask for a new key, if there is room for one.  Source: IAM quotas, access keys per user."""
    rotation, keys = standing.rotation, standing.user.keys
    others = [key for key in keys if key.id != rotation.old]
    note = ", ".join(key.id for key in others)
    if rotation.leaked and len(keys) > 1:  # the other one may be all that the user has: a person says which can go
        return standing.step(Do.BLOCKED, Why.NO_ROOM, note=note)
    if others and not rotation.leaked:
        inactive = not any(key.active for key in others)
        return standing.step(Do.WAIT if inactive else Do.BLOCKED, Why.NO_ROOM if inactive else Why.STRANGER, note=note)
    lately = [at for at in rotation.attempts if standing.now < at + DAY]
    if len(lately) >= ATTEMPTS:
        return standing.step(Do.BLOCKED, Why.IN_VAIN, at=lately[0] + DAY)
    return standing.step(Do.CREATE, Why.LEAKED if rotation.leaked else Why.FORCED if rotation.forced else Why.AGE)


def _find_out(standing: Standing) -> Step:
    """A create was put on record and its answer was not: a key that was not there before may be what it made.

    It is ours if it was made when we asked, nobody ever used it, and the user does not depend on it.
    """
    rotation = standing.rotation
    others = [key for key in standing.user.keys if key.id not in rotation.known]
    if not others:
        settled_at = max(rotation.attempts, default=0.0) + SETTLED
        if standing.now < settled_at:
            return standing.step(Do.WAIT, Why.UNSETTLED, at=settled_at)
        return _begin(standing)
    stranger = standing.step(Do.BLOCKED, Why.STRANGER, note=", ".join(key.id for key in others))
    if len(others) > 1 or not was_asked_for(rotation, others[0]):
        return stranger
    if blocked := standing.unknown(others[0]):
        return blocked
    works = any(key.active for key in standing.user.keys if key is not others[0])
    if others[0].use.known is Known.NEVER and (works or rotation.leaked):
        return standing.step(Do.DISOWN, Why.LOST, key=others[0].id)
    return stranger


def _make_ready(standing: Standing) -> Step:
    """The new key's id is on record: its secret is kept, verified and made current, from wherever that stands."""
    rotation, new = standing.rotation, standing.new
    if new is None:
        return standing.settle(rotation.created_at, Do.DISOWN, Why.LOST, key=rotation.new)
    if not new.active:
        return standing.step(Do.BLOCKED, Why.NEW_GONE, key=new.id)
    does = {State.CREATED: Do.RECALL, State.STORED: Do.VERIFY, State.VERIFIED: Do.CURRENT}
    return standing.step(does[rotation.state], Why.RESUME, key=new.id)


_BY_STATE: Mapping[State, Callable[[Standing], Step]] = {
    State.DUE: _begin,
    State.INTENT: _find_out,
    State.CREATED: _make_ready,
    State.STORED: _make_ready,
    State.VERIFIED: _make_ready,
    State.OVERLAP: overlap.next_step,
    State.DEACTIVATED: overlap.recovery,
}
