"""The tags of a user."""

from __future__ import annotations

from collections.abc import Sequence

from watchword.services.iam import tagging
from watchword.services.iam.refusals import DuplicateTagKeys, InvalidMarker, LimitExceeded, NoSuchUser, ReservedTag
from watchword.services.iam.targets import found_user, user_named
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import tags as kept


@operation(
    "iam",
    way=Way.CHANGE,
    on=user_named,
    journal=("user_name", "tags"),
    raises=(NoSuchUser, DuplicateTagKeys, ReservedTag, LimitExceeded),
)
def tag_user(call: Call, *, user_name: str, tags: tagging.Passed) -> Reply:  # noqa: ARG001 - read by the target
    """Lay tags over those that a user has: the same key, in whatever letter case, is replaced.

    Raises NoSuchUser, DuplicateTagKeys, ReservedTag, LimitExceeded.   Source: IAM API, TagUser.
    """
    tagging.put(call, found_user(call).id, tags, quota="TagsPerUser")
    return {}


@operation("iam", way=Way.CHANGE, on=user_named, journal=("user_name", "tag_keys"), raises=(NoSuchUser,))
def untag_user(call: Call, *, user_name: str, tag_keys: Sequence[str]) -> Reply:  # noqa: ARG001 - read by the target
    """Take tags away from a user; keys that it does not have are passed over.

    Raises NoSuchUser.   Source: IAM API, UntagUser.
    """
    kept.remove(call.tx, found_user(call).id, tag_keys)
    return {}


@operation(
    "iam",
    way=Way.READ,
    on=user_named,
    journal=("user_name", "marker", "max_items"),
    raises=(NoSuchUser, InvalidMarker),
)
def list_user_tags(
    call: Call,
    *,
    user_name: str,  # noqa: ARG001 - read by the target
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List a user's tags by key.

    Raises NoSuchUser, InvalidMarker.   Source: IAM API, ListUserTags.
    """
    return tagging.listed(call, found_user(call).id, marker, max_items)
