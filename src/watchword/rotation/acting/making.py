"""A new key: made, kept, proved to be the user's, made current; and given up if any of that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn
from uuid import uuid4

from botocore.exceptions import ClientError

from watchword.domain.refusal_codes import NOT_KNOWN
from watchword.rotation.acting import faults, keys
from watchword.rotation.acting.faults import STOPS, Disowned
from watchword.rotation.records import Kept, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watchword.rotation.acting.turn import Turn
    from watchword.rotation.keeping import Held
    from watchword.rotation.steps import Step

PATIENCE = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
"""Seconds between two tries with a key that is not known yet: new keys reach all of AWS in 15 s or so."""


def create(turn: Turn, step: Step) -> None:
    """Make a key and keep its secret: what would stand in the way is found before it is made.

    Raises Unkept and botocore's errors when nothing was made, or nobody knows; Disowned when it was made in vain.
    """
    del step
    before = turn.standing().attempts
    kept = turn.keeper().check(turn.knows, uuid4().hex)
    known = tuple(key.id for key in turn.user.keys)
    asked = (*before, turn.now())
    turn.record("intend create", state=State.INTENT, known=known, attempts=asked, kept=kept, new="", verified_at=0.0)
    try:
        key, secret, created = keys.create(turn)
    except ClientError as error:
        if faults.nothing_was_made(error):
            turn.record("create refused", detail=faults.reason(error), state=State.DUE, attempts=before, kept=None)
        raise
    turn.record("created", key, state=State.CREATED, new=key, created_at=turn.now())
    turn.tell("created")
    try:
        kept = turn.keeper(kept).put(kept, key, secret, created)
    except STOPS as error:
        _give_up(turn, f"its secret could not be kept: {faults.reason(error)}", error)
    _stored(turn, kept)


def recall(turn: Turn, step: Step) -> None:
    """Look whether the secret of a created key is kept: if not, nobody has it."""
    kept = _kept(turn)
    found = turn.keeper(kept).recall(kept, step.key)
    if found is None:
        disown(turn, step.key, "its secret was not kept")
    else:
        _stored(turn, found[0])


def verify(turn: Turn, step: Step) -> None:
    """Prove that the kept secret opens the account as the user, asking again while the key is not known everywhere.

    Raises botocore's errors when nothing can be told yet, Disowned when the key is not what it must be.
    """
    kept, user = _kept(turn), turn.user
    found = turn.keeper(kept).recall(kept, step.key)
    if found is None:
        _give_up(turn, "its secret is not kept any more")
    told = _answer(turn, found[1])
    if told is None:
        _give_up(turn, "it is not known to STS, long after it was made")
    if (told.get("Account"), told.get("Arn")) != (user.account, user.arn):
        _give_up(turn, f"it answers as {told.get('Arn')}")
    turn.record("verified", step.key, state=State.VERIFIED, verified_at=turn.now())
    turn.tell("verified")


def make_current(turn: Turn, step: Step) -> None:
    """Make the kept secret current everywhere it must be: only then may the old key be seen out."""
    kept = _kept(turn)
    turn.keeper(kept).make_current(kept)
    turn.record("current", step.key, state=State.OVERLAP, current_at=turn.now())
    turn.tell("current")


def disown(turn: Turn, key_id: str, why: str) -> None:
    """Put on record that nobody has the secret of a key of ours: it is seen out, and another one may be made."""
    rotation = turn.standing()
    orphans = tuple(dict.fromkeys((*rotation.orphans, key_id)))
    turn.record("disowned", key_id, why, state=State.DUE, new="", orphans=orphans)
    turn.tell("disowned")


def _give_up(turn: Turn, why: str, cause: Exception | None = None) -> NoReturn:
    key = turn.standing().new
    disown(turn, key, why)
    raise Disowned(f"{key} was given up: {why}") from cause


def _stored(turn: Turn, kept: Kept) -> None:
    turn.record("stored", turn.standing().new, state=State.STORED, kept=kept, stored_at=turn.now())
    turn.tell("stored")


def _kept(turn: Turn) -> Kept:
    rotation = turn.standing()
    if rotation.kept is None:
        msg = f"rotation {rotation.id} has a new key, and no place for its secret on record"
        raise LookupError(msg)
    return rotation.kept


def _answer(turn: Turn, held: Held) -> Mapping[str, Any] | None:
    """Ask who the key is; None when it is still not known at last."""
    member = turn.means.member
    for seconds in (*PATIENCE, None):
        try:
            turn.means.at("ask identity")
            return member.sts_as(held.key, held.secret)
        except ClientError as error:
            if faults.code(error) not in NOT_KNOWN and not faults.may_pass(error):
                raise
            if seconds is None and faults.code(error) not in NOT_KNOWN:
                raise
            if seconds is not None:
                turn.wait(seconds)
    return None
