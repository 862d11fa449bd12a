"""Both keys work: the old one is seen out when the new one is proven and the old one quiet, never by a guess."""

from __future__ import annotations

from watchword.rotation.seen import Key, Known
from watchword.rotation.standing import LAG, Standing, is_used
from watchword.rotation.steps import Do, Step, Why


def next_step(standing: Standing) -> Step:
    """Tell what a rotation needs whose new secret is current."""
    rotation, old, new = standing.rotation, standing.old, standing.new
    if new is None or not new.active:
        return _new_gone(standing, new)
    if old is None:
        return standing.step(Do.CLOSE, Why.OLD_GONE)
    if not old.active:
        return standing.step(Do.DEACTIVATED, Why.INACTIVE, at=standing.since.get(old.id, standing.now))
    if blocked := standing.unknown(old, new):
        return blocked
    if not rotation.proven_at and is_used(rotation, new):
        return standing.step(Do.PROVEN, Why.PROVEN, key=new.id, at=max(new.use.at, rotation.current_at))
    return _until_quiet(standing, old)


def recovery(standing: Standing) -> Step:
    """Tell what a rotation needs whose old key was deactivated: nothing is deleted while the new one does not work."""
    old, new = standing.old, standing.new
    if old is None:
        return standing.step(Do.CLOSE, Why.OLD_GONE)
    if not old.active and (new is None or not new.active):
        return _new_gone(standing, new)
    return standing.recovery(old)


def _new_gone(standing: Standing, new: Key | None) -> Step:
    rotation = standing.rotation
    if new is None:
        return standing.settle(rotation.created_at, Do.BLOCKED, Why.NEW_GONE, key=rotation.new)
    return standing.step(Do.BLOCKED, Why.NEW_GONE, key=new.id)


def _until_quiet(standing: Standing, old: Key) -> Step:
    """Count the overlap from the new key's proven use.

    The owner's word that it is installed does as well, until the old key is used after it.
    """
    rotation, now = standing.rotation, standing.now
    if standing.terms.hand_off and not rotation.installed_at:
        return _cut_off(standing, old, Why.ASK_INSTALLED, otherwise=Do.ASK)
    used_at = old.use.at if old.use.known is Known.AT else 0.0
    proven_at = rotation.proven_at or rotation.installed_at
    until = (proven_at or rotation.current_at) + standing.terms.overlap
    if not rotation.proven_at and rotation.installed_at and used_at > rotation.installed_at:
        return _cut_off(standing, old, Why.STILL_USED)
    if now < until:
        return standing.until(until, Why.OVERLAP) if proven_at else standing.step(Do.WAIT, Why.OVERLAP, at=until)
    if not proven_at:
        return _cut_off(standing, old, Why.NOT_INSTALLED)
    quiet_at = used_at + LAG + standing.terms.quiet
    if now < quiet_at:
        return _cut_off(standing, old, Why.STILL_USED, at=quiet_at)
    return standing.step(Do.DEACTIVATE, Why.QUIET)


def _cut_off(standing: Standing, old: Key, why: Why, *, at: float = 0.0, otherwise: Do = Do.REPORT) -> Step:
    """A key that may be needed is cut off only past its limit, and only if somebody approved that."""
    limit = old.created + standing.terms.limit
    is_past = standing.now >= limit
    if is_past and standing.rotation.approved_at:
        return standing.step(Do.DEACTIVATE, Why.APPROVED)
    escalated = Do.BLOCKED if is_past and otherwise is Do.REPORT else otherwise
    return standing.step(escalated, why, at=at or limit)
