"""What policies are attached to: the root, organizational units and accounts. Each is named by its id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watchword.services.operation import Call
from watchword.services.organizations import closing, membership
from watchword.services.organizations.belongings import ACCOUNT, ROOT, UNIT
from watchword.services.organizations.policy_refusals import NoSuchPolicy, NoSuchRoot, NoSuchTarget
from watchword.store import organization_accounts, organization_policies, organization_units
from watchword.store.organization_policies import Policy
from watchword.store.organizations import Organization


@dataclass(frozen=True, slots=True)
class Place:
    """A root, unit or account."""

    id: str
    type: str
    arn: str
    name: str

    def told(self) -> Mapping[str, str]:
        """Source: Organizations API, PolicyTargetSummary."""
        return {"TargetId": self.id, "Arn": self.arn, "Name": self.name, "Type": self.type}


def place(call: Call, organization: Organization, place_id: str) -> Place | None:
    """Find a root, unit or account of an organization."""
    arn = membership.arn_of(call.asking, organization, place_id)
    if place_id == organization.root_id:
        return Place(place_id, ROOT, arn, "Root")
    if place_id.startswith("ou-"):
        unit = organization_units.by_id(call.tx, organization.id, place_id)
        return Place(place_id, UNIT, arn, unit.name) if unit else None
    account = organization_accounts.by_id(call.tx, organization.id, place_id, closing.over_by(call))
    return Place(place_id, ACCOUNT, arn, account.name) if account else None


def found_place(call: Call, organization: Organization, place_id: str) -> Place:
    """Give the root, unit or account that a request names.

    Raises NoSuchTarget.
    """
    found = place(call, organization, place_id)
    if found is None:
        raise NoSuchTarget
    return found


def found_policy(call: Call, organization: Organization, policy_id: str) -> Policy:
    """Give the policy that a request names.

    Raises NoSuchPolicy.
    """
    found = organization_policies.by_id(call.tx, organization.id, policy_id)
    if found is None:
        raise NoSuchPolicy
    return found


def check_root(organization: Organization, root_id: str) -> None:
    """Refuse a root that is not the organization's.

    Raises NoSuchRoot.
    """
    if root_id != organization.root_id:
        raise NoSuchRoot
