"""What one key needs next, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from watchword.rotation.records import Kind


class Do(StrEnum):
    """What a step does."""

    # change the account
    CREATE = "create"
    """Make a new key, keep its secret, verify it: intent on record first."""
    CURRENT = "make-current"
    """Make the kept secret current, everywhere it must be."""
    DEACTIVATE = "deactivate"
    DELETE = "delete"
    # change only the ledger, or only read the account
    OPEN = "open"
    """Open a rotation of `kind`; what follows is judged anew."""
    RECALL = "recall"
    """Look whether the created key's secret is kept: then it is stored, otherwise the key is an orphan.

    That it could not be read never means that it is not kept.
    """
    VERIFY = "verify"
    DISOWN = "disown"
    """Put on record that nobody has the secret of a key of ours: it is an orphan, and the rotation due again."""
    FORGET = "forget"
    """An orphan is gone."""
    PROVEN = "proven"
    """Put on record that the new key is in use, `at` an instant."""
    DEACTIVATED = "deactivated"
    """Put on record that the old key is inactive already, since `at`."""
    ROLLED_BACK = "rolled-back"
    """Somebody has reactivated the old key: that is an undo. Or one that was begun is gone on with."""
    CLOSE = "close"
    """Nothing is left to do: the old key is gone, or there is no longer a reason."""
    # change nothing
    REST = "rest"
    WAIT = "wait"
    """Nothing is to be done until `at`."""
    WARN = "warn"
    """Something will be done `at`: its owner is told."""
    ASK = "ask"
    """The owner must say that a new key may be made, or is installed."""
    REPORT = "report"
    """Something that a person should know, and decide."""
    EXEMPT = "exempt"
    BLOCKED = "blocked"
    """Nothing can safely be done; `why` says what must change first."""


CHANGES = frozenset({Do.CREATE, Do.CURRENT, Do.DEACTIVATE, Do.DELETE})
"""Steps that change the account."""
NOTES = frozenset({Do.PROVEN, Do.DEACTIVATED, Do.ROLLED_BACK, Do.DISOWN, Do.FORGET, Do.CLOSE})
"""Steps that only put on record what has happened."""
RESTS = frozenset({Do.REST, Do.WAIT, Do.WARN, Do.ASK, Do.REPORT, Do.EXEMPT, Do.BLOCKED})
"""Steps that change nothing, so that a run ends with them."""


class Why(StrEnum):
    """The reasons, as they stand in plans, reports and messages; a step's `note` says more."""

    AGE = "old enough to be replaced"
    FORCED = "asked for by command"
    LEAKED = "quarantined"
    NEVER_USED = "never used"
    UNUSED = "not used for long"
    INACTIVE = "inactive, and nobody brought it back"
    YOUNG = "within its age"
    DUE_SOON = "will be replaced"
    RETIRES_SOON = "will be deactivated, as nobody uses it"
    OVERLAP = "both keys work until the old one is deactivated"
    RECOVERY = "can be brought back until it is deleted"
    RECOVERED = "inactive, and the time to bring it back is over"
    STILL_USED = "the old key is still in use"
    NOT_INSTALLED = "the new key has not been used: install it"
    APPROVED = "cutting it off was approved"
    PROVEN = "the new key is in use"
    QUIET = "the new key is in use and the old one is not"
    ASK_READY = "its owner has not yet said that a new key may be made"
    ASK_INSTALLED = "its owner has not yet said that the new key is installed"
    TWO_KEYS = "two keys that we do not own are in the way: both may be in use"
    NO_ROOM = "there is no room for a new key until the other one is gone"
    STRANGER = "a key that we do not own appeared"
    USE_UNKNOWN = "its last use could not be read"
    UNREAD = "not all of the user could be read"
    BAD_TERMS = "its tags cannot be understood"
    EXEMPT = "exempt"
    EXEMPTION_ENDED = "its exemption has ended"
    PAUSED = "undone: nothing is done until it is resumed"
    QUARANTINED = "AWS has quarantined the user: run `watchword rotation quarantine`"
    UNSETTLED = "too soon after the last change to be sure of what there is"
    LOST = "the answer to a create was lost, or its secret could not be kept"
    IN_VAIN = "a new key was made several times within a day, and given up each time"
    ORPHAN_USED = "a key of ours, whose secret nobody should have, is in use"
    NEW_GONE = "the new key is gone or inactive"
    OLD_GONE = "the old key is gone"
    OLD_INACTIVE = "the old key was deactivated by somebody else"
    REACTIVATED = "somebody reactivated it"
    NO_REASON = "there is no longer a reason: it is used, or the rules have changed"
    RESUME = "goes on where it was"
    OTHER_USER = "the user is another one of the same name"
    USER_GONE = "the user is gone"
    SECRET = "its secret cannot be kept as the rules ask"  # noqa: S105 - a reason
    REFUSED = "the account refused it, or did not answer"


FINDINGS = frozenset(
    {
        Why.STILL_USED, Why.NOT_INSTALLED, Why.ASK_READY, Why.ASK_INSTALLED, Why.TWO_KEYS, Why.STRANGER,
        Why.USE_UNKNOWN, Why.UNREAD, Why.BAD_TERMS, Why.EXEMPTION_ENDED, Why.QUARANTINED, Why.ORPHAN_USED,
        Why.NEW_GONE, Why.OTHER_USER, Why.PAUSED, Why.SECRET, Why.REFUSED,
    }
)  # fmt: skip
"""Reasons that a person must look at, beside every REPORT and BLOCKED."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one key needs next: what, which key, why, and from which instant on."""

    do: Do
    key: str
    why: Why
    at: float = 0.0
    kind: Kind = Kind.REPLACE
    rotation: str = ""
    """The id of the rotation that it belongs to; empty where none is open."""
    note: str = ""

    @property
    def changes(self) -> bool:
        """Whether carrying it out changes the account, at once or by what it opens."""
        return self.do in CHANGES or self.do is Do.OPEN

    @property
    def is_finding(self) -> bool:
        """Whether a person should look at it."""
        return self.do in {Do.REPORT, Do.BLOCKED} or self.why in FINDINGS
