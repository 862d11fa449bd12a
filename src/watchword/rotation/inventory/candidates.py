"""Whose keys may need anything, as far as the credential report tells: only they are asked about one by one."""

from __future__ import annotations

from watchword.rotation.inventory.report import Row, Slot
from watchword.rotation.rules.shapes import Bounds
from watchword.rotation.terms import Terms


def may_need(row: Row, bounds: Bounds, now: float) -> bool:
    """Whether any of a user's keys may need anything. `now` is epoch seconds."""
    return any(slot.is_taken and _may_need(slot, row, bounds, now) for slot in row.slots)


def bounds_of(terms: Terms) -> Bounds:
    """Give the bounds of terms that are known exactly; what cannot be understood is always told of."""
    warn = max(terms.warn, default=0.0)
    if terms.faults or terms.exempt is not None:
        return Bounds(0.0, 0.0, 0.0)
    return Bounds(
        terms.replace_after - warn,
        None if terms.unused_after is None else terms.unused_after - warn,
        None if terms.never_used_after is None else terms.never_used_after - warn,
    )


def _may_need(slot: Slot, row: Row, bounds: Bounds, now: float) -> bool:
    """`last_rotated` tells of a change of status too, so a key may be older: one that was in use before then is."""
    if not slot.active or slot.changed is None:
        return True
    created = row.created if slot.used is not None and slot.used < slot.changed else slot.changed
    if now >= created + bounds.age:
        return True
    if slot.used is None:
        return bounds.never_used is not None and now >= created + bounds.never_used
    return bounds.unused is not None and now >= slot.used + bounds.unused
