"""Managed policies: create, tell, list and delete. Their versions, tags and holders have files of their own."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any

from watchword.domain.ids import Prefix, mint_unique_id
from watchword.policy import Kind, MalformedPolicy
from watchword.services.iam import paging, tagging
from watchword.services.iam.policy_documents import check
from watchword.services.iam.policy_refusals import (
    NoSuchPolicy,
    PolicyAttached,
    PolicyExists,
    PolicyHasVersions,
    UnreadableArn,
)
from watchword.services.iam.policy_targets import changeable_policy, existing_policy, found_policy
from watchword.services.iam.refusals import DuplicateTagKeys, InvalidMarker, LimitExceeded, ReservedTag
from watchword.services.iam.targets import to_create, under_path
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import attachments, aws_policies, policies, policy_versions, tags
from watchword.store.accounts import AWS
from watchword.store.policies import ManagedPolicy, Usage
from watchword.store.policy_versions import PolicyVersion
from watchword.store.tx import Tx


@operation(
    "iam",
    way=Way.CHANGE,
    on=to_create("policy"),
    journal=("policy_name", "path", "policy_document", "description", "tags"),
    raises=(MalformedPolicy, DuplicateTagKeys, ReservedTag, PolicyExists, LimitExceeded),
    also=tagging.needed_to_tag("iam:TagPolicy"),
)
def create_policy(
    call: Call,
    *,
    policy_name: str,
    path: str | None = None,
    policy_document: str,
    description: str | None = None,
    tags: tagging.Passed | None = None,
) -> Reply:
    """Make a managed policy; its document becomes version 1, which is the default.

    Raises MalformedPolicy, DuplicateTagKeys, ReservedTag, PolicyExists, LimitExceeded.
    Source: IAM API, CreatePolicy.
    """
    check_managed(call, policy_document)
    passed = tagging.read(tags)
    _refuse_taken(call, policy_name)
    policy = ManagedPolicy(
        id=mint_unique_id(Prefix.MANAGED_POLICY, call.random),
        account=call.account,
        name=policy_name,
        path=path or "/",
        description=description,
        default_version=1,
        newest_version=1,
        created_at=call.now,
        updated_at=call.now,
    )
    policies.add(call.tx, policy)
    policy_versions.add(call.tx, PolicyVersion(policy.id, 1, policy_document, call.now))
    tagging.put(call, policy.id, tags, quota="TagsPerPolicy")
    told = _told(policy, attached=0, bounding=0)
    return {"Policy": {**told, "Tags": tagging.told(passed)} if passed else told}


@operation("iam", way=Way.READ, on=existing_policy, journal=("policy_arn",), raises=(UnreadableArn, NoSuchPolicy))
def get_policy(call: Call, *, policy_arn: str) -> Reply:  # noqa: ARG001 - `existing_policy` reads it
    """Tell of a managed policy, but not its document.

    Raises UnreadableArn, NoSuchPolicy.   Source: IAM API, GetPolicy.
    """
    policy = found_policy(call)
    (told,) = _told_with_use(call.tx, call.account, [policy])
    if policy.description is not None:
        told["Description"] = policy.description
    return {"Policy": {**told, "Tags": tagging.told(tags.of(call.tx, policy.id))}}


@operation(
    "iam",
    way=Way.READ,
    on=under_path("policy"),
    journal=("scope", "only_attached", "path_prefix", "policy_usage_filter", "marker", "max_items"),
    raises=(InvalidMarker,),
)
def list_policies(
    call: Call,
    *,
    scope: str | None = None,
    only_attached: bool | None = None,
    path_prefix: str | None = None,
    policy_usage_filter: str | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List managed policies by name: the account's first, then AWS's own.

    Raises InvalidMarker.   Source: IAM API, ListPolicies.
    """
    page = paging.page(call, "Policies", marker, max_items)
    used_as = _usages(policy_usage_filter, only_attached=only_attached)
    rows = list(islice(_listed(page, scope or "All", path_prefix or "/", used_as), page.fetch))
    told = dict(zip((row.id for row in rows), _told_with_use(call.tx, call.account, rows), strict=True))
    return page.reply(rows, tell=lambda row: told[row.id], position=_position)


