"""The organization itself: made by the account that is to manage it, told to every member."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from watchword.domain.ids import Random
from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.organizations import membership, paging
from watchword.services.organizations.refusals import (
    AlreadyInOrganization,
    ConsolidatedBillingOnly,
    InvalidNextToken,
    NoOrganization,
    NotManagement,
)
from watchword.store import organizations
from watchword.store.organizations import ACTIVE, INVITED, Member, Organization


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
    organization = Organization(
        f"o-{_drawn(call.random, 10)}", f"r-{_drawn(call.random, 4)}", call.account, (), call.now
    )
    organizations.add(call.tx, organization)
    own = Member(call.account, organization.id, "management", _address(call.account), ACTIVE, INVITED, call.now)
    organizations.join(call.tx, own)
    return {"Organization": _told(organization, own.email)}


@operation("organizations", way=Way.READ, raises=(NoOrganization,))
def describe_organization(call: Call) -> Reply:
    """Tell of the organization that the caller's account belongs to.

    Raises NoOrganization.   Source: Organizations API, DescribeOrganization.
    """
    organization = membership.own(call)
    manager = organizations.member(call.tx, organization.id, organization.management_account)
    return {
        "Organization": _told(organization, manager.email if manager else _address(organization.management_account))
    }


@operation(
    "organizations",
    way=Way.READ,
    journal=("next_token", "max_results"),
    raises=(NoOrganization, NotManagement, InvalidNextToken),
)
def list_roots(call: Call, *, next_token: str | None = None, max_results: int | None = None) -> Reply:
    """List the organization's root: the one that there is.

    Raises NoOrganization, NotManagement, InvalidNextToken.   Source: Organizations API, ListRoots.
    """
    organization = membership.managed(call)
    paging.page(call, "roots", next_token, max_results)
    arn = membership.arn(organization, "root", organization.root_id)
    return {"Roots": [{"Id": organization.root_id, "Arn": arn, "Name": "Root", "PolicyTypes": []}]}


def _told(organization: Organization, email: str) -> Mapping[str, Any]:
    manager = organization.management_account
    return {
        "Id": organization.id,
        "Arn": membership.arn(organization, "organization"),
        "FeatureSet": "ALL",
        "MasterAccountArn": membership.account_arn(organization, manager),
        "MasterAccountId": manager,
        "MasterAccountEmail": email,
        "AvailablePolicyTypes": [],
    }


def _address(account: str) -> str:
    """Give an address for an account that has none; nothing can be sent there.  Source: RFC 2606 §2."""
    return f"account-{account}@watchword.invalid"


def _drawn(random: Random, length: int) -> str:
    return base64.b32encode(random(length)).decode("ascii").lower()[:length]
