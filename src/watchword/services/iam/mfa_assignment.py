"""Whose an MFA device is: enabled for a user by two codes, brought back into step by two, and taken away."""

from __future__ import annotations

from watchword.services import mfa_codes
from watchword.services.iam.mfa_refusals import (
    DeviceTaken,
    InvalidAuthenticationCode,
    NoSuchDevice,
    NotTheirDevice,
    OnlyVirtualDevices,
    TooManyWrongCodes,
)
from watchword.services.iam.mfa_targets import any_device, owner_named, their_device
from watchword.services.iam.refusals import LimitExceeded, NamelessCaller, NoSuchUser
from watchword.services.iam.targets import found_owner
from watchword.services.mfa_codes import Verdict
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import mfa_devices
from watchword.store.mfa_devices import MfaDevice

DEVICES_PER_USER = 8
"""Source: IAM User Guide, "IAM and AWS STS quotas", MFA devices in use by an IAM user or root."""


@operation(
    "iam",
    way=Way.CHANGE,
    on=owner_named,
    journal=("user_name", "serial_number"),
    raises=(
        NoSuchUser,
        NoSuchDevice,
        OnlyVirtualDevices,
        DeviceTaken,
        LimitExceeded,
        InvalidAuthenticationCode,
        TooManyWrongCodes,
    ),
)
def enable_mfa_device(
    call: Call,
    *,
    user_name: str,  # noqa: ARG001 - read by the target
    serial_number: str,
    authentication_code1: str,
    authentication_code2: str,
) -> Reply:
    """Give a device to a user who shows two of its codes that follow each other.

    Raises NoSuchUser, NoSuchDevice, OnlyVirtualDevices, DeviceTaken, LimitExceeded, InvalidAuthenticationCode,
    TooManyWrongCodes.   Source: IAM API, EnableMFADevice.
    """
    owner, device = found_owner(call), any_device(call)
    if device.owner_id is not None:
        raise DeviceTaken
    if mfa_devices.count_of_owner(call.tx, owner.id) >= DEVICES_PER_USER:
        raise LimitExceeded(quota="MFADevicesPerUser", limit=DEVICES_PER_USER)
    _check_pair(call, device, authentication_code1, authentication_code2, reach=mfa_codes.ENABLE_REACH)
    mfa_devices.enable(call.tx, serial_number, owner_id=owner.id, at=call.now)
    return {}


@operation(
    "iam",
    way=Way.CHANGE,
    on=owner_named,
    journal=("user_name", "serial_number"),
    raises=(
        NoSuchUser,
        NoSuchDevice,
        OnlyVirtualDevices,
        NotTheirDevice,
        InvalidAuthenticationCode,
        TooManyWrongCodes,
    ),
)
def resync_mfa_device(
    call: Call,
    *,
    user_name: str,  # noqa: ARG001 - read by the target
    serial_number: str,  # noqa: ARG001 - read by `their_device`
    authentication_code1: str,
    authentication_code2: str,
) -> Reply:
    """Learn from two codes that follow each other how far a user's device has drifted.

    Raises NoSuchUser, NoSuchDevice, OnlyVirtualDevices, NotTheirDevice, InvalidAuthenticationCode, TooManyWrongCodes.
    Source: IAM API, ResyncMFADevice.
    """
    _, device = their_device(call)
    _check_pair(call, device, authentication_code1, authentication_code2, reach=mfa_codes.RESYNC_REACH)
    return {}


@operation(
    "iam",
    way=Way.CHANGE,
    on=owner_named,
    journal=("user_name", "serial_number"),
    raises=(NamelessCaller, NoSuchUser, NoSuchDevice, OnlyVirtualDevices, NotTheirDevice),
)
def deactivate_mfa_device(
    call: Call,
    *,
    serial_number: str,
    user_name: str | None = None,  # noqa: ARG001 - read by the target
) -> Reply:
    """Take a device from a user, or from the caller. It stays, and codes of it that were used stay spent.

    Raises NamelessCaller, NoSuchUser, NoSuchDevice, OnlyVirtualDevices, NotTheirDevice.
    Source: IAM API, DeactivateMFADevice.
    """
    their_device(call)
    mfa_devices.disable(call.tx, serial_number)
    return {}


def _check_pair(call: Call, device: MfaDevice, first: str, second: str, *, reach: int) -> None:
    """Check two codes and spend them.

    Raises InvalidAuthenticationCode, TooManyWrongCodes.
    """
    verdict = mfa_codes.check_pair(call.tx, call.vault, device, first, second, reach=reach, now=call.now)
    if verdict is Verdict.TOO_MANY:
        raise TooManyWrongCodes(minutes=mfa_codes.PATIENCE // 60)
    if verdict is not Verdict.RIGHT:
        raise InvalidAuthenticationCode
