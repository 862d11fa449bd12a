"""Virtual MFA devices: make, delete and list them. A seed is told once, by CreateVirtualMFADevice, and kept sealed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import segno

from watchword.crypto import totp
from watchword.domain.secret import Secret
from watchword.services.iam import paging, tagging, users
from watchword.services.iam.mfa_refusals import (
    DeviceExists,
    DeviceInUse,
    NameTooLong,
    NoSuchDevice,
    NotTheirDevice,
    OnlyVirtualDevices,
)
from watchword.services.iam.mfa_tags import TAG_QUOTA
from watchword.services.iam.mfa_targets import (
    VIRTUAL,
    device_named,
    device_to_create,
    found_device,
    owner_named,
    their_device,
)
from watchword.services.iam.refusals import (
    DuplicateTagKeys,
    InvalidMarker,
    LimitExceeded,
    NamelessCaller,
    NoSuchUser,
    ReservedTag,
)
from watchword.services.iam.targets import Root, found_owner
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import mfa_devices
from watchword.store.mfa_devices import MfaDevice
from watchword.store.users import User

LONGEST_SERIAL = 240
"""Characters: as long as a marker can carry, and shorter than every operation takes (iam model, serialNumberType)."""

DOT = 4
"""Pixels a side of one dot of a QR code."""

ENABLED = {"Assigned": True, "Unassigned": False, "Any": None}
"""Source: iam model, assignmentStatusType."""


@operation(
    "iam",
    way=Way.CHANGE,
    on=device_to_create,
    journal=("path", "virtual_mfa_device_name", "tags"),
    told=("VirtualMFADevice.SerialNumber",),
    raises=(DuplicateTagKeys, ReservedTag, NameTooLong, DeviceExists, LimitExceeded),
    also=tagging.needed_to_tag("iam:TagMFADevice"),
)
def create_virtual_mfa_device(
    call: Call, *, virtual_mfa_device_name: str, path: str | None = None, tags: tagging.Passed | None = None
) -> Reply:
    """Make a device that is nobody's yet. Its seed, and the QR code that holds it, are told only here.

    Raises DuplicateTagKeys, ReservedTag, NameTooLong, DeviceExists, LimitExceeded.
    Source: IAM API, CreateVirtualMFADevice; the account's quota is that of users.
    """
    given, serial_number = tagging.read(tags), call.target.arn
    if len(serial_number) > LONGEST_SERIAL or not VIRTUAL.fullmatch(serial_number):
        longest = LONGEST_SERIAL - len(serial_number) + len(path or "/") + len(virtual_mfa_device_name)
        raise NameTooLong(serial_number=serial_number, longest=longest)
    if mfa_devices.is_taken(call.tx, call.account, serial_number):
        raise DeviceExists
    if mfa_devices.count(call.tx, call.account) >= call.quotas.users_per_account:
        raise LimitExceeded(quota="MFADevices", limit=call.quotas.users_per_account)
    seed = totp.mint_seed(call.random)
    sealed = call.vault.seal_secret(seed, to=serial_number)
    mfa_devices.add(call.tx, MfaDevice(serial_number, call.account, sealed, call.now))
    tagging.put(call, serial_number, tags, quota=TAG_QUOTA)
    told = {
        "SerialNumber": serial_number,
        "Base32StringSeed": seed.reveal().encode(),
        "QRCodePNG": _picture(totp.enrolment_uri(seed, f"{virtual_mfa_device_name}@{call.account}")),
    }
    return {"VirtualMFADevice": {**told, "Tags": tagging.told(given)} if given else told}


@operation(
    "iam",
    way=Way.CHANGE,
    on=device_named,
    journal=("serial_number",),
    raises=(NoSuchDevice, OnlyVirtualDevices, DeviceInUse),
)
def delete_virtual_mfa_device(call: Call, *, serial_number: str) -> Reply:
    """Delete a device that nobody has enabled.

    Raises NoSuchDevice, OnlyVirtualDevices, DeviceInUse.   Source: IAM API, DeleteVirtualMFADevice.
    """
    if found_device(call).owner_id is not None:
        raise DeviceInUse
    mfa_devices.remove(call.tx, serial_number)
    return {}


@operation(
    "iam",
    way=Way.READ,
    on=owner_named,
    journal=("serial_number", "user_name"),
    raises=(NamelessCaller, NoSuchUser, NoSuchDevice, OnlyVirtualDevices, NotTheirDevice),
)
def get_mfa_device(
    call: Call,
    *,
    serial_number: str,  # noqa: ARG001 - read by `their_device`
    user_name: str | None = None,  # noqa: ARG001 - read by the target
) -> Reply:
    """Tell since when a user, or the caller, has a device.

    Raises NamelessCaller, NoSuchUser, NoSuchDevice, OnlyVirtualDevices, NotTheirDevice.
    Source: IAM API, GetMFADevice.
    """
    owner, device = their_device(call)
    return _listed(device, owner)


@operation(
    "iam",
    way=Way.READ,
    on=owner_named,
    journal=("user_name", "marker", "max_items"),
    raises=(NamelessCaller, NoSuchUser, InvalidMarker),
)
def list_mfa_devices(
    call: Call,
    *,
    user_name: str | None = None,  # noqa: ARG001 - read by the target
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List the devices of a user, or of the caller.

    Raises NamelessCaller, NoSuchUser, InvalidMarker.   Source: IAM API, ListMFADevices.
    """
    owner = found_owner(call)
    page = paging.page(call, "MFADevices", marker, max_items)
    found = mfa_devices.of_owner(call.tx, owner.id, after=page.after)
    return page.reply(found, tell=lambda one: _listed(one, owner), position=_position)


@operation(
    "iam",
    way=Way.READ,
    journal=("assignment_status", "marker", "max_items"),
    raises=(InvalidMarker,),
)
def list_virtual_mfa_devices(
    call: Call, *, assignment_status: str | None = None, marker: str | None = None, max_items: int | None = None
) -> Reply:
    """List the account's devices by path and name, with whose they are: all, or those that are (not) enabled.

    Raises InvalidMarker.   Source: IAM API, ListVirtualMFADevices: without tags.
    """
    page = paging.page(call, "VirtualMFADevices", marker, max_items)
    enabled = ENABLED[assignment_status or "Any"]
    found = mfa_devices.page(call.tx, call.account, enabled=enabled, after=page.after, limit=page.fetch)
    return page.reply(found, tell=_with_owner(call, found), position=_position)


def _picture(text: Secret) -> bytes:
    drawn = BytesIO()
    segno.make(text.reveal(), micro=False).save(drawn, kind="png", scale=DOT)
    return drawn.getvalue()


def _listed(device: MfaDevice, owner: User | Root) -> Mapping[str, Any]:
    return {"UserName": owner.name, "SerialNumber": device.serial_number, "EnableDate": device.enabled_at}


def _with_owner(call: Call, devices: list[MfaDevice]) -> Callable[[MfaDevice], Mapping[str, Any]]:
    having = mfa_devices.owners(call.tx, devices)

    def tell(device: MfaDevice) -> Mapping[str, Any]:
        told: dict[str, Any] = {"SerialNumber": device.serial_number}
        if device.owner_id is None:
            return told
        user = having.get(device.owner_id)
        whose = users.listed_root(call, Root(device.account)) if user is None else users.listed(user)
        return {**told, "User": whose, "EnableDate": device.enabled_at}

    return tell


def _position(device: MfaDevice) -> str:
    return mfa_devices.key_of(device.serial_number)
