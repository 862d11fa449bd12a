"""Whether a code of an MFA device is right: the one place where codes are checked, spent and counted.

A right code is spent and a wrong one counted whatever becomes of the request, so that no code is good twice and nobody
may guess for long. Whose device it has to be, and how a no is worded, is each service's own.
"""

from __future__ import annotations

from enum import Enum

from watchword.crypto import totp
from watchword.crypto.sealing import Vault
from watchword.store import mfa_devices
from watchword.store.mfa_devices import MfaDevice
from watchword.store.tx import Tx

CODE_REACH = 1
"""Time steps that a code may be early or late, seen from where its device's clock was last.  Source: RFC 6238 §5.2."""
ENABLE_REACH = 10
"""Time steps that a new device's clock may be off: five minutes."""
RESYNC_REACH = 120
"""Time steps that a known device's clock may be off: an hour."""

WRONG_CODES = 5
"""Wrong codes of one owner's devices after which no more are tried for a while. Guessing six digits, of which three
are right at any time, then takes centuries."""
PATIENCE = 300
"""Seconds from the newest wrong code until others are tried."""


class Verdict(Enum):
    """What a check of a code found."""

    RIGHT = "right, and spent now"
    WRONG = "wrong, or spent before"
    TOO_MANY = "not tried: too many wrong ones were given"


def check_code(tx: Tx, vault: Vault, device: MfaDevice, code: str, *, now: float) -> Verdict:
    """Check one code of an enabled device at the authority's time, in epoch seconds."""
    if _too_many_wrong(tx, device, now):
        return Verdict.TOO_MANY
    steps = totp.around(totp.step_at(now) + device.drift_steps, CODE_REACH)
    step = totp.newest_match(vault.open_secret(device.sealed_seed, to=device.serial_number), code, steps)
    if step is None:
        return _wrong(tx, device, now)
    if step <= device.last_step:  # a spent code is no guess, and not counted as one
        return Verdict.WRONG
    return _right(tx, device, step, device.drift_steps)


def check_pair(tx: Tx, vault: Vault, device: MfaDevice, first: str, second: str, *, reach: int, now: float) -> Verdict:
    """Check two codes that follow each other, neither of them spent, and keep how far the device's clock is off.

    `reach` is how many time steps it may be.
    """
    if _too_many_wrong(tx, device, now):
        return Verdict.TOO_MANY
    seed = vault.open_secret(device.sealed_seed, to=device.serial_number)
    step = totp.newest_pair(seed, first, second, totp.around(totp.step_at(now), reach))
    if step is None:
        return _wrong(tx, device, now)
    if step - 1 <= device.last_step:
        return Verdict.WRONG
    return _right(tx, device, step, step - totp.step_at(now))


def _too_many_wrong(tx: Tx, device: MfaDevice, now: float) -> bool:
    """Count over all devices of an owner: eight of them must not give eight times as many guesses."""
    devices = [device] if device.owner_id is None else mfa_devices.of_owner(tx, device.owner_id)
    return sum(_wrong_lately(one, now) for one in devices) >= WRONG_CODES


def _wrong_lately(device: MfaDevice, now: float) -> int:
    return device.wrong_codes if now - device.wrong_at < PATIENCE else 0


def _wrong(tx: Tx, device: MfaDevice, now: float) -> Verdict:
    codes, at = _wrong_lately(device, now) + 1, int(now)
    tx.even_if_refused(lambda kept: mfa_devices.note_wrong(kept, device.serial_number, codes=codes, at=at))
    return Verdict.WRONG


def _right(tx: Tx, device: MfaDevice, step: int, drift: int) -> Verdict:
    tx.even_if_refused(lambda kept: mfa_devices.spend(kept, device.serial_number, step=step, drift=drift))
    return Verdict.RIGHT
