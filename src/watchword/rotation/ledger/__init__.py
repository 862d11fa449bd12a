"""The ledger: what is on record of every rotation, in SQLite or PostgreSQL. Never a secret.

What will be done is put here before it is done, under a lease of the user; a writer whose lease was given to another is
refused in the same transaction, so two runners never act on one user.
"""

from watchword.rotation.ledger.book import Ledger
from watchword.rotation.ledger.exemptions import Exempted
from watchword.rotation.ledger.faults import Fenced, LedgerFault, NotOnRecord, OneAtATime
from watchword.rotation.ledger.leases import Lease
from watchword.rotation.ledger.runs import RunSummary

__all__ = [
    "Exempted",
    "Fenced",
    "Lease",
    "Ledger",
    "LedgerFault",
    "NotOnRecord",
    "OneAtATime",
    "RunSummary",
]
