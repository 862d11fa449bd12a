"""Tags on managed policies."""

from __future__ import annotations

from collections.abc import Sequence

from watchword.services.iam import tagging
from watchword.services.iam.policy_refusals import NoSuchPolicy, UnreadableArn
from watchword.services.iam.policy_targets import changeable_policy, existing_policy, found_policy
from watchword.services.iam.refusals import DuplicateTagKeys, InvalidMarker, LimitExceeded, ReservedTag
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import tags as kept_tags

TAG_QUOTA = "TagsPerPolicy"


@operation(
    "iam",
    way=Way.CHANGE,
    on=changeable_policy,
    journal=("policy_arn", "tags"),
    raises=(UnreadableArn, NoSuchPolicy, DuplicateTagKeys, ReservedTag, LimitExceeded),
)
def tag_policy(call: Call, *, policy_arn: str, tags: tagging.Passed) -> Reply:  # noqa: ARG001 - read by its target
    """Lay tags over those that a policy has.

    Raises UnreadableArn, NoSuchPolicy, DuplicateTagKeys, ReservedTag, LimitExceeded.   Source: IAM API, TagPolicy.
    """
    tagging.put(call, found_policy(call).id, tags, quota=TAG_QUOTA)
    return {}


@operation(
    "iam",
    way=Way.CHANGE,
    on=changeable_policy,
    journal=("policy_arn", "tag_keys"),
    raises=(UnreadableArn, NoSuchPolicy),
)
def untag_policy(call: Call, *, policy_arn: str, tag_keys: Sequence[str]) -> Reply:  # noqa: ARG001 - read by its target
    """Take tags away from a policy; those that it does not have are passed over.

    Raises UnreadableArn, NoSuchPolicy.   Source: IAM API, UntagPolicy.
    """
    kept_tags.remove(call.tx, found_policy(call).id, tag_keys)
    return {}


@operation(
    "iam",
    way=Way.READ,
    on=existing_policy,
    journal=("policy_arn", "marker", "max_items"),
    raises=(UnreadableArn, NoSuchPolicy, InvalidMarker),
)
def list_policy_tags(
    call: Call,
    *,
    policy_arn: str,  # noqa: ARG001 - `existing_policy` reads it
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List a policy's tags by key.

    Raises UnreadableArn, NoSuchPolicy, InvalidMarker.   Source: IAM API, ListPolicyTags.
    """
    return tagging.listed(call, found_policy(call).id, marker, max_items)
