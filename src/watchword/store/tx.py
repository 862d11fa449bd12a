"""The transaction that every store function is given, never finds."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection


@dataclass(slots=True)
class Tx:
    """One database transaction, and what it has changed.

    `touched` are the subjects (unique ids, access key ids, ARNs) that every node must read anew once this commits.
    """

    connection: Connection
    touched: set[str] = field(default_factory=set)

    def touch(self, *subjects: str) -> None:
        """Note that what is kept in memory about these subjects will be stale at commit."""
        self.touched.update(subjects)
