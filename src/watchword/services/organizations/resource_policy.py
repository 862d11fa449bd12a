"""The organization's own policy: what its management account lets members do with it. Every request asks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from watchword.domain.arn import Arn
from watchword.domain.ids import ACCOUNT_ID
from watchword.policy import Kind, MalformedPolicy, parse
from watchword.services.operation import Asking, Call, Reply, Target, Way, operation
from watchword.services.organizations import membership, tagging
from watchword.services.organizations.membership import Opening
from watchword.services.organizations.refusals import (
    DuplicateTagKey,
    InvalidPolicyJson,
    InvalidPolicyPrincipal,
    NoOrganization,
    NotManagement,
    ResourcePolicyNotFound,
    SystemTag,
    TooManyTags,
    UnsupportedPolicyAction,
)
from watchword.store import organization_resource_policies, organization_tags, organizations
from watchword.store.organization_resource_policies import ResourcePolicy
from watchword.store.organizations import Organization

READINGS = ("organizations:describe", "organizations:list")
CHANGES = frozenset(
    f"organizations:{name}"
    for name in (
        "attachpolicy",
        "createpolicy",
        "deletepolicy",
        "detachpolicy",
        "disablepolicytype",
        "enablepolicytype",
        "tagresource",
        "untagresource",
        "updatepolicy",
    )
)
"""What can be delegated besides readings.  Source: Organizations User Guide, delegation policy, supported actions."""


def _own(asking: Asking) -> Target:
    """The organization's policy, which there is one of at most: its id is known before it is made."""
    organization = organizations.of(asking.tx, asking.caller.account)
    if organization is None:
        return Target("*", asking.caller.account)
    return membership.target(asking, organization, _id(organization), Opening.NOBODY)


def _id(organization: Organization) -> str:
    return f"rp-{organization.id.removeprefix('o-')}"


@operation(
    "organizations",
    way=Way.CHANGE,
    on=_own,
    journal=("content", "tags"),
    told=("ResourcePolicy.ResourcePolicySummary.Id",),
    also=tagging.needed_to_tag(),
    raises=(
        NoOrganization,
        NotManagement,
        InvalidPolicyJson,
        InvalidPolicyPrincipal,
        UnsupportedPolicyAction,
        DuplicateTagKey,
        SystemTag,
        TooManyTags,
    ),
)
def put_resource_policy(call: Call, *, content: str, tags: Sequence[Mapping[str, str]] | None = None) -> Reply:
    """Let members do what the policy grants them, in place of what the one before did.

    Raises NoOrganization, NotManagement, InvalidPolicyJson, InvalidPolicyPrincipal, UnsupportedPolicyAction,
    DuplicateTagKey, SystemTag, TooManyTags.   Source: Organizations API, PutResourcePolicy.
    """
    organization = membership.managed(call)
    _check(call, organization, content)
    policy = ResourcePolicy(organization.id, _id(organization), content)
    organization_resource_policies.put(call.tx, policy)
    tagging.put(call, policy.id, tags)
    return {"ResourcePolicy": _told(organization, policy)}


@operation(
    "organizations",
    way=Way.READ,
    on=membership.reading(),
    raises=(NoOrganization, NotManagement, ResourcePolicyNotFound),
)
def describe_resource_policy(call: Call) -> Reply:
    """Tell the organization's policy.

    Raises NoOrganization, NotManagement, ResourcePolicyNotFound.
    Source: Organizations API, DescribeResourcePolicy.
    """
    organization = membership.readable(call)
    return {"ResourcePolicy": _told(organization, _kept(call, organization))}


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.management(),
    raises=(NoOrganization, NotManagement, ResourcePolicyNotFound),
)
def delete_resource_policy(call: Call) -> Reply:
    """Let members do nothing more than without one.

    Raises NoOrganization, NotManagement, ResourcePolicyNotFound.   Source: Organizations API, DeleteResourcePolicy.
    """
    organization = membership.managed(call)
    kept = _kept(call, organization)
    organization_resource_policies.remove(call.tx, organization.id)
    organization_tags.clear(call.tx, kept.id)
    return {}


def _kept(call: Call, organization: Organization) -> ResourcePolicy:
    kept = organization_resource_policies.of(call.tx, organization.id)
    if kept is None:
        raise ResourcePolicyNotFound
    return kept


def _told(organization: Organization, policy: ResourcePolicy) -> dict[str, Any]:
    arn = membership.arn(organization, "resourcepolicy", policy.id)
    return {"ResourcePolicySummary": {"Id": policy.id, "Arn": arn}, "Content": policy.content}


def _check(call: Call, organization: Organization, content: str) -> None:
    """See that a text is a policy, for members of this organization, of what can be delegated.

    Raises InvalidPolicyJson, InvalidPolicyPrincipal, UnsupportedPolicyAction.
    """
    try:
        parse(content, Kind.RESOURCE)
    except MalformedPolicy as error:
        raise InvalidPolicyJson(detail=error.message) from error
    document = msgspec.json.decode(content)
    for statement in _many(document["Statement"]):
        if "NotAction" in statement:
            raise UnsupportedPolicyAction(action="NotAction")
        for action in _many(statement["Action"]):
            if not _is_delegable(action.lower()):
                raise UnsupportedPolicyAction(action=action)
        for account in _accounts(statement):
            if account != "*" and organizations.member(call.tx, organization.id, account) is None:
                raise InvalidPolicyPrincipal


def _is_delegable(action: str) -> bool:
    """Whether an action may stand in the policy; a pattern may, and opens nothing that cannot be delegated."""
    if "*" in action or "?" in action:
        return action.startswith("organizations:")
    return action in CHANGES or action.startswith(READINGS)


def _accounts(statement: Mapping[str, Any]) -> Iterator[str]:
    """Give the accounts that a statement names.

    Raises InvalidPolicyPrincipal for whoever is no principal of an account.
    """
    principal = statement.get("Principal")
    if principal == "*":
        yield "*"
        return
    if not isinstance(principal, dict) or principal.keys() != {"AWS"}:
        raise InvalidPolicyPrincipal
    for one in _many(principal["AWS"]):
        if one == "*" or ACCOUNT_ID.fullmatch(one):
            yield one
            continue
        try:
            yield Arn.parse(one).account
        except ValueError as error:
            raise InvalidPolicyPrincipal from error


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
