"""The MFA parameters of AssumeRole and GetSessionToken."""

from __future__ import annotations

from watchword.services.sts.refusals import MfaDeviceUnknown, MfaHalfGiven


def check(serial_number: str | None, token_code: str | None) -> None:
    """Refuse a second factor that cannot be proven: nobody has an MFA device yet, so every device is unknown.

    Raises MfaHalfGiven, MfaDeviceUnknown.
    """
    if serial_number is None and token_code is None:
        return
    if serial_number is None or token_code is None:
        raise MfaHalfGiven
    raise MfaDeviceUnknown
