"""Permissions boundaries: which policy may be one, and how it is told."""

from __future__ import annotations

from watchword.services.iam.policy_refusals import NoSuchBoundary
from watchword.services.iam.policy_targets import usable_policy
from watchword.services.operation import Call
from watchword.store import aws_policies
from watchword.store.accounts import AWS


def boundary_named(call: Call, arn: str) -> str:
    """Give back the ARN of a policy that this account may be bounded by.

    Raises UnreadableArn, NoSuchBoundary.
    """
    policy = usable_policy(call.tx, call.account, arn)
    if policy is None:
        raise NoSuchBoundary(arn=arn)
    if policy.account == AWS:
        aws_policies.keep(call.tx, policy)
    return policy.arn


def told(arn: str | None) -> dict[str, dict[str, str]]:
    """Write the part of a reply that tells of a boundary; nothing where there is none."""
    if arn is None:
        return {}
    # The reply's type has one value, whatever the request's documentation calls it.
    return {
        "PermissionsBoundary": {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": arn}
    }
