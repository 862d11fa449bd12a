"""What a journal entry keeps of a session that its request issued, and the row by which that session is found again."""

from __future__ import annotations

from typing import NamedTuple

import msgspec


class Issued(msgspec.Struct, frozen=True, rename="camel"):
    """One session that was issued; `expires_at` in epoch seconds. Nothing in it opens anything."""

    account: str
    access_key_id: str
    expires_at: int
    lineage: tuple[str, ...]
    """Everything that the session can be found and ended by; no element holds a space."""
    record: msgspec.Raw
    """The whole of it, as its own room writes it: JSON."""


class Row(NamedTuple):
    """A session as the table holds it, in the order of its columns."""

    account_id: str
    event_id: str
    expires_at: int
    lineage: str


def row_of(issued: Issued, event_id: str) -> Row:
    """Lay a session out for the table."""
    return Row(issued.account, event_id, issued.expires_at, f" {' '.join(issued.lineage)} ")
