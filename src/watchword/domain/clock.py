"""Time as the authority sees it. Instants are epoch seconds; a sandbox may stand ahead of real time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

MICROSECONDS = 1_000_000
"""In a second: what is kept of the moments at which things happen."""
TOLERANCE = 300
"""Seconds that another node's clock may be ahead of ours."""


@dataclass(slots=True)
class Clock:
    """Real time, plus how far a sandbox has been moved forward.

    `now` decides sessions, policies and records. `real` decides signatures: a client signs by its own
    clock, which no sandbox moves.
    """

    real: Callable[[], float]
    ahead: float = 0.0
    """Seconds; always 0 outside a sandbox."""

    def now(self) -> float:
        """Tell the authority's time, in epoch seconds."""
        return self.real() + self.ahead


def iso8601(instant: float) -> str:
    """Write an instant as AWS does: UTC, whole seconds, `Z`."""
    return datetime.fromtimestamp(int(instant), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
