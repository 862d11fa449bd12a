"""Keys that we made and whose secret nobody has: deactivated, deleted, and seen to be gone."""

from __future__ import annotations

from watchword.rotation.standing import Standing, is_used
from watchword.rotation.steps import Do, Step, Why


def see_out(standing: Standing, key_id: str) -> Step:
    """Tell what an orphan needs next. One that is in use was taken for ours wrongly, or is known to somebody."""
    key = standing.user.key(key_id)
    if key is None:
        return standing.settle(max(standing.rotation.attempts, default=0.0), Do.FORGET, Why.LOST, key=key_id)
    if blocked := standing.unknown(key):
        return blocked
    if is_used(standing.rotation, key):
        return standing.step(Do.BLOCKED, Why.ORPHAN_USED, key=key_id)
    return standing.step(Do.DEACTIVATE if key.active else Do.DELETE, Why.LOST, key=key_id)
