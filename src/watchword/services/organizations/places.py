"""Where accounts stand in their organization's tree: told from above and from below, and changed."""

from __future__ import annotations

from collections.abc import Sequence

from watchword.services.operation import Asking, Call, Need, Reply, Target, Way, operation
from watchword.services.organizations import account_told, closing, membership, paging
from watchword.services.organizations.belongings import ACCOUNT, ROOT, UNIT
from watchword.services.organizations.membership import Opening
from watchword.services.organizations.refusals import (
    InvalidNextToken,
    NoOrganization,
    NoSuchAccount,
    NotManagement,
)
from watchword.services.organizations.unit_refusals import (
    AlreadyThere,
    NoSuchChild,
    NoSuchDestination,
    NoSuchParent,
    NoSuchSource,
)
from watchword.services.organizations.units import path_of
from watchword.store import organization_accounts, organization_units, organizations
from watchword.store.organizations import Organization


def _from_and_to(asking: Asking, _target: Target) -> Sequence[Need]:
    """A move is authorised on the account, and on both places.  Source: Service Authorization Reference."""
    organization = organizations.of(asking.tx, asking.caller.account)
    if organization is None:
        return ()
    places = (asking.parameters["source_parent_id"], asking.parameters["destination_parent_id"])
    return [
        Need("organizations:MoveAccount", membership.target(asking, organization, place, Opening.NOBODY))
        for place in places
    ]


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.management("account_id"),
    journal=("account_id", "source_parent_id", "destination_parent_id"),
    also=_from_and_to,
    raises=(NoOrganization, NotManagement, NoSuchAccount, NoSuchSource, NoSuchDestination, AlreadyThere),
)
def move_account(call: Call, *, account_id: str, source_parent_id: str, destination_parent_id: str) -> Reply:
    """Put an account right below another root or unit.

    Raises NoOrganization, NotManagement, NoSuchAccount, NoSuchSource, NoSuchDestination, AlreadyThere.
    Source: Organizations API, MoveAccount.
    """
    organization = membership.managed(call)
    member = organizations.member(call.tx, organization.id, account_id)
    if member is None:
        raise NoSuchAccount
    if path_of(call, organization, source_parent_id) is None:
        raise NoSuchSource
    if path_of(call, organization, destination_parent_id) is None:
        raise NoSuchDestination
    if member.parent_id == destination_parent_id:
        raise AlreadyThere
    if member.parent_id != source_parent_id:
        raise NoSuchSource
    organizations.move(call.tx, account_id, destination_parent_id)
    return {}


@operation(
    "organizations",
    way=Way.READ,
    on=membership.reading("parent_id"),
    journal=("parent_id", "next_token", "max_results"),
    raises=(NoOrganization, NotManagement, NoSuchParent, InvalidNextToken),
)
def list_accounts_for_parent(
    call: Call, *, parent_id: str, next_token: str | None = None, max_results: int | None = None
) -> Reply:
    """List the accounts right below the root or a unit by number.

    Raises NoOrganization, NotManagement, NoSuchParent, InvalidNextToken.
    Source: Organizations API, ListAccountsForParent.
    """
    organization = _parent(call, parent_id)
    page = paging.page(call, f"accounts of {parent_id}", next_token, max_results)
    since = closing.over_by(call)
    found = organization_accounts.below(call.tx, organization.id, parent_id, since, after=page.after, limit=page.fetch)
    return page.reply(
        "Accounts", found, tell=lambda one: account_told.account(organization, one), position=lambda one: one.id
    )


@operation(
    "organizations",
    way=Way.READ,
    on=membership.reading("parent_id"),
    journal=("parent_id", "child_type", "next_token", "max_results"),
    raises=(NoOrganization, NotManagement, NoSuchParent, InvalidNextToken),
)
def list_children(
    call: Call, *, parent_id: str, child_type: str, next_token: str | None = None, max_results: int | None = None
) -> Reply:
    """List the ids of the accounts, or of the units, right below the root or a unit.

    Raises NoOrganization, NotManagement, NoSuchParent, InvalidNextToken.   Source: Organizations API, ListChildren.
    """
    organization = _parent(call, parent_id)
    page = paging.page(call, f"children of {parent_id} {child_type}", next_token, max_results)
    place = call.tx, organization.id, parent_id
    if child_type == ACCOUNT:
        since = closing.over_by(call)
        accounts = organization_accounts.below(*place, since, after=page.after, limit=page.fetch)
        ids = [one.id for one in accounts]
    else:
        ids = [one.id for one in organization_units.below(*place, after=page.after, limit=page.fetch)]
    return page.reply("Children", ids, tell=lambda one: {"Id": one, "Type": child_type}, position=str)


@operation(
    "organizations",
    way=Way.READ,
    on=membership.reading("child_id"),
    journal=("child_id", "next_token", "max_results"),
    raises=(NoOrganization, NotManagement, NoSuchChild, InvalidNextToken),
)
def list_parents(call: Call, *, child_id: str, next_token: str | None = None, max_results: int | None = None) -> Reply:
    """Tell what an account or a unit stands right below: the one place that there is.

    Raises NoOrganization, NotManagement, NoSuchChild, InvalidNextToken.   Source: Organizations API, ListParents.
    """
    organization = membership.readable(call)
    paging.page(call, f"parents of {child_id}", next_token, max_results)
    if child_id.startswith("ou-"):
        unit = organization_units.by_id(call.tx, organization.id, child_id)
        parent = unit.parent_id if unit else None
    else:
        found = organization_accounts.by_id(call.tx, organization.id, child_id, closing.over_by(call))
        parent = found.path.rsplit(organization_units.BETWEEN, 1)[-1] if found else None
    if parent is None:
        raise NoSuchChild
    return {"Parents": [{"Id": parent, "Type": ROOT if parent == organization.root_id else UNIT}]}


def _parent(call: Call, parent_id: str) -> Organization:
    organization = membership.readable(call)
    if path_of(call, organization, parent_id) is None:
        raise NoSuchParent
    return organization
