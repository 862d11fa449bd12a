"""Who is worth remembering: whoever comes a second time.

A bounded memory that keeps everybody is of no use against a crowd in which nobody comes back soon: it only pushes out
those who come often.   Source: Einziger, Friedman, Manes, "TinyLFU", the doorkeeper.
"""

from __future__ import annotations


class Doorkeeper:
    """Knows the last names it was told, up to `limit`, and then begins anew. Used by one thread at a time."""

    __slots__ = ("_limit", "_seen")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._seen: set[str] = set()

    def knows(self, name: str) -> bool:
        """Tell whether a name was told before, and note it."""
        if name in self._seen:
            return True
        if len(self._seen) >= self._limit:
            self._seen.clear()
        self._seen.add(name)
        return False
