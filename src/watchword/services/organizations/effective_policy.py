"""The effective policy of an account: all management policies of a type that it inherits, merged to one."""

from __future__ import annotations

import json

from watchword.services.operation import Asking, Call, Reply, Target, Way, operation
from watchword.services.organizations import management_policies, membership
from watchword.services.organizations.policy_places import found_place
from watchword.services.organizations.policy_refusals import (
    NoEffectivePolicy,
    NoSuchTarget,
    UnknownType,
)
from watchword.services.organizations.refusals import NoOrganization, NotManagement, TargetNotSupported
from watchword.store import organization_policy_attachments as attachments
from watchword.store import organization_units, organizations


def _account(asking: Asking) -> Target:
    """The account that `TargetId` names; without it the caller's own, which needs nobody's leave."""
    own = asking.caller.account
    organization, named = organizations.of(asking.tx, own), asking.parameters.get("target_id") or own
    if organization is None:
        return Target("*", own)
    if named == own:
        return Target(membership.account_arn(organization, own), own)
    return membership.target(asking, organization, named, membership.Opening.READERS)


@operation(
    "organizations",
    way=Way.READ,
    on=_account,
    journal=("policy_type", "target_id"),
    keys={"organizations:PolicyType": "policy_type"},
    invalid={"policyType": UnknownType},
    raises=(NoOrganization, NotManagement, NoSuchTarget, TargetNotSupported, NoEffectivePolicy),
)
def describe_effective_policy(call: Call, *, policy_type: str, target_id: str | None = None) -> Reply:
    """Tell the policy that all that an account inherits and has itself comes to; every account may ask for its own.

    Raises NoOrganization, NotManagement, NoSuchTarget, TargetNotSupported, NoEffectivePolicy.
    Source: Organizations API, DescribeEffectivePolicy.
    """
    named = target_id or call.account
    organization = membership.own(call) if named == call.account else membership.readable(call)
    if not named.isdigit():
        raise TargetNotSupported
    account = found_place(call, organization, named).id
    path = (*organization_units.path(call.tx, account), account)
    found = attachments.along(call.tx, organization.id, path, [policy_type])
    levels = ([one.policy.content for one in found if one.target_id == at] for at in path)
    effective = management_policies.merged(levels)
    if effective is None:
        raise NoEffectivePolicy
    return {
        "EffectivePolicy": {
            "PolicyContent": json.dumps(effective, ensure_ascii=False, separators=(",", ":")),
            "LastUpdatedTimestamp": max(max(one.at, one.policy.updated_at) for one in found),
            "TargetId": account,
            "PolicyType": policy_type,
        }
    }
