"""Which organization a request is about, the caller's own, and who may ask it for what.

Three kinds of operation: those that the management account alone may ask for; those that it may delegate by the
organization's resource policy; and readings, which every delegated administrator may ask for, too.
Source: Organizations User Guide, "Delegated administrator for AWS Organizations", "… for AWS services".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import msgspec

from watchword.policy import Kind, Policy
from watchword.services.compiling import compiled
from watchword.services.operation import Asking, Call, Target
from watchword.services.organizations.belongings import belongs
from watchword.services.organizations.refusals import NoOrganization, NotManagement
from watchword.store import (
    delegated_administrators,
    organization_policies,
    organization_resource_policies,
    organization_tags,
    organizations,
)
from watchword.store.organizations import Organization


class Opening(Enum):
    """To whom an operation is open, besides the management account."""

    NOBODY = "nobody"
    GRANTED = "those whom the organization's resource policy names"
    READERS = "these, and delegated administrators"


@dataclass(frozen=True, slots=True)
class Seat:
    """Finds what a request acts on, and by whose leave: the resolver of an operation.

    `parameter` is the one that names it; without one, AWS knows no resource.
    """

    opening: Opening
    parameter: str = ""

    def __call__(self, asking: Asking) -> Target:
        organization = organizations.of(asking.tx, asking.caller.account)
        if organization is None:
            return Target("*", asking.caller.account)
        named = asking.parameters[self.parameter] if self.parameter else ""
        return target(asking, organization, named, self.opening)


def management(parameter: str = "") -> Seat:
    """Open an operation to the management account alone."""
    return Seat(Opening.NOBODY, parameter)


def delegable(parameter: str = "") -> Seat:
    """Open an operation also to those whom the organization's resource policy names."""
    return Seat(Opening.GRANTED, parameter)


def reading(parameter: str = "") -> Seat:
    """Open an operation also to delegated administrators."""
    return Seat(Opening.READERS, parameter)


def target(asking: Asking, organization: Organization, named: str, opening: Opening) -> Target:
    """Give what an id names as a target: a root, unit, account or policy; nothing names `*`.

    For whom the organization's resource policy is asked it is the management account's; for others the caller's own.
    """
    account, policy = _leave(asking, organization, opening)
    if not named:
        return Target("*", account, policy=policy)
    return Target(
        arn_of(asking, organization, named),
        account,
        tags=lambda: _tags(asking, organization, named, account),
        keys=lambda: _policy_type(asking, organization, named),
        policy=policy,
    )


def _leave(asking: Asking, organization: Organization, opening: Opening) -> tuple[str, Policy | None]:
    """Tell whose the target is to the caller, and which policy it has."""
    own = asking.caller.account
    if own == organization.management_account or opening is Opening.NOBODY:
        return own, None
    kept = organization_resource_policies.of(asking.tx, organization.id)
    if opening is Opening.READERS and delegated_administrators.is_one(asking.tx, organization.id, own):
        return own, _denials(kept.content) if kept else None
    if kept is None:
        return own, None
    return organization.management_account, compiled(kept.content, Kind.RESOURCE, "")


def _tags(asking: Asking, organization: Organization, named: str, account: str) -> Mapping[str, str]:
    """Tell the tags of what is the organization's, to whom may read it.

    To everybody else they would be told by conditions of policies at home, which decide before it is known who asks.
    """
    manages, own = account == organization.management_account, asking.caller.account
    if not manages and not delegated_administrators.is_one(asking.tx, organization.id, own):
        return {}
    return organization_tags.of(asking.tx, named) if belongs(asking.tx, organization, named, asking.now) else {}


def _denials(content: str) -> Policy | None:
    """Leave of a policy what it denies: who is let in otherwise needs no grant of it, and gets none by it."""
    document: dict[str, Any] = msgspec.json.decode(content)
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    document["Statement"] = [one for one in statements if one["Effect"] == "Deny"]
    if not document["Statement"]:
        return None
    return compiled(msgspec.json.encode(document).decode(), Kind.RESOURCE, "")


def own(call: Call) -> Organization:
    """Give the organization that the caller's account belongs to.

    Raises NoOrganization.
    """
    found = organizations.of(call.tx, call.account)
    if found is None:
        raise NoOrganization
    return found


def managed(call: Call) -> Organization:
    """Give the organization that the caller's account manages, or that lets it do this by its resource policy.

    Raises NoOrganization, NotManagement.
    """
    found = own(call)
    # A target of another account's is decided by that account's policy, and this one's said yes.
    if found.management_account not in {call.account, call.target.account}:
        raise NotManagement
    return found


def readable(call: Call) -> Organization:
    """Give the organization that the caller's account may read: as in `managed`, or as a delegated administrator.

    Raises NoOrganization, NotManagement.
    """
    found = own(call)
    if delegated_administrators.is_one(call.tx, found.id, call.account):
        return found
    return managed(call)


def arn_of(asking: Asking, organization: Organization, named: str) -> str:
    """Write the ARN of what an id names.  Source: Service Authorization Reference, Organizations, resource types."""
    if named.startswith("p-"):
        policy = organization_policies.by_id(asking.tx, organization.id, named)
        return policy_arn(organization, policy) if policy else arn(organization, "policy", f"*/{named}")
    kinds = {"r": "root", "ou": "ou", "rp": "resourcepolicy"}
    return arn(organization, kinds.get(named.partition("-")[0], "account"), named)


def policy_arn(organization: Organization, policy: organization_policies.Policy) -> str:
    """Write the ARN of a policy; those of AWS are no organization's."""
    name = f"{policy.type.lower()}/{policy.id}"
    return f"arn:aws:organizations::aws:policy/{name}" if policy.is_awss else arn(organization, "policy", name)


def _policy_type(asking: Asking, organization: Organization, named: str) -> Mapping[str, str]:
    """Tell `organizations:PolicyType`, of a policy."""
    policy = organization_policies.by_id(asking.tx, organization.id, named) if named.startswith("p-") else None
    return {"organizations:policytype": policy.type} if policy else {}


def arn(organization: Organization, kind: str, name: str = "") -> str:
    """Write an ARN of the organization: `kind` is `organization`, `account`, `root`, `ou`, `handshake` …"""
    path = f"{organization.id}/{name}" if name else organization.id
    return f"arn:aws:organizations::{organization.management_account}:{kind}/{path}"


def account_arn(organization: Organization, account: str) -> str:
    """Write the ARN of a member account."""
    return arn(organization, "account", account)
