"""The tags of a virtual MFA device."""

from __future__ import annotations

from collections.abc import Sequence

from watchword.services.iam import tagging
from watchword.services.iam.mfa_refusals import NoSuchDevice, OnlyVirtualDevices
from watchword.services.iam.mfa_targets import device_named, found_device
from watchword.services.iam.refusals import DuplicateTagKeys, InvalidMarker, LimitExceeded, ReservedTag
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import tags as kept

TAG_QUOTA = "TagsPerMFADevice"


@operation(
    "iam",
    way=Way.CHANGE,
    on=device_named,
    journal=("serial_number", "tags"),
    raises=(NoSuchDevice, OnlyVirtualDevices, DuplicateTagKeys, ReservedTag, LimitExceeded),
)
def tag_mfa_device(call: Call, *, serial_number: str, tags: tagging.Passed) -> Reply:  # noqa: ARG001 - read by the target
    """Lay tags over those that a device has.

    Raises NoSuchDevice, OnlyVirtualDevices, DuplicateTagKeys, ReservedTag, LimitExceeded.
    Source: IAM API, TagMFADevice.
    """
    tagging.put(call, found_device(call).serial_number, tags, quota=TAG_QUOTA)
    return {}


@operation(
    "iam",
    way=Way.CHANGE,
    on=device_named,
    journal=("serial_number", "tag_keys"),
    raises=(NoSuchDevice, OnlyVirtualDevices),
)
def untag_mfa_device(call: Call, *, serial_number: str, tag_keys: Sequence[str]) -> Reply:  # noqa: ARG001 - as above
    """Take tags away from a device; those that it does not have are passed over.

    Raises NoSuchDevice, OnlyVirtualDevices.   Source: IAM API, UntagMFADevice.
    """
    kept.remove(call.tx, found_device(call).serial_number, tag_keys)
    return {}


@operation(
    "iam",
    way=Way.READ,
    on=device_named,
    journal=("serial_number", "marker", "max_items"),
    raises=(NoSuchDevice, OnlyVirtualDevices, InvalidMarker),
)
def list_mfa_device_tags(
    call: Call,
    *,
    serial_number: str,  # noqa: ARG001 - read by the target
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List a device's tags by key.

    Raises NoSuchDevice, OnlyVirtualDevices, InvalidMarker.   Source: IAM API, ListMFADeviceTags.
    """
    return tagging.listed(call, found_device(call).serial_number, marker, max_items)
