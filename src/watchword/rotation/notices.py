"""What is told to people, as the ledger keeps it: messages that are owed to somebody."""

from __future__ import annotations

import msgspec


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one address. Never a secret: `to` is a mail address, or the name that the rules give a channel."""

    id: str
    run: str
    to: str
    subject: str
    text: str
    html: str = ""
    """Empty for channels that show text alone."""
    owed_at: float
    attempts: int = 0
    tried_at: float = 0.0
    delivered_at: float = 0.0
    error: str = ""
    """Why the last attempt failed."""
    given_up: bool = False
    """No further attempt is made."""
