"""A handshake: found for one of its parties, and told."""

from __future__ import annotations

from typing import Any

from watchword.services.operation import Asking, Call, Target
from watchword.services.organizations.handshake_refusals import NoSuchHandshake
from watchword.services.organizations.refusals import NotManagement
from watchword.store import account_contacts, delegated_administrators, handshakes, organizations
from watchword.store.handshakes import Handshake


def arn(management_account: str, organization_id: str, action: str, handshake_id: str) -> str:
    """Write the ARN of a handshake, which is the sender's."""
    path = f"{organization_id}/{action.lower()}/{handshake_id}"
    return f"arn:aws:organizations::{management_account}:handshake/{path}"


def named(asking: Asking) -> Target:
    """The handshake that `HandshakeId` names: to each of its parties like one of its own account."""
    caller, wanted = asking.caller.account, asking.parameters["handshake_id"]
    found = handshakes.by_id(asking.tx, wanted, int(asking.now))
    if found is None:  # as if it were the caller's own: whether there is one is told only to who may ask
        own = organizations.of(asking.tx, caller)
        return Target(arn(caller, own.id if own else "o-none", handshakes.INVITE, wanted), caller)
    return Target(arn(found.management_account_id, found.organization_id, found.action, found.id), caller)


def received(call: Call, handshake_id: str) -> Handshake:
    """Give a handshake that the caller's account is asked for.

    Raises NoSuchHandshake, and NotManagement for who has sent it.
    """
    found = handshakes.by_id(call.tx, handshake_id, call.now)
    if found is None or call.account not in {found.account_id, found.management_account_id}:
        raise NoSuchHandshake
    if found.account_id != call.account:
        raise NotManagement
    return found


def sent(call: Call, handshake_id: str) -> Handshake:
    """Give a handshake that the caller's account has sent.

    Raises NoSuchHandshake, and NotManagement for who is asked.
    """
    found = handshakes.by_id(call.tx, handshake_id, call.now)
    if found is None or call.account not in {found.account_id, found.management_account_id}:
        raise NoSuchHandshake
    if found.management_account_id != call.account:
        raise NotManagement
    return found


def known(call: Call, handshake_id: str) -> Handshake:
    """Give a handshake to one of its parties, or to a delegated administrator of the sender's.

    Raises NoSuchHandshake.
    """
    found = handshakes.by_id(call.tx, handshake_id, call.now)
    if found is None:
        raise NoSuchHandshake
    is_party = call.account in {found.account_id, found.management_account_id}
    if not is_party and not delegated_administrators.is_one(call.tx, found.organization_id, call.account):
        raise NoSuchHandshake
    return found


def told(call: Call, found: Handshake) -> dict[str, Any]:
    """Write a handshake as replies hold it."""
    manager = account_contacts.of(call.tx, found.management_account_id)
    sender = {"ORGANIZATION_FEATURE_SET": "ALL"}
    if manager is not None:
        sender = {"MASTER_EMAIL": manager.email, "MASTER_NAME": manager.name} | sender
    resources: list[dict[str, Any]] = [
        {
            "Type": "ORGANIZATION",
            "Value": found.organization_id,
            "Resources": [{"Type": kind, "Value": value} for kind, value in sender.items()],
        },
        {"Type": found.party_type, "Value": found.party},
    ]
    if found.notes:
        resources.append({"Type": "NOTES", "Value": found.notes})
    return {
        "Id": found.id,
        "Arn": arn(found.management_account_id, found.organization_id, found.action, found.id),
        "Parties": [
            {"Id": found.organization_id, "Type": "ORGANIZATION"},
            {"Id": found.party, "Type": found.party_type},
        ],
        "State": found.state_at(call.now),
        "RequestedTimestamp": found.requested_at,
        "ExpirationTimestamp": found.expires_at,
        "Action": found.action,
        "Resources": resources,
    }
