"""Somebody's phone: an authenticator app that shows the codes of one MFA device, at the authority's time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyotp import TOTP

from tests.support.authority import Authority

STEP = 30
"""Seconds."""


@dataclass
class Phone:
    """Each code that it shows is newer than the one before; where that would be too early, time is moved forward."""

    authority: Authority
    serial_number: str
    seed: str
    shown: int = 0
    """The time step of the newest code it has shown."""

    @classmethod
    def new(cls, authority: Authority, iam: Any, name: str = "phone", **more: Any) -> Phone:
        """Make a device, by somebody's IAM client, and scan it."""
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name, **more)["VirtualMFADevice"]
        return cls(authority, device["SerialNumber"], device["Base32StringSeed"].decode())

    def code(self) -> str:
        """Show the next code."""
        self.shown = max(self.shown + 1, self._step())
        if self.shown > self._step() + 1:
            self.authority.advance(STEP)
        return TOTP(self.seed).generate_otp(self.shown)

    def wrong_code(self) -> str:
        """Make up a code that the phone does not show anywhere near now."""
        near = {TOTP(self.seed).generate_otp(step) for step in range(self._step() - 130, self._step() + 130)}
        return next(code for code in ("123456", "234567", "345678") if code not in near)

    def pair(self) -> dict[str, Any]:
        """Show the next two codes, as EnableMFADevice and ResyncMFADevice take them."""
        return {"AuthenticationCode1": self.code(), "AuthenticationCode2": self.code()}

    def enable(self, iam: Any, user_name: str) -> Phone:
        iam.enable_mfa_device(UserName=user_name, SerialNumber=self.serial_number, **self.pair())
        return self

    def proof(self) -> dict[str, Any]:
        """Show the next code, as STS takes it."""
        return {"SerialNumber": self.serial_number, "TokenCode": self.code()}

    def _step(self) -> int:
        now: datetime = self.authority.client("watchword").get_server_information()["Now"]
        return int(now.timestamp()) // STEP
