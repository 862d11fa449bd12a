"""What people say of a rotation: ready, installed, cut it off, go on. Only the ledger changes, and says who said it."""

from __future__ import annotations

import time
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from watchword.rotation.acting.faults import Refused
from watchword.rotation.records import OPEN, Event, Kind, Rotation, State

if TYPE_CHECKING:
    from watchword.rotation.ledger import Ledger

BUSY = "another runner is at work on `{user}`: try again in a minute"


class Said(StrEnum):
    """What the owner of a handed-off key says."""

    READY = "ready"
    """A new key may be made."""
    INSTALLED = "installed"
    """The new key is in use."""


def acknowledge(
    ledger: Ledger, rotation_id: str, said: Said, *, by: str, holder: str, now: float, note: str = ""
) -> Rotation:
    """Put on record what an owner said. `now` is the account's time. Raises Refused, LedgerFault."""
    rotation = _found(ledger, rotation_id)
    if rotation.kind is not Kind.REPLACE or rotation.state not in OPEN:
        raise Refused(f"nothing waits for {rotation.user}'s owner: the rotation is {rotation.state}")
    if said is Said.READY:
        if rotation.state is not State.DUE:
            raise Refused(f"{rotation.user}'s new key was made already")
        return _keep(ledger, holder, rotation, _event(rotation, "acknowledged ready", by, now, note), ready_at=now)
    if rotation.state is not State.OVERLAP:
        raise Refused(f"{rotation.user}'s new key cannot be installed: the rotation is {rotation.state}")
    return _keep(ledger, holder, rotation, _event(rotation, "acknowledged installed", by, now, note), installed_at=now)


def approve(ledger: Ledger, rotation_id: str, *, by: str, holder: str, now: float, note: str = "") -> Rotation:
    """Approve that an old key is cut off although it may be in use, once it is past its limit.

    Raises Refused, LedgerFault.
    """
    rotation = _found(ledger, rotation_id)
    if rotation.state is not State.OVERLAP:
        raise Refused(f"{rotation.user}'s old key is not to be cut off: the rotation is {rotation.state}")
    return _keep(ledger, holder, rotation, _event(rotation, "approved", by, now, note), approved_at=now)


def resume(ledger: Ledger, rotation_id: str, *, by: str, holder: str, now: float, note: str = "") -> Rotation:
    """Close a rotation that was undone, so that its keys are judged anew. Raises Refused, LedgerFault."""
    rotation = _found(ledger, rotation_id)
    if rotation.state is not State.ROLLED_BACK:
        raise Refused(f"the rotation of {rotation.user} is not undone but {rotation.state}")
    if rotation.orphans:  # closed, it would leave them to nobody
        keys = ", ".join(rotation.orphans)
        raise Refused(f"keys that were made in vain are still there ({keys}): apply, or remove them; then resume")
    said = _event(rotation, "resumed", by, now, note)
    return _keep(ledger, holder, rotation, said, state=State.ABANDONED, undone_at=0.0, deactivated_at=0.0)


def _found(ledger: Ledger, rotation_id: str) -> Rotation:
    rotation = ledger.find(rotation_id)
    if rotation is None:
        raise Refused(f"there is no rotation `{rotation_id}`")
    return rotation


def _keep(ledger: Ledger, holder: str, rotation: Rotation, said: Event, **changes: object) -> Rotation:
    """Change a rotation as it stands under the lease, and not as it was before somebody else let go of it."""
    lease = ledger.lease(rotation.account, rotation.user_id, holder, time.time())
    if lease is None:
        raise Refused(BUSY.format(user=rotation.user))
    try:
        fresh = _found(ledger, rotation.id)
        if fresh.state is not rotation.state:
            raise Refused(f"the rotation of {rotation.user} has become {fresh.state} meanwhile: look again")
        changed = {"blocked": "", "updated_at": said.at, **changes}
        kept = msgspec.structs.replace(fresh, **changed)
        ledger.keep(lease, kept, said)
    finally:
        ledger.release(lease)
    return kept


def _event(rotation: Rotation, what: str, by: str, now: float, note: str) -> Event:
    return Event(now, rotation.account, rotation.user_id, rotation.user, rotation.id, what, rotation.old, by, note)
