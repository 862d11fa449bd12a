"""The tags of an instance profile."""

from __future__ import annotations

from collections.abc import Sequence

from watchword.services.iam import tagging
from watchword.services.iam.instance_profile_refusals import NoSuchInstanceProfile
from watchword.services.iam.instance_profile_targets import found_profile, profile_named
from watchword.services.iam.refusals import DuplicateTagKeys, InvalidMarker, LimitExceeded, ReservedTag
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import tags as kept


@operation(
    "iam",
    way=Way.CHANGE,
    on=profile_named,
    journal=("instance_profile_name", "tags"),
    raises=(NoSuchInstanceProfile, DuplicateTagKeys, ReservedTag, LimitExceeded),
)
def tag_instance_profile(call: Call, *, instance_profile_name: str, tags: tagging.Passed) -> Reply:  # noqa: ARG001 - read by the target
    """Lay tags over those that an instance profile has: the same key, in whatever letter case, is replaced.

    Raises NoSuchInstanceProfile, DuplicateTagKeys, ReservedTag, LimitExceeded.   Source: IAM API, TagInstanceProfile.
    """
    tagging.put(call, found_profile(call).id, tags, quota="TagsPerInstanceProfile")
    return {}


@operation(
    "iam",
    way=Way.CHANGE,
    on=profile_named,
    journal=("instance_profile_name", "tag_keys"),
    raises=(NoSuchInstanceProfile,),
)
def untag_instance_profile(call: Call, *, instance_profile_name: str, tag_keys: Sequence[str]) -> Reply:  # noqa: ARG001 - read by the target
    """Take tags away from an instance profile; keys that it does not have are passed over.

    Raises NoSuchInstanceProfile.   Source: IAM API, UntagInstanceProfile.
    """
    kept.remove(call.tx, found_profile(call).id, tag_keys)
    return {}


@operation(
    "iam",
    way=Way.READ,
    on=profile_named,
    journal=("instance_profile_name", "marker", "max_items"),
    raises=(NoSuchInstanceProfile, InvalidMarker),
)
def list_instance_profile_tags(
    call: Call,
    *,
    instance_profile_name: str,  # noqa: ARG001 - read by the target
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List an instance profile's tags by key.

    Raises NoSuchInstanceProfile, InvalidMarker.   Source: IAM API, ListInstanceProfileTags.
    """
    return tagging.listed(call, found_profile(call).id, marker, max_items)
