"""The transaction that every store function is given, never finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection


@dataclass(slots=True)
class Tx:
    """One database transaction, and what it has changed.

    `touched` are the subjects (unique ids, access key ids, ARNs) that every node must read anew once this commits.
    `lasting` is what is done in its place if the change is refused, in a transaction of the same commit. `last` is the
    number of the last change before those of this transaction, where it may change anything.
    """

    connection: Connection
    touched: set[str] = field(default_factory=set)
    lasting: list[Callable[[Tx], None]] = field(default_factory=list)
    last: int = 0

    def touch(self, *subjects: str) -> None:
        """Note that what is kept in memory about these subjects will be stale at commit."""
        self.touched.update(subjects)

    def even_if_refused(self, change: Callable[[Tx], None]) -> None:
        """Do a change now, and do it again should all else be undone: a wrong code counts, a shown one is spent."""
        change(self)
        self.lasting.append(change)