@operation(
    "iam",
    way=Way.CHANGE,
    on=changeable_policy,
    journal=("policy_arn",),
    raises=(UnreadableArn, NoSuchPolicy, PolicyAttached, PolicyHasVersions),
)
def delete_policy(call: Call, *, policy_arn: str) -> Reply:  # noqa: ARG001 - `existing_policy` reads it
    """Delete a managed policy that nobody holds and that has only its default version.

    Raises UnreadableArn, NoSuchPolicy, PolicyAttached, PolicyHasVersions.   Source: IAM API, DeletePolicy.
    """
    policy = found_policy(call)
    if attachments.holders(call.tx, call.account, [policy.id]) or policies.boundary_uses(
        call.tx, call.account, [policy.arn]
    ):
        raise PolicyAttached
    if policy_versions.count(call.tx, policy.id) > 1:
        raise PolicyHasVersions
    policies.remove(call.tx, policy.id)
    return {}


def check_managed(call: Call, document: str) -> None:
    """See that a document may be a version of a managed policy.

    Raises MalformedPolicy, LimitExceeded.
    """
    limit = call.quotas.managed_policy_size
    check(document, Kind.MANAGED, limit=limit, reached=LimitExceeded(quota="PolicySize", limit=limit))


def _refuse_taken(call: Call, name: str) -> None:
    if policies.named(call.tx, call.account, name) is not None:
        raise PolicyExists(name=name)
    limit = call.quotas.policies_per_account
    if policies.count(call.tx, call.account) >= limit:
        raise LimitExceeded(quota="PoliciesPerAccount", limit=limit)


def _usages(usage_filter: str | None, *, only_attached: bool | None) -> Collection[Usage]:
    if usage_filter is not None:
        return (Usage(usage_filter),)
    return tuple(Usage) if only_attached else ()


def _listed(page: paging.Page, scope: str, path_prefix: str, used_as: Collection[Usage]) -> Iterator[ManagedPolicy]:
    """Read on from where the page begins; AWS's own are read only when the account's do not fill the page."""
    tx, account = page.call.tx, page.call.account
    reached, _, after = page.after.partition("/")
    for owner in (account, AWS):
        if scope == ("AWS" if owner == account else "Local") or (reached == AWS and owner != AWS):
            continue
        begin = after if reached == owner else ""
        if owner == AWS and not used_as:
            yield from aws_policies.page(path_prefix=path_prefix, after=begin, limit=page.fetch)
        else:
            yield from policies.page(
                tx, account, owner=owner, path_prefix=path_prefix, used_as=used_as, after=begin, limit=page.fetch
            )


def _position(policy: ManagedPolicy) -> str:
    return f"{policy.account}/{policy.name.lower()}"


def _told_with_use(tx: Tx, account: str, listed: Collection[ManagedPolicy]) -> list[dict[str, Any]]:
    """Tell of policies with how many hold them in an account: a few counts, however many policies."""
    held = attachments.holders(tx, account, [policy.id for policy in listed])
    bounding = policies.boundary_uses(tx, account, [policy.arn for policy in listed])
    return [_told(policy, attached=held.get(policy.id, 0), bounding=bounding.get(policy.arn, 0)) for policy in listed]


def _told(policy: ManagedPolicy, *, attached: int, bounding: int) -> dict[str, Any]:
    return {
        "PolicyName": policy.name,
        "PolicyId": policy.id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": f"v{policy.default_version}",
        "AttachmentCount": attached,
        "PermissionsBoundaryUsageCount": bounding,
        "IsAttachable": True,
        "CreateDate": policy.created_at,
        "UpdateDate": policy.updated_at,
    }
