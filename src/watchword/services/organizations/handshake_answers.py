"""Handshakes, seen by who is asked: accepted, declined; and told to both sides."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from watchword.services.operation import Asking, Call, Need, Reply, Target, Way, everything, operation
from watchword.services.organizations import account_told, departing, handshake_told, membership, paging, tagging
from watchword.services.organizations.handshake_refusals import (
    AlreadyInAnOrganization,
    AlreadyInState,
    NoRoomLeft,
    NoSuchHandshake,
    NoWayThere,
    TooManyFilters,
)
from watchword.services.organizations.invitations import check_open, ended
from watchword.services.organizations.paging import Page
from watchword.services.organizations.refusals import (
    InvalidNextToken,
    IsDelegatedAdministrator,
    MasterCannotLeave,
    NoOrganization,
    NotManagement,
    WaitPeriodActive,
)
from watchword.store import account_contacts, handshakes, organization_policy_attachments, organizations
from watchword.store.account_contacts import Contact
from watchword.store.handshakes import ACCEPTED, DECLINED, INVITE, Handshake
from watchword.store.organizations import INVITED, Member, Organization

Filter = Mapping[str, str]


def _leaving(asking: Asking, _target: Target) -> Sequence[Need]:
    """Who is a member elsewhere leaves by joining, and needs leave for that, too: an SCP may keep it there.

    Source: Service Authorization Reference, Organizations, actions that AcceptHandshake is authorised by.
    """
    if organizations.of(asking.tx, asking.caller.account) is None:
        return ()
    return (Need("organizations:LeaveOrganization", everything(asking)),)


@operation(
    "organizations",
    way=Way.CHANGE,
    on=handshake_told.named,
    also=_leaving,
    journal=("handshake_id",),
    told=("Handshake.State",),
    raises=(
        NoSuchHandshake,
        NotManagement,
        AlreadyInState,
        NoWayThere,
        NoRoomLeft,
        AlreadyInAnOrganization,
        MasterCannotLeave,
        IsDelegatedAdministrator,
        WaitPeriodActive,
    ),
)
def accept_handshake(call: Call, *, handshake_id: str) -> Reply:
    """Join the organization that asked; an account that is a member of another leaves it, if it may.

    Raises NoSuchHandshake, NotManagement, AlreadyInState, NoWayThere, NoRoomLeft, AlreadyInAnOrganization,
    MasterCannotLeave, IsDelegatedAdministrator, WaitPeriodActive.   Source: Organizations API, AcceptHandshake.
    """
    found = handshake_told.received(call, handshake_id)
    check_open(call, found, ACCEPTED)
    organization = organizations.by_id(call.tx, found.organization_id)
    if organization is None:
        raise NoSuchHandshake
    most = call.quotas.accounts_per_organization
    if organizations.count(call.tx, organization.id) >= most:
        raise NoRoomLeft(limit=most)
    before = organizations.of(call.tx, call.account)
    if before is not None:
        if before.id == organization.id:
            raise AlreadyInAnOrganization
        departing.let_leave(call, before, call.account)
    _join(call, organization, json.loads(found.tags))
    return {"Handshake": ended(call, found, ACCEPTED)}


@operation(
    "organizations",
    way=Way.CHANGE,
    on=handshake_told.named,
    journal=("handshake_id",),
    told=("Handshake.State",),
    raises=(NoSuchHandshake, NotManagement, AlreadyInState, NoWayThere),
)
def decline_handshake(call: Call, *, handshake_id: str) -> Reply:
    """Refuse what the caller's account is asked.

    Raises NoSuchHandshake, NotManagement, AlreadyInState, NoWayThere.   Source: Organizations API, DeclineHandshake.
    """
    found = handshake_told.received(call, handshake_id)
    check_open(call, found, DECLINED)
    return {"Handshake": ended(call, found, DECLINED)}


@operation(
    "organizations",
    way=Way.READ,
    on=handshake_told.named,
    journal=("handshake_id",),
    raises=(NoSuchHandshake,),
)
def describe_handshake(call: Call, *, handshake_id: str) -> Reply:
    """Tell of one handshake.

    Raises NoSuchHandshake.   Source: Organizations API, DescribeHandshake.
    """
    return {"Handshake": handshake_told.told(call, handshake_told.known(call, handshake_id))}


@operation(
    "organizations",
    way=Way.READ,
    journal=("filter", "next_token", "max_results"),
    raises=(InvalidNextToken, TooManyFilters),
)
def list_handshakes_for_account(
    call: Call,
    *,
    filter: Filter | None = None,  # noqa: A002 - AWS's name
    next_token: str | None = None,
    max_results: int | None = None,
) -> Reply:
    """List the handshakes that the caller's account has received.

    Raises InvalidNextToken, TooManyFilters.   Source: Organizations API, ListHandshakesForAccount.
    """
    page = paging.page(call, "handshakes received", next_token, max_results)
    found: Sequence[Handshake] = ()
    if _takes_invitations(filter):
        found = handshakes.received(call.tx, call.account, call.now, after=page.after, limit=page.fetch)
    return _listed(call, page, found)


@operation(
    "organizations",
    way=Way.READ,
    on=membership.reading(),
    journal=("filter", "next_token", "max_results"),
    raises=(NoOrganization, NotManagement, InvalidNextToken, TooManyFilters),
)
def list_handshakes_for_organization(
    call: Call,
    *,
    filter: Filter | None = None,  # noqa: A002 - AWS's name
    next_token: str | None = None,
    max_results: int | None = None,
) -> Reply:
    """List the handshakes that the caller's organization has sent.

    Raises NoOrganization, NotManagement, InvalidNextToken, TooManyFilters.
    Source: Organizations API, ListHandshakesForOrganization.
    """
    organization = membership.readable(call)
    page = paging.page(call, "handshakes sent", next_token, max_results)
    found: Sequence[Handshake] = ()
    if _takes_invitations(filter):
        found = handshakes.sent(call.tx, organization.id, call.now, after=page.after, limit=page.fetch)
    return _listed(call, page, found)


def _takes_invitations(chosen: Filter | None) -> bool:
    """Tell whether a filter leaves invitations, the only handshakes that there are.

    Raises TooManyFilters.
    """
    if chosen is None:
        return True
    if len(chosen) > 1:
        raise TooManyFilters
    return chosen.get("ActionType", INVITE) == INVITE and "ParentHandshakeId" not in chosen


def _listed(call: Call, page: Page, found: Sequence[Handshake]) -> Reply:
    return page.reply("Handshakes", found, tell=lambda one: handshake_told.told(call, one), position=lambda one: one.id)


def _join(call: Call, organization: Organization, tags: Mapping[str, str]) -> None:
    if account_contacts.of(call.tx, call.account) is None:
        account_contacts.put(call.tx, Contact(call.account, call.account, account_told.address(call.account)))
    organizations.join(call.tx, Member(call.account, organization.id, organization.root_id, INVITED, call.now))
    organization_policy_attachments.begin(call.tx, organization.id, call.account, call.now)
    tagging.lay(call, call.account, tags)
