"""What the ledger refuses, and what can be wrong with the place where it is kept."""

from __future__ import annotations


class LedgerFault(Exception):  # noqa: N818 - as the room names its faults
    """The ledger cannot be opened, reached or used; the text is one line for a person."""


class Fenced(LedgerFault):
    """Somebody else was given the lease since: whoever holds the old one must stop at once."""


class OneAtATime(LedgerFault):
    """The user has another open replacement, or the key another open retirement."""


class NotOnRecord(LedgerFault, LookupError):  # noqa: N818 - likewise
    """There is no such record."""
