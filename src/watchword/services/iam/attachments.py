"""Managed policies of users, groups and roles: attach, detach and list."""

from __future__ import annotations

from watchword.services.iam import paging
from watchword.services.iam.policy_refusals import NoSuchPolicy, NoSuchRole, NotAttachable, UnreadableArn
from watchword.services.iam.policy_targets import usable_policy
from watchword.services.iam.refusals import InvalidMarker, LimitExceeded, NoSuchGroup, NoSuchUser
from watchword.services.iam.role_targets import changeable_role, found_role, role_named
from watchword.services.iam.service_linked_role_refusals import ProtectedRole
from watchword.services.iam.targets import found_group, found_user, group_named, user_named
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import attachments, aws_policies
from watchword.store.accounts import AWS

POLICY_KEY = {"iam:PolicyARN": "policy_arn"}


@operation(
    "iam",
    way=Way.CHANGE,
    on=user_named,
    journal=("user_name", "policy_arn"),
    raises=(NoSuchUser, UnreadableArn, NotAttachable, LimitExceeded),
    keys=POLICY_KEY,
)
def attach_user_policy(call: Call, *, user_name: str, policy_arn: str) -> Reply:  # noqa: ARG001 - read by the target
    """Give a user what a managed policy allows; attaching it again changes nothing.

    Raises NoSuchUser, UnreadableArn, NotAttachable, LimitExceeded.   Source: IAM API, AttachUserPolicy.
    """
    user = found_user(call)
    return _attach(call, user.id, policy_arn, quota="PoliciesPerUser", limit=call.quotas.attached_policies_per_user)


@operation(
    "iam",
    way=Way.CHANGE,
    on=group_named,
    journal=("group_name", "policy_arn"),
    raises=(NoSuchGroup, UnreadableArn, NotAttachable, LimitExceeded),
    keys=POLICY_KEY,
)
def attach_group_policy(call: Call, *, group_name: str, policy_arn: str) -> Reply:  # noqa: ARG001 - read by the target
    """Give all users of a group what a managed policy allows; attaching it again changes nothing.

    Raises NoSuchGroup, UnreadableArn, NotAttachable, LimitExceeded.   Source: IAM API, AttachGroupPolicy.
    """
    group = found_group(call)
    return _attach(call, group.id, policy_arn, quota="PoliciesPerGroup", limit=call.quotas.attached_policies_per_group)


@operation(
    "iam",
    way=Way.CHANGE,
    on=role_named,
    journal=("role_name", "policy_arn"),
    raises=(NoSuchRole, ProtectedRole, UnreadableArn, NotAttachable, LimitExceeded),
    keys=POLICY_KEY,
)
def attach_role_policy(call: Call, *, role_name: str, policy_arn: str) -> Reply:  # noqa: ARG001 - read by the target
    """Give a role's sessions, live ones too, what a managed policy allows; attaching it again changes nothing.

    Raises NoSuchRole, ProtectedRole, UnreadableArn, NotAttachable, LimitExceeded.   Source: IAM API, AttachRolePolicy.
    """
    role = changeable_role(call)
    return _attach(call, role.id, policy_arn, quota="PoliciesPerRole", limit=call.quotas.attached_policies_per_role)


@operation(
    "iam",
    way=Way.CHANGE,
    on=user_named,
    journal=("user_name", "policy_arn"),
    raises=(NoSuchUser, UnreadableArn, NoSuchPolicy),
    keys=POLICY_KEY,
)
def detach_user_policy(call: Call, *, user_name: str, policy_arn: str) -> Reply:  # noqa: ARG001 - read by the target
    """Take a managed policy from a user.

    Raises NoSuchUser, UnreadableArn, NoSuchPolicy.   Source: IAM API, DetachUserPolicy.
    """
    return _detach(call, found_user(call).id, policy_arn)


