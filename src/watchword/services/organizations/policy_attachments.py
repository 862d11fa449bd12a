"""Policies attached to the root, to organizational units and to accounts: what binds them from the next request on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from watchword.services.operation import Asking, Call, Need, Reply, Target, Way, operation
from watchword.services.organizations import membership, paging, policies
from watchword.services.organizations.policy_kinds import KINDS
from watchword.services.organizations.policy_places import (
    found_place,
    found_policy,
    place,
)
from watchword.services.organizations.policy_refusals import (
    AlreadyAttached,
    LastAttached,
    MostAttached,
    NoSuchPolicy,
    NoSuchTarget,
    NotAttached,
    NotDetachable,
    TypeNotEnabled,
    UnknownType,
)
from watchword.services.organizations.refusals import InvalidNextToken, NoOrganization, NotManagement
from watchword.store import organization_policy_attachments as attachments
from watchword.store import organizations
from watchword.store.organization_policies import RCP_FULL_ACCESS, SCP


def _on_both(action: str) -> Callable[[Asking, Target], Sequence[Need]]:
    """Besides the policy, the same action must be allowed on what `TargetId` names.

    Source: Service Authorization Reference, Organizations, AttachPolicy.
    """

    def needs(asking: Asking, policy: Target) -> Sequence[Need]:
        organization = organizations.of(asking.tx, asking.caller.account)
        if organization is None:
            return ()
        named = asking.parameters["target_id"]
        target = membership.target(asking, organization, named, membership.Opening.GRANTED)
        return (Need(action, replace(target, keys=policy.keys)),)

    return needs


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.delegable("policy_id"),
    also=_on_both("organizations:AttachPolicy"),
    journal=("policy_id", "target_id"),
    raises=(
        NoOrganization,
        NotManagement,
        NoSuchPolicy,
        NoSuchTarget,
        TypeNotEnabled,
        AlreadyAttached,
        MostAttached,
    ),
)
def attach_policy(call: Call, *, policy_id: str, target_id: str) -> Reply:
    """Attach a policy to a root, organizational unit or account.

    Raises NoOrganization, NotManagement, NoSuchPolicy, NoSuchTarget, TypeNotEnabled, AlreadyAttached, MostAttached.
    Source: Organizations API, AttachPolicy.
    """
    organization = membership.managed(call)
    policy = found_policy(call, organization, policy_id)
    at = found_place(call, organization, target_id)
    if policy.type not in attachments.enabled(call.tx, organization.id):
        raise TypeNotEnabled
    if attachments.is_attached(call.tx, organization.id, at.id, policy):
        raise AlreadyAttached
    if attachments.count(call.tx, organization.id, at.id, policy.type) >= KINDS[policy.type].attached:
        raise MostAttached
    attachments.attach(call.tx, organization.id, at.id, policy, call.now)
    return {}


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.delegable("policy_id"),
    also=_on_both("organizations:DetachPolicy"),
    journal=("policy_id", "target_id"),
    raises=(NoOrganization, NotManagement, NoSuchPolicy, NoSuchTarget, NotAttached, NotDetachable, LastAttached),
)
def detach_policy(call: Call, *, policy_id: str, target_id: str) -> Reply:
    """Detach a policy. The last SCP of anything stays: without any, nothing would be allowed.

    Raises NoOrganization, NotManagement, NoSuchPolicy, NoSuchTarget, NotAttached, NotDetachable, LastAttached.
    Source: Organizations API, DetachPolicy.
    """
    organization = membership.managed(call)
    policy = found_policy(call, organization, policy_id)
    at = found_place(call, organization, target_id)
    if not attachments.is_attached(call.tx, organization.id, at.id, policy):
        raise NotAttached
    if policy == RCP_FULL_ACCESS:
        raise NotDetachable
    if policy.type == SCP and attachments.count(call.tx, organization.id, at.id, SCP) == 1:
        raise LastAttached
    attachments.detach(call.tx, organization.id, at.id, policy.id)
    return {}


@operation(
    "organizations",
    way=Way.READ,
    on=membership.reading("target_id"),
    journal=("target_id", "filter", "next_token", "max_results"),
    keys={"organizations:PolicyType": "filter"},
    invalid={"filter": UnknownType},
    raises=(NoOrganization, NotManagement, NoSuchTarget, InvalidNextToken),
)
def list_policies_for_target(
    call: Call,
    *,
    target_id: str,
    filter: str,  # noqa: A002 - AWS's name for it
    next_token: str | None = None,
    max_results: int | None = None,
) -> Reply:
    """List the policies of a type that are attached to something itself, by id.

    Raises NoOrganization, NotManagement, NoSuchTarget, InvalidNextToken.
    Source: Organizations API, ListPoliciesForTarget.
    """
    organization = membership.readable(call)
    at = found_place(call, organization, target_id)
    page = paging.page(call, f"policies {filter} of {at.id}", next_token, max_results)
    found = attachments.of_target(call.tx, organization.id, at.id, filter, after=page.after, limit=page.fetch)
    return page.reply(
        "Policies", found, tell=lambda one: policies.summary(organization, one), position=lambda one: one.id
    )


@operation(
    "organizations",
    way=Way.READ,
    on=membership.reading("policy_id"),
    journal=("policy_id", "next_token", "max_results"),
    raises=(NoOrganization, NotManagement, NoSuchPolicy, InvalidNextToken),
)
def list_targets_for_policy(
    call: Call, *, policy_id: str, next_token: str | None = None, max_results: int | None = None
) -> Reply:
    """List what a policy is attached to, by id.

    Raises NoOrganization, NotManagement, NoSuchPolicy, InvalidNextToken.
    Source: Organizations API, ListTargetsForPolicy.
    """
    organization = membership.readable(call)
    policy = found_policy(call, organization, policy_id)
    page = paging.page(call, f"targets of {policy.id}", next_token, max_results)
    found = attachments.targets(call.tx, organization.id, policy.id, after=page.after, limit=page.fetch)
    reply = page.reply("Targets", found, tell=lambda one: place(call, organization, one), position=str)
    # An account that was closed long ago is told nowhere any more, though not everything is detached from it yet.
    return {**reply, "Targets": [at.told() for at in reply["Targets"] if at is not None]}
