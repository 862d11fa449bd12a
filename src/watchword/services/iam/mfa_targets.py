"""What operations on MFA devices act on: a device by its serial number, or whoever has it.

A device that does not exist stands for itself, so that whoever may not act on it learns nothing of it.
"""

from __future__ import annotations

import re

from watchword.domain.arn import iam_arn
from watchword.domain.principal import PrincipalType
from watchword.services.iam.mfa_refusals import NoSuchDevice, NotTheirDevice, OnlyVirtualDevices
from watchword.services.iam.targets import Root, found_owner, user_or_caller
from watchword.services.operation import Asking, Call, Target
from watchword.store import mfa_devices, tags
from watchword.store.mfa_devices import MfaDevice
from watchword.store.users import User

VIRTUAL = re.compile(r"arn:aws:iam::([0-9]{12}):mfa/[\w+=/:,.@-]+", re.ASCII)
"""The shape of a virtual device's serial number."""


def owner_named(asking: Asking) -> Target:
    """The user that `UserName` names; without it the caller. Root names itself `root`, unless a user has that name.

    Raises NamelessCaller.
    """
    target = user_or_caller(asking)
    principal = asking.caller.principal
    root = Root(principal.account)
    named = asking.parameters.get("user_name") == root.name and target.subject is None
    if named and principal.type is PrincipalType.ROOT:
        return Target(root.arn, root.account, subject=root)
    return target


def device_to_create(asking: Asking) -> Target:
    """The device that is about to be made."""
    account, asked = asking.caller.account, asking.parameters
    return Target(iam_arn(account, f"mfa{asked.get('path') or '/'}{asked['virtual_mfa_device_name']}"), account)


def device_named(asking: Asking) -> Target:
    """The virtual device that `SerialNumber` names. Another account's is not looked up."""
    tx, account, serial_number = asking.tx, asking.caller.account, asking.parameters["serial_number"]
    virtual = VIRTUAL.fullmatch(serial_number)
    if virtual is None:
        return Target(iam_arn(account, f"mfa/{serial_number}"), account)
    if virtual[1] != account:
        return Target(serial_number, virtual[1])
    device = mfa_devices.by_serial(tx, serial_number)
    return Target(serial_number, account, tags=lambda: tags.of(tx, serial_number), subject=device)


def found_device(call: Call) -> MfaDevice:
    """Give the device that the request was allowed on.

    Raises NoSuchDevice, OnlyVirtualDevices.
    """
    if isinstance(call.target.subject, MfaDevice):
        return call.target.subject
    raise _unknown(call)


def any_device(call: Call) -> MfaDevice:
    """Give the account's device that a request on a user names.

    Raises NoSuchDevice, OnlyVirtualDevices.
    """
    device = mfa_devices.by_serial(call.tx, call.asking.parameters["serial_number"])
    if device is None or device.account != call.account:
        raise _unknown(call)
    return device


def their_device(call: Call) -> tuple[User | Root, MfaDevice]:
    """Give the user, or root, that the request was allowed on, and the device of theirs that it names.

    Raises NoSuchUser, NoSuchDevice, OnlyVirtualDevices, NotTheirDevice.
    """
    owner, device = found_owner(call), any_device(call)
    if device.owner_id != owner.id:
        raise NotTheirDevice
    return owner, device


def _unknown(call: Call) -> NoSuchDevice | OnlyVirtualDevices:
    serial_number = call.asking.parameters["serial_number"]
    kind = NoSuchDevice if VIRTUAL.fullmatch(serial_number) else OnlyVirtualDevices
    return kind(serial_number=serial_number)
