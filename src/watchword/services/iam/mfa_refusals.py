"""What IAM refuses about MFA devices, in AWS's words where they are known."""

from __future__ import annotations

from watchword.domain.refusal import Refusal
from watchword.services.iam.refusals import EntityAlreadyExists, InvalidInput, NoSuchEntity


class NoSuchDevice(NoSuchEntity):
    """The account has no virtual device of that serial number.  Source: answers recorded from AWS."""

    text = "VirtualMFADevice with serial number {serial_number} doesn't exist."


class OnlyVirtualDevices(NoSuchEntity):
    """A serial number that no virtual device can have: a hardware token's, or a security key's."""

    text = (
        "`{serial_number}` is no virtual MFA device, and no other kind is offered here: "
        "give the serial number that CreateVirtualMFADevice told"
    )


class NotTheirDevice(NoSuchEntity):
    """The device is nobody's, or somebody else's.  Source: a service that answers in AWS's words."""

    text = "MFA Device invalid for user."


class DeviceExists(EntityAlreadyExists):
    """The account has a device of that path and name, in some letter case.  Source: answers recorded from AWS."""

    text = "MFADevice entity at the same path and name already exists."


class DeviceTaken(EntityAlreadyExists):
    """Somebody has enabled the device.  Source: a service that answers in AWS's words."""

    text = "MFA Device is already in use."


class DeviceInUse(Refusal):
    """Somebody has enabled the device that is to be deleted.  Source: iam model, DeleteConflictException (409)."""

    code, status, text = "DeleteConflict", 409, "MFA VirtualDevice in use. Must deactivate first."


class NameTooLong(InvalidInput):
    """A path and name that make a serial number which no other operation would take."""

    text = (
        "the serial number `{serial_number}` could not be given to any other operation: choose a path and a name of "
        "letters, digits and `_+=/:,.@-` that are no longer than {longest} characters together"
    )


class InvalidAuthenticationCode(Refusal):
    """Source: iam model, InvalidAuthenticationCodeException (403); answers recorded from AWS."""

    code, status, text = "InvalidAuthenticationCode", 403, "Authentication code for device is not valid."


class TooManyWrongCodes(InvalidAuthenticationCode):
    """A limit of ours: codes must not be guessed."""

    text = "too many wrong codes were given: wait {minutes} minutes, then give the next two of the device"
