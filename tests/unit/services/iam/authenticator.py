"""An authenticator app: what a person holds when an MFA device was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyotp import TOTP

from tests.unit.services.iam.house import House

STEP = 30


@dataclass(frozen=True)
class Authenticator:
    """Shows the codes of one device; `offset` is time steps from the house's time."""

    serial_number: str
    seed: str

    def code(self, house: House, offset: int = 0) -> str:
        return TOTP(self.seed).at(house.tools.clock.now() + offset * STEP)

    def pair(self, house: House, offsets: tuple[int, int]) -> dict[str, Any]:
        first, second = (self.code(house, offset) for offset in offsets)
        return {"authentication_code1": first, "authentication_code2": second}

    def enable(self, house: House, user_name: str, *, offsets: tuple[int, int] = (-1, 0)) -> None:
        codes = self.pair(house, offsets)
        house.ask("enable_mfa_device", user_name=user_name, serial_number=self.serial_number, **codes)

    def resync(self, house: House, user_name: str, *, offsets: tuple[int, int]) -> None:
        codes = self.pair(house, offsets)
        house.ask("resync_mfa_device", user_name=user_name, serial_number=self.serial_number, **codes)


def made(house: House, name: str) -> Authenticator:
    """Make a device that nobody has yet."""
    told = house.ask("create_virtual_mfa_device", virtual_mfa_device_name=name)["VirtualMFADevice"]
    return Authenticator(told["SerialNumber"], told["Base32StringSeed"].decode())
