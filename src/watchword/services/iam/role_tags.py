"""The tags of a role."""

from __future__ import annotations

from collections.abc import Sequence

from watchword.services.iam import tagging
from watchword.services.iam.policy_refusals import NoSuchRole
from watchword.services.iam.refusals import DuplicateTagKeys, InvalidMarker, LimitExceeded, ReservedTag
from watchword.services.iam.role_targets import found_role, role_named
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import tags as kept


@operation(
    "iam",
    way=Way.CHANGE,
    on=role_named,
    journal=("role_name", "tags"),
    raises=(NoSuchRole, DuplicateTagKeys, ReservedTag, LimitExceeded),
)
def tag_role(call: Call, *, role_name: str, tags: tagging.Passed) -> Reply:  # noqa: ARG001 - read by the target
    """Lay tags over those that a role has: the same key, in whatever letter case, is replaced.

    Raises NoSuchRole, DuplicateTagKeys, ReservedTag, LimitExceeded.   Source: IAM API, TagRole.
    """
    tagging.put(call, found_role(call).id, tags, quota="TagsPerRole")
    return {}


@operation("iam", way=Way.CHANGE, on=role_named, journal=("role_name", "tag_keys"), raises=(NoSuchRole,))
def untag_role(call: Call, *, role_name: str, tag_keys: Sequence[str]) -> Reply:  # noqa: ARG001 - read by the target
    """Take tags away from a role; keys that it does not have are passed over.

    Raises NoSuchRole.   Source: IAM API, UntagRole.
    """
    kept.remove(call.tx, found_role(call).id, tag_keys)
    return {}


@operation(
    "iam",
    way=Way.READ,
    on=role_named,
    journal=("role_name", "marker", "max_items"),
    raises=(NoSuchRole, InvalidMarker),
)
def list_role_tags(
    call: Call,
    *,
    role_name: str,  # noqa: ARG001 - read by the target
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List a role's tags by key.

    Raises NoSuchRole, InvalidMarker.   Source: IAM API, ListRoleTags.
    """
    return tagging.listed(call, found_role(call).id, marker, max_items)
