"""Which types of policy are enabled in an organization's root: policies of the others bind nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.organizations import membership
from watchword.services.organizations.policy_places import check_root
from watchword.services.organizations.policy_refusals import NoSuchRoot, TypeAlreadyEnabled, TypeNotEnabled, UnknownType
from watchword.services.organizations.refusals import NoOrganization, NotManagement
from watchword.store import organization_policy_attachments as attachments
from watchword.store.organization_policies import SCP
from watchword.store.organizations import Organization
from watchword.store.tx import Tx

AVAILABLE = ({"Type": SCP, "Status": "ENABLED"},)
"""What every organization with all features says it has; AWS tells no other type there, enabled or not.

Source: Organizations API, CreateOrganization, example; Organization, AvailablePolicyTypes ("Do not use").
"""
PASSED_TYPE = {"organizations:PolicyType": "policy_type"}


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.delegable("root_id"),
    journal=("root_id", "policy_type"),
    keys=PASSED_TYPE,
    invalid={"policyType": UnknownType},
    raises=(NoOrganization, NotManagement, NoSuchRoot, TypeAlreadyEnabled),
)
def enable_policy_type(call: Call, *, root_id: str, policy_type: str) -> Reply:
    """Enable a type of policy. AWS's own that allows everything is attached everywhere, so nothing changes yet.

    Raises NoOrganization, NotManagement, NoSuchRoot, TypeAlreadyEnabled.   Source: Organizations API, EnablePolicyType.
    """
    organization = membership.managed(call)
    check_root(organization, root_id)
    if policy_type in attachments.enabled(call.tx, organization.id):
        raise TypeAlreadyEnabled
    attachments.enable(call.tx, organization, policy_type, call.now)
    return {"Root": told_root(call.tx, organization)}


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.delegable("root_id"),
    journal=("root_id", "policy_type"),
    keys=PASSED_TYPE,
    invalid={"policyType": UnknownType},
    raises=(NoOrganization, NotManagement, NoSuchRoot, TypeNotEnabled),
)
def disable_policy_type(call: Call, *, root_id: str, policy_type: str) -> Reply:
    """Disable a type of policy: every policy of the type is detached from everything, for good.

    Raises NoOrganization, NotManagement, NoSuchRoot, TypeNotEnabled.   Source: Organizations API, DisablePolicyType.
    """
    organization = membership.managed(call)
    check_root(organization, root_id)
    if policy_type not in attachments.enabled(call.tx, organization.id):
        raise TypeNotEnabled
    attachments.disable(call.tx, organization.id, policy_type)
    return {"Root": told_root(call.tx, organization)}


def told_root(tx: Tx, organization: Organization) -> Mapping[str, Any]:
    """Tell an organization's root, with the types of policy that are enabled in it."""
    return {
        "Id": organization.root_id,
        "Arn": membership.arn(organization, "root", organization.root_id),
        "Name": "Root",
        "PolicyTypes": _enabled(tx, organization),
    }


def _enabled(tx: Tx, organization: Organization) -> Sequence[Mapping[str, str]]:
    return [{"Type": kind, "Status": "ENABLED"} for kind in sorted(attachments.enabled(tx, organization.id))]
