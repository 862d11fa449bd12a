"""Invitations: an organization asks an account to join it, and takes that back as long as there is no answer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from watchword.domain.ids import ACCOUNT_ID
from watchword.services.operation import Asking, Call, Reply, Target, Way, operation
from watchword.services.organizations import drawing, handshake_told, membership, tagging
from watchword.services.organizations.belongings import DAY
from watchword.services.organizations.handshake_refusals import (
    AlreadyInAnOrganization,
    AlreadyInState,
    DuplicateHandshake,
    InvalidAccountTarget,
    InvalidEmailTarget,
    InvalidPartyType,
    NoRoomLeft,
    NoSuchHandshake,
    NoWayThere,
    TooManyHandshakes,
)
from watchword.services.organizations.membership import Opening
from watchword.services.organizations.organization import KEPT_FOR
from watchword.services.organizations.refusals import (
    DuplicateTagKey,
    NoOrganization,
    NotManagement,
    SystemTag,
    TooManyTags,
)
from watchword.store import account_contacts, accounts, handshakes, organizations
from watchword.store.handshakes import CANCELED, INVITE, OPEN, Handshake
from watchword.store.organizations import Organization

OPEN_FOR = 15 * DAY
"""Source: Organizations User Guide, "Quotas", handshake expiration."""
A_DAY = 20
"""Invitations in a day, or as many as there may be accounts if that is more.  Source: likewise."""
_EMAIL = re.compile(r"(?=.{6,64}$)[^\s@]+@[^\s@]+\.[^\s@]+")

Party = Mapping[str, str]


def _invited(asking: Asking) -> Target:
    """The account that is invited by its number; an address names no resource."""
    organization = organizations.of(asking.tx, asking.caller.account)
    party: Party = asking.parameters["target"]
    if organization is None or party["Type"] != "ACCOUNT":
        return Target("*", asking.caller.account)
    return membership.target(asking, organization, party["Id"], Opening.NOBODY)


@operation(
    "organizations",
    way=Way.CHANGE,
    on=_invited,
    journal=("tags",),
    told=("Handshake.Id", "Handshake.State"),
    also=tagging.needed_to_tag(),
    raises=(
        NoOrganization,
        NotManagement,
        InvalidPartyType,
        InvalidAccountTarget,
        InvalidEmailTarget,
        AlreadyInAnOrganization,
        DuplicateHandshake,
        NoRoomLeft,
        TooManyHandshakes,
        DuplicateTagKey,
        SystemTag,
        TooManyTags,
    ),
)
def invite_account_to_organization(
    call: Call, *, target: Party, notes: str | None = None, tags: Sequence[Mapping[str, str]] | None = None
) -> Reply:
    """Ask an account to join. Nothing is mailed: the account finds the handshake in its own list.

    Raises NoOrganization, NotManagement, InvalidPartyType, InvalidAccountTarget, InvalidEmailTarget,
    AlreadyInAnOrganization, DuplicateHandshake, NoRoomLeft, TooManyHandshakes, DuplicateTagKey, SystemTag, TooManyTags.
    Source: Organizations API, InviteAccountToOrganization.
    """
    organization = membership.managed(call)
    passed = tagging.read(call, tags)
    account = _account(call, target)
    if account is not None and organizations.member(call.tx, organization.id, account) is not None:
        raise AlreadyInAnOrganization
    if handshakes.is_asked(call.tx, organization.id, target["Id"], account, call.now):
        raise DuplicateHandshake
    _check_room(call, organization)
    handshake = Handshake(
        id=f"h-{drawing.drawn(call.random, 32)}",
        organization_id=organization.id,
        management_account_id=organization.management_account,
        action=INVITE,
        account_id=account,
        party_type=target["Type"],
        party=target["Id"],
        notes=notes,
        tags=json.dumps(passed),
        state=OPEN,
        requested_at=call.now,
        expires_at=call.now + OPEN_FOR,
        kept_until=call.now + OPEN_FOR + KEPT_FOR,
    )
    handshakes.add(call.tx, handshake)
    return {"Handshake": handshake_told.told(call, handshake)}


@operation(
    "organizations",
    way=Way.CHANGE,
    on=handshake_told.named,
    journal=("handshake_id",),
    told=("Handshake.State",),
    raises=(NoSuchHandshake, NotManagement, AlreadyInState, NoWayThere),
)
def cancel_handshake(call: Call, *, handshake_id: str) -> Reply:
    """Take back what the caller's account has asked.

    Raises NoSuchHandshake, NotManagement, AlreadyInState, NoWayThere.   Source: Organizations API, CancelHandshake.
    """
    found = handshake_told.sent(call, handshake_id)
    check_open(call, found, CANCELED)
    return {"Handshake": ended(call, found, CANCELED)}


def check_open(call: Call, found: Handshake, wanted: str) -> None:
    """See that a handshake can still come to a state.

    Raises AlreadyInState, NoWayThere.
    """
    state = found.state_at(call.now)
    if state == wanted:
        raise AlreadyInState
    if state != OPEN:
        raise NoWayThere(state=state)


def ended(call: Call, found: Handshake, state: str) -> Mapping[str, object]:
    """Bring a handshake to its last state, and tell it."""
    handshakes.end(call.tx, found.id, state, call.now + KEPT_FOR)
    return handshake_told.told(call, found) | {"State": state}


def _account(call: Call, party: Party) -> str | None:
    """Find who is invited; an address may be nobody's.

    Raises InvalidPartyType, InvalidAccountTarget, InvalidEmailTarget.
    """
    if party["Type"] == "ACCOUNT":
        known = accounts.by_id(call.tx, party["Id"]) if ACCOUNT_ID.fullmatch(party["Id"]) else None
        if known is None or known.closed_at is not None:
            raise InvalidAccountTarget
        return known.id
    if party["Type"] != "EMAIL":
        raise InvalidPartyType
    if _EMAIL.fullmatch(party["Id"]) is None:
        raise InvalidEmailTarget
    contact = account_contacts.by_email(call.tx, party["Id"])
    return contact.account_id if contact else None


def _check_room(call: Call, organization: Organization) -> None:
    """See that there is room for one more account, and that not too many were asked today.

    Raises NoRoomLeft, TooManyHandshakes.
    """
    most = call.quotas.accounts_per_organization
    if organizations.count(call.tx, organization.id) >= most:
        raise NoRoomLeft(limit=most)
    a_day = max(A_DAY, most)
    if handshakes.sent_since(call.tx, organization.id, call.now - DAY) >= a_day:
        raise TooManyHandshakes(limit=a_day)
