"""Carries out what the machine asks for, one user at a time, under the user's lease.

What will be done is on record before it is done, and what came of it after; a create is never asked for twice by one
attempt; and whatever was left half done, by a kill or a lost answer, is found and gone on with by the next turn.
"""

from watchword.rotation.acting.faults import Refused
from watchword.rotation.acting.orders import Said, acknowledge, approve, resume
from watchword.rotation.acting.quarantining import Quarantined, detach_refusals, quarantine
from watchword.rotation.acting.settling import Settled, settle
from watchword.rotation.acting.taking import names_by_id
from watchword.rotation.acting.undoing import undo

__all__ = [
    "Quarantined",
    "Refused",
    "Said",
    "Settled",
    "acknowledge",
    "approve",
    "detach_refusals",
    "names_by_id",
    "quarantine",
    "resume",
    "settle",
    "undo",
]
