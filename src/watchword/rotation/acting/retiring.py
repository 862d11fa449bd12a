"""An old key, or one that nobody can use: deactivated, deleted, and seen to be gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watchword.rotation.acting import faults, keys
from watchword.rotation.acting.faults import STOPS
from watchword.rotation.records import Kind, State
from watchword.rotation.steps import Why

if TYPE_CHECKING:
    from watchword.rotation.acting.turn import Turn
    from watchword.rotation.steps import Step


def deactivate(turn: Turn, step: Step) -> None:
    """Make a key inactive. What is known of its use was read just before."""
    keys.set_active(turn, step.key, active=False)
    rotation = turn.standing()
    if step.key != rotation.old:
        turn.record("deactivated", step.key, step.why)
        drop_pending(turn)
    elif rotation.kind is Kind.REPLACE and rotation.state is State.DUE:
        turn.record("deactivated", step.key, step.why)  # a leaked one: its successor is yet to be made
    else:
        turn.record("deactivated", step.key, step.why, state=State.DEACTIVATED, deactivated_at=turn.now())
    turn.tell("deactivated")


def delete(turn: Turn, step: Step) -> None:
    """Delete a key that was seen inactive just before."""
    keys.delete(turn, step.key)
    if step.key == turn.standing().old:
        turn.record("deleted", step.key, step.why, state=State.DELETED, deleted_at=turn.now())
    else:
        turn.record("deleted", step.key, step.why)
    turn.tell("deleted")


def forget(turn: Turn, step: Step) -> None:
    """An orphan is gone."""
    orphans = tuple(key for key in turn.standing().orphans if key != step.key)
    turn.record("forgotten", step.key, orphans=orphans)


def note_proven(turn: Turn, step: Step) -> None:
    """Put on record that somebody uses the new key."""
    turn.record("proven", step.key, proven_at=step.at or turn.now())
    turn.tell("proven")


def note_deactivated(turn: Turn, step: Step) -> None:
    """Put on record that the old key is inactive already."""
    turn.record("seen inactive", step.key, state=State.DEACTIVATED, deactivated_at=step.at or turn.now())


def note_rolled_back(turn: Turn, step: Step) -> None:
    """Somebody reactivated the old key by hand: nothing more is done until somebody resumes."""
    turn.record(
        "rolled back", step.key, step.why, state=State.ROLLED_BACK, undone_at=turn.now(), undone_why=str(step.why)
    )
    turn.tell("rolled back")


def close(turn: Turn, step: Step) -> None:
    """Nothing is left to do: the old key is gone, or there is no longer a reason."""
    rotation = turn.standing()
    replaced = bool(rotation.current_at) or (rotation.kind is Kind.RETIRE and bool(rotation.deactivated_at))
    done = replaced and step.why is Why.OLD_GONE
    if done:
        turn.record("deleted", step.key, step.why, state=State.DELETED, deleted_at=turn.now())
        return
    turn.record("closed", step.key, step.why, state=State.ABANDONED)
    turn.tell("closed")


def drop_pending(turn: Turn) -> None:
    """Take the pending stage from the secret of a key that was given up; the next one takes it anyway."""
    kept = turn.standing().kept
    if kept is None:
        return
    try:
        turn.keeper(kept).drop_pending(kept)
    except STOPS as error:
        turn.record("pending secret stays", detail=faults.reason(error))
