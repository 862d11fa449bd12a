"""Policies of an organization: made, told, changed and deleted by its management."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.organizations import drawing, membership, paging, policy_kinds, tagging
from watchword.services.organizations.policy_places import found_policy
from watchword.services.organizations.policy_refusals import (
    DuplicatePolicy,
    ImmutablePolicy,
    MalformedPolicyDocument,
    NoSuchPolicy,
    PolicyInUse,
    PolicyTooLarge,
    TooManyPolicies,
    UnknownType,
)
from watchword.services.organizations.refusals import (
    DuplicateTagKey,
    InvalidNextToken,
    NoOrganization,
    NotManagement,
    SystemTag,
    TooManyTags,
)
from watchword.store import organization_policies, organization_tags
from watchword.store import organization_policy_attachments as attachments
from watchword.store.organization_policies import Policy
from watchword.store.organizations import Organization

PASSED_TYPE = {"organizations:PolicyType": "type"}


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.delegable(),
    also=tagging.needed_to_tag(),
    journal=("name", "type", "description", "tags"),
    told=("Policy.PolicySummary.Id", "Policy.PolicySummary.Arn"),
    keys=PASSED_TYPE,
    invalid={"type": UnknownType},
    raises=(
        NoOrganization,
        NotManagement,
        TooManyPolicies,
        PolicyTooLarge,
        MalformedPolicyDocument,
        DuplicatePolicy,
        DuplicateTagKey,
        SystemTag,
        TooManyTags,
    ),
)
def create_policy(
    call: Call,
    *,
    content: str,
    description: str,
    name: str,
    type: str,  # noqa: A002 - AWS's name for it
    tags: tagging.Passed | None = None,
) -> Reply:
    """Keep a policy, attached to nothing yet; its type need not be enabled.

    Raises NoOrganization, NotManagement, TooManyPolicies, PolicyTooLarge, MalformedPolicyDocument, DuplicatePolicy,
    DuplicateTagKey, SystemTag, TooManyTags.   Source: Organizations API, CreatePolicy.
    """
    organization = membership.managed(call)
    limit = policy_kinds.KINDS[type].policies
    if organization_policies.count(call.tx, organization.id, type) >= limit:
        raise TooManyPolicies(limit=limit)
    policy_kinds.check(type, content)
    if organization_policies.is_taken(call.tx, organization.id, type, name):
        raise DuplicatePolicy
    policy_id = f"p-{drawing.drawn(call.random, 10)}"
    policy = Policy(policy_id, organization.id, type, name, description, content, call.now, call.now)
    organization_policies.add(call.tx, policy)
    tagging.put(call, policy.id, tags)
    return {"Policy": _told(organization, policy)}


@operation(
    "organizations",
    way=Way.READ,
    on=membership.reading("policy_id"),
    journal=("policy_id",),
    raises=(NoOrganization, NotManagement, NoSuchPolicy),
)
def describe_policy(call: Call, *, policy_id: str) -> Reply:
    """Tell a policy with its text.

    Raises NoOrganization, NotManagement, NoSuchPolicy.   Source: Organizations API, DescribePolicy.
    """
    organization = membership.readable(call)
    return {"Policy": _told(organization, found_policy(call, organization, policy_id))}


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.delegable("policy_id"),
    journal=("policy_id", "name", "description"),
    raises=(
        NoOrganization,
        NotManagement,
        NoSuchPolicy,
        ImmutablePolicy,
        PolicyTooLarge,
        MalformedPolicyDocument,
        DuplicatePolicy,
    ),
)
def update_policy(
    call: Call, *, policy_id: str, name: str | None = None, description: str | None = None, content: str | None = None
) -> Reply:
    """Change a policy's name, description or text; what it is attached to feels it from the next request on.

    Raises NoOrganization, NotManagement, NoSuchPolicy, ImmutablePolicy, PolicyTooLarge, MalformedPolicyDocument,
    DuplicatePolicy.   Source: Organizations API, UpdatePolicy.
    """
    organization = membership.managed(call)
    policy = _own(call, organization, policy_id)
    if content is not None:
        policy_kinds.check(policy.type, content)
    if (
        name is not None
        and name != policy.name
        and organization_policies.is_taken(call.tx, organization.id, policy.type, name)
    ):
        raise DuplicatePolicy
    changed = replace(
        policy,
        name=policy.name if name is None else name,
        description=policy.description if description is None else description,
        content=policy.content if content is None else content,
        updated_at=call.now,
    )
    organization_policies.change(call.tx, changed)
    return {"Policy": _told(organization, changed)}


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.delegable("policy_id"),
    journal=("policy_id",),
    raises=(NoOrganization, NotManagement, NoSuchPolicy, ImmutablePolicy, PolicyInUse),
)
def delete_policy(call: Call, *, policy_id: str) -> Reply:
    """Delete a policy that is attached to nothing.

    Raises NoOrganization, NotManagement, NoSuchPolicy, ImmutablePolicy, PolicyInUse.
    Source: Organizations API, DeletePolicy.
    """
    organization = membership.managed(call)
    policy = _own(call, organization, policy_id)
    if attachments.targets(call.tx, organization.id, policy.id, after="", limit=1):
        raise PolicyInUse
    organization_policies.remove(call.tx, policy.id)
    organization_tags.clear(call.tx, policy.id)
    return {}


@operation(
    "organizations",
    way=Way.READ,
    on=membership.reading(),
    journal=("filter", "next_token", "max_results"),
    keys={"organizations:PolicyType": "filter"},
    invalid={"filter": UnknownType},
    raises=(NoOrganization, NotManagement, InvalidNextToken),
)
def list_policies(
    call: Call,
    *,
    filter: str,  # noqa: A002 - AWS's name for it
    next_token: str | None = None,
    max_results: int | None = None,
) -> Reply:
    """List the policies of a type by name, AWS's own among them.

    Raises NoOrganization, NotManagement, InvalidNextToken.   Source: Organizations API, ListPolicies.
    """
    organization = membership.readable(call)
    page = paging.page(call, f"policies {filter}", next_token, max_results)
    found = organization_policies.page(call.tx, organization.id, filter, after=page.after, limit=page.fetch)
    return page.reply("Policies", found, tell=lambda one: summary(organization, one), position=lambda one: one.name)


def summary(organization: Organization, policy: Policy) -> Mapping[str, Any]:
    """Tell a policy without its text.  Source: Organizations API, PolicySummary."""
    return {
        "Id": policy.id,
        "Arn": membership.policy_arn(organization, policy),
        "Name": policy.name,
        "Description": policy.description,
        "Type": policy.type,
        "AwsManaged": policy.is_awss,
    }


def _told(organization: Organization, policy: Policy) -> Mapping[str, Any]:
    return {"PolicySummary": summary(organization, policy), "Content": policy.content}


def _own(call: Call, organization: Organization, policy_id: str) -> Policy:
    """Give a policy that may be changed.

    Raises NoSuchPolicy, ImmutablePolicy.
    """
    policy = found_policy(call, organization, policy_id)
    if policy.is_awss:
        raise ImmutablePolicy
    return policy
