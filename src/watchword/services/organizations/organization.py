"""The organization itself: made by the account that is to manage it, told to every member, and ended by its maker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.organizations import account_told, closing, drawing, membership, paging, policy_types
from watchword.services.organizations.belongings import DAY
from watchword.services.organizations.handshake_refusals import AlreadyHasAllFeatures
from watchword.services.organizations.refusals import (
    AlreadyInOrganization,
    ConsolidatedBillingOnly,
    InvalidNextToken,
    NoOrganization,
    NotManagement,
    OrganizationNotEmpty,
)
from watchword.store import (
    account_contacts,
    handshakes,
    organization_tags,
    organizations,
)
from watchword.store.account_contacts import Contact
from watchword.store.organizations import INVITED, Member, Organization

KEPT_FOR = 30 * DAY
"""How long handshakes can be read when they are over.  Source: Organizations API, AcceptHandshake."""


@operation(
    "organizations",
    way=Way.CHANGE,
    journal=("feature_set",),
    told=("Organization.Id", "Organization.Arn"),
    raises=(AlreadyInOrganization, ConsolidatedBillingOnly),
)
def create_organization(call: Call, *, feature_set: str | None = None) -> Reply:
    """Make an organization that the caller's account manages.

    Raises AlreadyInOrganization, ConsolidatedBillingOnly.   Source: Organizations API, CreateOrganization.
    """
    if feature_set not in {None, "ALL"}:
        raise ConsolidatedBillingOnly
    if organizations.of(call.tx, call.account) is not None:
        raise AlreadyInOrganization
    organization = Organization(f"o-{drawing.drawn(call.random, 10)}", _root_id(call), call.account, (), call.now)
    organizations.add(call.tx, organization)
    if account_contacts.of(call.tx, call.account) is None:
        account_contacts.put(call.tx, Contact(call.account, "management", account_told.address(call.account)))
    organizations.join(call.tx, Member(call.account, organization.id, organization.root_id, INVITED, call.now))
    return {"Organization": _told(call, organization)}


@operation("organizations", way=Way.READ, raises=(NoOrganization,))
def describe_organization(call: Call) -> Reply:
    """Tell of the organization that the caller's account belongs to.

    Raises NoOrganization.   Source: Organizations API, DescribeOrganization.
    """
    return {"Organization": _told(call, membership.own(call))}


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.management(),
    raises=(NoOrganization, NotManagement, OrganizationNotEmpty),
)
def delete_organization(call: Call) -> Reply:
    """End the organization: its units and policies with it, and what it has asked of others.

    Raises NoOrganization, NotManagement, OrganizationNotEmpty.   Source: Organizations API, DeleteOrganization.
    """
    organization = membership.managed(call)
    closing.let_go(call, organization)
    if organizations.count(call.tx, organization.id) > 1:
        raise OrganizationNotEmpty
    handshakes.cancel_all(call.tx, organization.id, call.now + KEPT_FOR)
    organization_tags.clear(call.tx, call.account)
    organizations.remove(call.tx, organization)
    return {}


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.management(),
    raises=(NoOrganization, NotManagement, AlreadyHasAllFeatures),
)
def enable_all_features(call: Call) -> Reply:
    """Refuse, always: every organization here has all features from its first day.

    Raises NoOrganization, NotManagement, AlreadyHasAllFeatures.   Source: Organizations API, EnableAllFeatures.
    """
    membership.managed(call)
    raise AlreadyHasAllFeatures


@operation(
    "organizations",
    way=Way.READ,
    on=membership.reading(),
    journal=("next_token", "max_results"),
    raises=(NoOrganization, NotManagement, InvalidNextToken),
)
def list_roots(call: Call, *, next_token: str | None = None, max_results: int | None = None) -> Reply:
    """List the organization's root: the one that there is.

    Raises NoOrganization, NotManagement, InvalidNextToken.   Source: Organizations API, ListRoots.
    """
    organization = membership.readable(call)
    paging.page(call, "roots", next_token, max_results)
    return {"Roots": [policy_types.told_root(call.tx, organization)]}


def _root_id(call: Call) -> str:
    """Draw the id of a root that no other organization has: it is as short as AWS's, and tags are kept by it."""
    while organizations.has_root(call.tx, drawn := f"r-{drawing.drawn(call.random, 4)}"):
        pass
    return drawn


def _told(call: Call, organization: Organization) -> Mapping[str, Any]:
    manager = organization.management_account
    contact = account_contacts.of(call.tx, manager)
    return {
        "Id": organization.id,
        "Arn": membership.arn(organization, "organization"),
        "FeatureSet": "ALL",
        "MasterAccountArn": membership.account_arn(organization, manager),
        "MasterAccountId": manager,
        "MasterAccountEmail": contact.email if contact else account_told.address(manager),
        "AvailablePolicyTypes": policy_types.AVAILABLE,
    }
