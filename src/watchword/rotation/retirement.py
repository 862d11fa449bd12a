"""A key that nobody uses: deactivated, kept for the recovery window, deleted. No other is made for it.

This may leave a user with no key that works: nobody uses those that it has.
"""

from __future__ import annotations

from watchword.rotation.judgement import idle
from watchword.rotation.records import State
from watchword.rotation.standing import Standing
from watchword.rotation.steps import Do, Step, Why


def next_step(standing: Standing) -> Step:
    """Tell what a retirement needs next."""
    old = standing.old
    if old is None:
        return standing.step(Do.CLOSE, Why.OLD_GONE)
    if standing.rotation.state is State.DEACTIVATED:
        return standing.recovery(old)
    if not old.active:
        return standing.step(Do.DEACTIVATED, Why.INACTIVE, at=standing.since.get(old.id, standing.now))
    if blocked := standing.unknown(old):
        return blocked
    judged = idle(old, standing.terms, standing.now)
    if judged is None or judged.do is not Do.OPEN:  # it was used meanwhile, or the rules are others
        return standing.step(Do.CLOSE, Why.NO_REASON)
    return standing.step(Do.DEACTIVATE, judged.why)
