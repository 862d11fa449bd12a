"""The way back: the old key works again, and what was current is so again. One that was ended half way is gone on with.

That a rotation is to be undone is on record first, so that from then on no turn takes it forward.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from watchword.rotation import inventory
from watchword.rotation.acting import faults, keys
from watchword.rotation.acting.faults import STOPS, Refused
from watchword.rotation.acting.taking import Busy, Gone, taken
from watchword.rotation.acting.turn import At, Look, Means, Turn, nothing, nowhere
from watchword.rotation.keeping import Unkept
from watchword.rotation.records import OPEN, Kind, Rotation, State
from watchword.rotation.seen import Key, Known
from watchword.rotation.standing import SETTLED, is_used, was_asked_for
from watchword.rotation.steps import Why

if TYPE_CHECKING:
    from watchword.rotation.access import Member
    from watchword.rotation.ledger import Ledger
    from watchword.rotation.rules import Rules

BUSY = "another runner is at work on `{user}`: try again in a minute"
LEFT = "secret left as it is"
"""A line of the history: the secret goes on holding the new key, as what it held before is no key that works."""
_BOTH_WORK = frozenset({State.OVERLAP, State.DEACTIVATED})


def undo(
    member: Member,
    user_name: str,
    *,
    rules: Rules,
    ledger: Ledger,
    holder: str,
    by: str,
    why: str,
    even_leaked: bool = False,
    at: At = nothing,
    central: Callable[[], Member] = nowhere,
    pause: Callable[[float], None] = time.sleep,
    look: Look | None = None,
) -> Rotation:
    """Undo the rotation that a user has open, and pause: nothing is done for its keys until somebody resumes.

    `even_leaked` brings back a key that was quarantined too. Raises LedgerFault, and Refused, also when it could not be
    finished: another call goes on with it.
    """
    means = Means(member, rules, ledger, holder, look or inventory.look_at_user, by, at, central, pause)
    try:
        with taken(means, user_name) as turn:
            turn.rotation = _to_undo(turn, user_name)
            begin(turn, why, even_leaked=even_leaked)
            finish(turn)
            return turn.standing()
    except Busy as error:
        raise Refused(BUSY.format(user=user_name)) from error
    except Gone as error:
        raise Refused(f"there is no user `{user_name}`") from error
    except STOPS as error:
        raise Refused(f"not undone yet: {faults.reason(error)}; run undo again") from error


def begin(turn: Turn, why: str, *, even_leaked: bool = False) -> None:
    """Put on record that the rotation in hand is to be undone. Raises Refused."""
    rotation = turn.standing()
    if rotation.leaked and not even_leaked:
        raise Refused(f"{rotation.old} was quarantined as leaked: to bring it back all the same, say so")
    if turn.user.key(rotation.old) is None:
        raise Refused(f"{rotation.old} is gone: what is deleted cannot be brought back; the new key goes on")
    if not rotation.undone_at:
        by = turn.means.by or turn.means.holder
        turn.record("intend undo", rotation.old, why, undone_at=turn.now(), undone_by=by, undone_why=why)


def finish(turn: Turn) -> None:
    """Go all the way back, from wherever it stands.

    The old key works before anything else is touched. Raises Unkept and botocore's errors; what was done stays done.
    """
    rotation = turn.standing()
    if turn.user.key(rotation.old) is None:
        turn.record("closed", rotation.old, Why.OLD_GONE, state=State.ABANDONED)
        return
    _revive(turn)
    if rotation.kind is Kind.REPLACE:
        _settle_intent(turn)
        _restore_secret(turn)
        _see_out_new(turn)
    turn.record("rolled back", rotation.old, rotation.undone_why, state=State.ROLLED_BACK)
    turn.tell("rolled back")


def is_unfinished(rotation: Rotation) -> bool:
    """Whether an undo was begun, and not finished."""
    return bool(rotation.undone_at) and rotation.state in OPEN


def _to_undo(turn: Turn, user_name: str) -> Rotation:
    account, user_id = turn.user.account, turn.user.id
    standing = turn.means.ledger.of_user(account, user_id)
    found = [one for one in standing if one.state in OPEN]
    found.sort(key=lambda one: (one.kind is Kind.REPLACE, one.opened_at))
    if found:
        return found[-1]
    if standing:
        raise Refused(f"the rotation of `{user_name}` is undone already: resume it to go on")
    closed = [one for one in turn.means.ledger.closed_of_user(account, user_id) if one.state is State.DELETED]
    if closed:
        raise Refused(f"{closed[-1].old} was deleted: what is deleted cannot be brought back; the new key goes on")
    raise Refused(f"`{user_name}` has no rotation to undo")


def _revive(turn: Turn) -> None:
    """Make the old key active, and see that it is."""
    old = turn.standing().old
    there = turn.user.key(old)
    if there is not None and there.active:
        return
    keys.set_active(turn, old, active=True)
    turn.told.pop(old, None)  # what is listed is to be seen, and not what was asked for
    for seconds in (1.0, 2.0, 4.0):
        found = turn.user.key(old) if turn.look() else None
        if found is not None and found.active:
            turn.record("activated", old)
            turn.tell("activated")
            return
        turn.wait(seconds)
    raise Unkept(f"{old} is still not active")


def _settle_intent(turn: Turn) -> None:
    """Find the key of a create whose answer was lost: it is given up. Raises Unkept while that is not settled."""
    rotation = turn.standing()
    if rotation.state is not State.INTENT:
        return
    found = [key for key in turn.user.keys if was_asked_for(rotation, key) and key.use.known is Known.NEVER]
    if len(found) == 1:
        turn.record("disowned", found[0].id, Why.LOST, orphans=(*rotation.orphans, found[0].id))
    elif not found and turn.now() < max(rotation.attempts, default=0.0) + SETTLED:
        raise Unkept("whether a key was made is not settled yet: that takes a minute")


def _restore_secret(turn: Turn) -> None:
    """Make current what was so before: but for a pair that works, not for one that does not."""
    rotation = turn.standing()
    if rotation.kept is None:
        return
    keeper, new = turn.keeper(rotation.kept), turn.user.key(rotation.new)
    stays = new is not None and new.active and rotation.state in _BOTH_WORK and _is_needed(rotation, new)
    if stays and keeper.previous_key(rotation.kept) != rotation.old:
        turn.record(LEFT, rotation.new, "what it held before is no key that works")
    elif keeper.restore_previous(rotation.kept):
        turn.tell("restored")


def _is_needed(rotation: Rotation, key: Key) -> bool:
    """Whether somebody uses a key of ours, as far as is known."""
    return bool(rotation.proven_at) or key.use.known is Known.UNKNOWN or is_used(rotation, key)


def _see_out_new(turn: Turn) -> None:
    """Deactivate the new key unless somebody uses it, and delete what was made in vain. What is left is on record."""
    rotation = turn.standing()
    in_vain = rotation.state not in _BOTH_WORK
    left = []
    for key_id in dict.fromkeys((*rotation.orphans, rotation.new)):
        key = turn.user.key(key_id) if key_id else None
        if key is None:
            continue
        used = _is_needed(rotation, key)
        if key.active and not used:
            keys.set_active(turn, key.id, active=False)
            turn.record("deactivated", key.id)
            turn.tell("deactivated")
            turn.look()
        key = turn.user.key(key_id)
        orphaned = in_vain or key_id in rotation.orphans
        if key is not None and orphaned and not used and not key.active:
            keys.delete(turn, key.id)
            turn.record("deleted", key.id)
            turn.tell("deleted")
        elif orphaned:
            left.append(key_id)
    turn.record("new keys seen out", orphans=tuple(left), new="" if in_vain else rotation.new)
