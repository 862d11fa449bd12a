"""What belongs to an organization: its root, units and policies, and its accounts, by their ids."""

from __future__ import annotations

from watchword.store import (
    organization_accounts,
    organization_policies,
    organization_resource_policies,
    organization_units,
)
from watchword.store.organizations import Organization
from watchword.store.tx import Tx

ROOT, UNIT, ACCOUNT = "ROOT", "ORGANIZATIONAL_UNIT", "ACCOUNT"
"""What a place in the tree is.  Source: Organizations API, ParentType, ChildType, TargetType."""
DAY = 86_400
REINSTATED_FOR = 90 * DAY
"""How long a closed account stays in its organization.  Source: Organizations API, CloseAccount."""


def belongs(tx: Tx, organization: Organization, named: str, now: float) -> bool:
    """Tell whether an id names something of an organization; AWS's own policies are everybody's."""
    found: object
    kind = named.partition("-")[0]
    if kind == "r":
        return named == organization.root_id
    if kind == "ou":
        found = organization_units.by_id(tx, organization.id, named)
    elif kind == "p":
        found = organization_policies.by_id(tx, organization.id, named)
    elif kind == "rp":
        kept = organization_resource_policies.of(tx, organization.id)
        return kept is not None and kept.id == named
    else:
        found = organization_accounts.by_id(tx, organization.id, named, int(now) - REINSTATED_FOR)
    return found is not None