@operation(
    "iam",
    way=Way.CHANGE,
    on=group_named,
    journal=("group_name", "policy_arn"),
    raises=(NoSuchGroup, UnreadableArn, NoSuchPolicy),
    keys=POLICY_KEY,
)
def detach_group_policy(call: Call, *, group_name: str, policy_arn: str) -> Reply:  # noqa: ARG001 - read by the target
    """Take a managed policy from a group.

    Raises NoSuchGroup, UnreadableArn, NoSuchPolicy.   Source: IAM API, DetachGroupPolicy.
    """
    return _detach(call, found_group(call).id, policy_arn)


@operation(
    "iam",
    way=Way.CHANGE,
    on=role_named,
    journal=("role_name", "policy_arn"),
    raises=(NoSuchRole, ProtectedRole, UnreadableArn, NoSuchPolicy),
    keys=POLICY_KEY,
)
def detach_role_policy(call: Call, *, role_name: str, policy_arn: str) -> Reply:  # noqa: ARG001 - read by the target
    """Take a managed policy from a role.

    Raises NoSuchRole, ProtectedRole, UnreadableArn, NoSuchPolicy.   Source: IAM API, DetachRolePolicy.
    """
    return _detach(call, changeable_role(call).id, policy_arn)


@operation(
    "iam",
    way=Way.READ,
    on=user_named,
    journal=("user_name", "path_prefix", "marker", "max_items"),
    raises=(NoSuchUser, InvalidMarker),
)
def list_attached_user_policies(
    call: Call,
    *,
    user_name: str,  # noqa: ARG001 - read by the target
    path_prefix: str | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List a user's managed policies by name; those of its groups are not its own.

    Raises NoSuchUser, InvalidMarker.   Source: IAM API, ListAttachedUserPolicies.
    """
    return _list(call, found_user(call).id, path_prefix, marker, max_items)


@operation(
    "iam",
    way=Way.READ,
    on=group_named,
    journal=("group_name", "path_prefix", "marker", "max_items"),
    raises=(NoSuchGroup, InvalidMarker),
)
def list_attached_group_policies(
    call: Call,
    *,
    group_name: str,  # noqa: ARG001 - read by the target
    path_prefix: str | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List a group's managed policies by name.

    Raises NoSuchGroup, InvalidMarker.   Source: IAM API, ListAttachedGroupPolicies.
    """
    return _list(call, found_group(call).id, path_prefix, marker, max_items)


@operation(
    "iam",
    way=Way.READ,
    on=role_named,
    journal=("role_name", "path_prefix", "marker", "max_items"),
    raises=(NoSuchRole, InvalidMarker),
)
def list_attached_role_policies(
    call: Call,
    *,
    role_name: str,  # noqa: ARG001 - read by the target
    path_prefix: str | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List a role's managed policies by name.

    Raises NoSuchRole, InvalidMarker.   Source: IAM API, ListAttachedRolePolicies.
    """
    return _list(call, found_role(call).id, path_prefix, marker, max_items)


def _attach(call: Call, target_id: str, policy_arn: str, *, quota: str, limit: int) -> Reply:
    policy = usable_policy(call.tx, call.account, policy_arn)
    if policy is None:
        raise NotAttachable(arn=policy_arn)
    if attachments.is_attached(call.tx, target_id, policy.id):
        return {}
    if attachments.count_of(call.tx, target_id) >= limit:
        raise LimitExceeded(quota=quota, limit=limit)
    if policy.account == AWS:
        aws_policies.keep(call.tx, policy)
    attachments.attach(call.tx, target_id, policy.id)
    return {}


def _detach(call: Call, target_id: str, policy_arn: str) -> Reply:
    policy = usable_policy(call.tx, call.account, policy_arn)
    if policy is None or not attachments.detach(call.tx, target_id, policy.id):
        raise NoSuchPolicy(arn=policy_arn)
    return {}


def _list(call: Call, target_id: str, path_prefix: str | None, marker: str | None, max_items: int | None) -> Reply:
    page = paging.page(call, "AttachedPolicies", marker, max_items)
    rows = attachments.page(call.tx, target_id, path_prefix=path_prefix or "/", after=page.after, limit=page.fetch)
    return page.reply(
        rows,
        tell=lambda row: {"PolicyName": row.name, "PolicyArn": row.arn},
        position=lambda row: row.name.lower(),
    )
