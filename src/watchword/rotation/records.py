"""The ledger's words: what is on record of one key's replacement or retirement. Never a secret."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Kind(StrEnum):
    REPLACE = "replace"
    RETIRE = "retire"
    """A key that nobody uses is seen out, and no other made."""


class State(StrEnum):
    """How far a rotation has come. `Rotation.blocked` says what it waits for, whatever its state."""

    DUE = "due"
    """Opened; nothing was changed yet. A hand-off waits here for its owner."""
    INTENT = "intent"
    """A create was put on record; whether it happened is not known here."""
    CREATED = "created"
    """The new key's id is on record; whether its secret is kept is not."""
    STORED = "stored"
    """The secret is kept as AWSPENDING, was read back, and equals what was created."""
    VERIFIED = "verified"
    """The new key has answered with the user's own identity."""
    OVERLAP = "overlap"
    """The secret is current, everywhere it must be. Both keys work."""
    DEACTIVATED = "deactivated"
    """The old key is inactive and can be brought back until the recovery window ends."""
    DELETED = "deleted"
    """Done: the old key is gone."""
    ROLLED_BACK = "rolled-back"
    """Undone: the old key works again, and nothing is done until somebody resumes."""
    ABANDONED = "abandoned"
    """Closed without effect: the user is gone or another one, or the key that was to be replaced is."""


OPEN = frozenset(
    {State.DUE, State.INTENT, State.CREATED, State.STORED, State.VERIFIED, State.OVERLAP, State.DEACTIVATED}
)
"""States in which something is still to be done: of one replacement a user, and one retirement a key, at most."""


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a new secret is kept."""

    account: str
    region: str
    name: str
    arn: str = ""
    """Whole, with the suffix that the service adds; empty until the secret is there."""
    version: str = ""
    """The ClientRequestToken that its version was, or is to be, put with."""
    previous: str = ""
    """The version that was AWSCURRENT before; empty when there was none."""
    made: bool = False
    """Whether we created the secret itself, rather than a version of it."""


class Rotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rotation. Instants are epoch seconds of the account's clock; 0 for what has not happened."""

    id: str
    account: str
    user_id: str
    user: str
    kind: Kind
    state: State
    old: str
    """The key that is replaced or retired."""
    why: str
    opened_at: float
    opened_by: str
    forced: bool = False
    """Somebody asked for it, whatever the key's age."""
    leaked: bool = False
    """The old key was quarantined: it is kept inactive, and not brought back by undo without saying so."""
    known: tuple[str, ...] = ()
    """The user's keys when the last create was put on record: any other afterwards may be what it made."""
    attempts: tuple[float, ...] = ()
    """When a create was asked for."""
    new: str = ""
    orphans: tuple[str, ...] = ()
    """Keys that we made and whose secret nobody has."""
    kept: Kept | None = None
    created_at: float = 0.0
    stored_at: float = 0.0
    verified_at: float = 0.0
    current_at: float = 0.0
    proven_at: float = 0.0
    """When the new key was first seen in use by somebody but us."""
    deactivated_at: float = 0.0
    deleted_at: float = 0.0
    undone_at: float = 0.0
    undone_by: str = ""
    undone_why: str = ""
    ready_at: float = 0.0
    """Hand-off: when the owner said that a new key may be made."""
    installed_at: float = 0.0
    """When the owner said that the new key is installed: believed until the old key is used after it."""
    approved_at: float = 0.0
    """When somebody approved that a key in use is cut off."""
    blocked: str = ""
    updated_at: float = 0.0


class Event(msgspec.Struct, frozen=True):
    """One line of the ledger's history: what was intended, or what became of it."""

    at: float
    account: str
    user_id: str
    user: str
    rotation: str
    what: str
    """`intend create`, `created`, `intend deactivate`, …"""
    key: str = ""
    by: str = ""
    detail: str = ""


class Sighting(msgspec.Struct, frozen=True):
    """When a key was first seen in the status that it has: no API tells when it was deactivated."""

    account: str
    key: str
    active: bool
    since: float
