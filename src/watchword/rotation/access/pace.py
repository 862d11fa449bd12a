"""How fast one account is asked: halved when it refuses, slowly raised again while it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

SLOWEST = 0.5
"""Calls per second; no account is asked more slowly, however often it refuses."""
RISE = 0.02
"""Of the ceiling, with each call that was not refused."""
CALM = 1.0
"""Seconds in which several refusals count as one: those of calls that were under way together."""


@dataclass(slots=True)
class Pace:
    """A bucket of calls that fills at a rate. Safe from many threads.

    `rate` and `ceiling` are calls per second; `clock` goes in seconds and never back.
    """

    rate: float
    ceiling: float
    clock: Callable[[], float]
    pause: Callable[[float], None]
    _full: float = 0.0
    """When the next call may go; at most a second of calls is saved up."""
    _halved: float = float("-inf")
    _lock: Lock = field(default_factory=Lock)

    def take(self) -> None:
        """Wait until a call may be made."""
        with self._lock:
            now = self.clock()
            free = max(self._full, now - 1.0)
            self._full = free + 1.0 / self.rate
        if free > now:
            self.pause(free - now)

    def refused(self) -> None:
        """Go at half the rate: a call was throttled."""
        with self._lock:
            now = self.clock()
            if now >= self._halved + CALM:
                self._halved = now
                self.rate = max(SLOWEST, self.rate / 2)

    def answered(self) -> None:
        """Go a little faster: a call was not throttled."""
        with self._lock:
            self.rate = min(self.ceiling, self.rate + self.ceiling * RISE)
