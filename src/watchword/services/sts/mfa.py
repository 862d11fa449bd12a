"""The second factor of AssumeRole and GetSessionToken: a code of the caller's own MFA device."""

from __future__ import annotations

from watchword.domain.principal import Principal, PrincipalType
from watchword.services import mfa_codes
from watchword.services.mfa_codes import Verdict
from watchword.services.operation import Asking
from watchword.services.sts.refusals import MfaCodeInvalid, MfaCodesTooMany, MfaDeviceUnknown, MfaHalfGiven
from watchword.store import mfa_devices
from watchword.store.mfa_devices import MfaDevice

PARAMETERS = ("token_code",)
"""What makes a change of a request: a code that is right is spent."""
REFUSALS = (MfaHalfGiven, MfaDeviceUnknown, MfaCodeInvalid, MfaCodesTooMany)

OWNERS = {PrincipalType.USER, PrincipalType.ROOT}
"""Only who has a device can show one: no role has."""


def shown_at(asking: Asking) -> int:
    """Check and spend the code that a request brings; tell when it was shown in epoch seconds, 0 if none was.

    Raises the REFUSALS.
    """
    serial_number, code = asking.parameters.get("serial_number"), asking.parameters.get("token_code")
    if serial_number is None and code is None:
        return 0
    if serial_number is None or code is None:
        raise MfaHalfGiven
    device = _own_device(asking, serial_number)
    vault = asking.tools.vaults(device.account)
    verdict = mfa_codes.check_code(asking.tx, vault, device, code, now=asking.now)
    if verdict is Verdict.TOO_MANY:
        raise MfaCodesTooMany(minutes=mfa_codes.PATIENCE // 60)
    if verdict is not Verdict.RIGHT:
        raise MfaCodeInvalid
    return int(asking.now)


def _own_device(asking: Asking, serial_number: str) -> MfaDevice:
    device = mfa_devices.by_serial(asking.tx, serial_number)
    if device is None or not _has(asking.caller.principal, device):
        raise MfaDeviceUnknown
    return device


def _has(principal: Principal, device: MfaDevice) -> bool:
    return principal.type in OWNERS and device.owner_id == principal.unique_id
