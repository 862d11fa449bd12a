"""The kinds of policy, and what differs between them. What a kind means in a decision stands in evaluate."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Where a policy document is used; the rules for its text differ."""

    IDENTITY = "identity"
    MANAGED = "managed"
    """An identity policy that stands alone, as CreatePolicy takes it."""
    RESOURCE = "resource"
    TRUST = "trust"
    BOUNDARY = "boundary"
    SESSION = "session"
    SCP = "scp"
    RCP = "rcp"


WITH_PRINCIPAL = frozenset({Kind.RESOURCE, Kind.TRUST, Kind.RCP})
"""These say whom they are about; the others are attached to whom they are about."""
