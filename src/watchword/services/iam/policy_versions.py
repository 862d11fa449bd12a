"""Versions of managed policies: add, tell, list, delete, and choose the one that speaks."""

from __future__ import annotations

import re
from typing import Any

from watchword.policy import MalformedPolicy
from watchword.services.iam import paging
from watchword.services.iam.policies import check_managed
from watchword.services.iam.policy_documents import encoded
from watchword.services.iam.policy_refusals import (
    NoSuchPolicy,
    NoSuchPolicyVersion,
    UnreadableArn,
    VersionIsDefault,
    VersionQuotaReached,
)
from watchword.services.iam.policy_targets import changeable_policy, existing_policy, found_policy
from watchword.services.iam.refusals import InvalidMarker, LimitExceeded
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import aws_policies, policies, policy_versions
from watchword.store.accounts import AWS
from watchword.store.policies import ManagedPolicy
from watchword.store.policy_versions import PolicyVersion

_VERSION_ID = re.compile(r"v([1-9][0-9]{0,8})")
"""The model takes longer numbers, and a suffix; no version of ours has either."""
_PAST_ALL = 10**9


@operation(
    "iam",
    way=Way.CHANGE,
    on=changeable_policy,
    journal=("policy_arn", "policy_document", "set_as_default"),
    raises=(UnreadableArn, MalformedPolicy, LimitExceeded, NoSuchPolicy, VersionQuotaReached),
)
def create_policy_version(
    call: Call,
    *,
    policy_arn: str,  # noqa: ARG001 - `existing_policy` reads it
    policy_document: str,
    set_as_default: bool | None = None,
) -> Reply:
    """Give a managed policy one more version; it speaks only if it is made the default.

    Raises UnreadableArn, MalformedPolicy, LimitExceeded, NoSuchPolicy, VersionQuotaReached.
    Source: IAM API, CreatePolicyVersion.
    """
    check_managed(call, policy_document)
    policy = found_policy(call)
    limit = call.quotas.versions_per_policy
    if policy_versions.count(call.tx, policy.id) >= limit:
        raise VersionQuotaReached(limit=limit)
    version = PolicyVersion(policy.id, policy.newest_version + 1, policy_document, call.now)
    policy_versions.add(call.tx, version)
    policies.set_newest(call.tx, policy.id, version.number, at=call.now)
    if set_as_default:
        policies.set_default(call.tx, policy.id, version.number)
    return {"PolicyVersion": _told(version, speaks=bool(set_as_default))}


@operation(
    "iam",
    way=Way.READ,
    on=existing_policy,
    journal=("policy_arn", "version_id"),
    raises=(UnreadableArn, NoSuchPolicy, NoSuchPolicyVersion),
)
def get_policy_version(call: Call, *, policy_arn: str, version_id: str) -> Reply:  # noqa: ARG001 - read by its target
    """Tell of one version, with its document.

    Raises UnreadableArn, NoSuchPolicy, NoSuchPolicyVersion.   Source: IAM API, GetPolicyVersion.
    """
    policy = found_policy(call)
    version = _version(call, policy, version_id)
    told = _told(version, speaks=version.number == policy.default_version)
    return {"PolicyVersion": {**told, "Document": encoded(version.document)}}


@operation(
    "iam",
    way=Way.READ,
    on=existing_policy,
    journal=("policy_arn", "marker", "max_items"),
    raises=(UnreadableArn, NoSuchPolicy, InvalidMarker),
)
def list_policy_versions(
    call: Call,
    *,
    policy_arn: str,  # noqa: ARG001 - `existing_policy` reads it
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List a policy's versions, newest first, without their documents.

    Raises UnreadableArn, NoSuchPolicy, InvalidMarker.   Source: IAM API, ListPolicyVersions.
    """
    policy = found_policy(call)
    page = paging.page(call, "Versions", marker, max_items)
    if policy.account == AWS:
        rows = [aws_policies.version_of(policy)]
    else:
        rows = policy_versions.page(call.tx, policy.id, below=int(page.after or _PAST_ALL), limit=page.fetch)
    return page.reply(
        rows,
        tell=lambda row: _told(row, speaks=row.number == policy.default_version),
        position=lambda row: str(row.number),
    )


@operation(
    "iam",
    way=Way.CHANGE,
    on=changeable_policy,
    journal=("policy_arn", "version_id"),
    raises=(UnreadableArn, NoSuchPolicy, NoSuchPolicyVersion),
)
def set_default_policy_version(call: Call, *, policy_arn: str, version_id: str) -> Reply:  # noqa: ARG001 - as above
    """Let one version speak, for all who hold the policy, from now on.

    Raises UnreadableArn, NoSuchPolicy, NoSuchPolicyVersion.   Source: IAM API, SetDefaultPolicyVersion.
    """
    policy = found_policy(call)
    policies.set_default(call.tx, policy.id, _version(call, policy, version_id).number)
    return {}


@operation(
    "iam",
    way=Way.CHANGE,
    on=changeable_policy,
    journal=("policy_arn", "version_id"),
    raises=(UnreadableArn, NoSuchPolicy, NoSuchPolicyVersion, VersionIsDefault),
)
def delete_policy_version(call: Call, *, policy_arn: str, version_id: str) -> Reply:  # noqa: ARG001 - as above
    """Delete one version that does not speak; its number is not given again.

    Raises UnreadableArn, NoSuchPolicy, NoSuchPolicyVersion, VersionIsDefault.   Source: IAM API, DeletePolicyVersion.
    """
    policy = found_policy(call)
    version = _version(call, policy, version_id)
    if version.number == policy.default_version:
        raise VersionIsDefault
    policy_versions.remove(call.tx, policy.id, version.number)
    return {}


def _version(call: Call, policy: ManagedPolicy, version_id: str) -> PolicyVersion:
    parsed = _VERSION_ID.fullmatch(version_id)
    version = None if parsed is None else _numbered(call, policy, int(parsed[1]))
    if version is None:
        raise NoSuchPolicyVersion(arn=policy.arn, version=version_id)
    return version


def _numbered(call: Call, policy: ManagedPolicy, number: int) -> PolicyVersion | None:
    if policy.account != AWS:
        return policy_versions.numbered(call.tx, policy.id, number)
    return aws_policies.version_of(policy) if number == policy.default_version else None


def _told(version: PolicyVersion, *, speaks: bool) -> dict[str, Any]:
    return {"VersionId": f"v{version.number}", "IsDefaultVersion": speaks, "CreateDate": version.created_at}
