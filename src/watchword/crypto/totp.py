"""Time-based one-time passwords: seeds, and the time step at which a code is right.

Which codes were used before, and how many wrong ones were given, is decided elsewhere.
Source: RFC 6238 with its defaults (SHA-1, 30 seconds), six digits, as all authenticator apps have them.
"""

from __future__ import annotations

import hmac
from base64 import b32encode

from pyotp import TOTP

from watchword.domain.ids import Random
from watchword.domain.secret import Secret

STEP_SECONDS = 30
SEED_BYTES = 40
"""Forty random bytes are 64 base32 characters: the length of AWS's Base32StringSeed."""

ISSUER = "Watchword"
"""Under which name authenticator apps list a device."""


def mint_seed(random: Random) -> Secret:
    """Draw a seed, in base32."""
    return Secret(b32encode(random(SEED_BYTES)).decode("ascii"))


def enrolment_uri(seed: Secret, label: str) -> Secret:
    """Write what authenticator apps scan; `label` tells people which device it is.

    Source: Google Authenticator, "Key Uri Format"; IAM API, VirtualMFADevice, QRCodePNG.
    """
    return Secret(_codes(seed).provisioning_uri(name=label, issuer_name=ISSUER))


def step_at(now: float) -> int:
    """Tell the time step of an instant, in epoch seconds.  Source: RFC 6238 §4.2."""
    return int(now) // STEP_SECONDS


def around(step: int, reach: int) -> range:
    """Give the time steps within `reach` of one."""
    return range(max(step - reach, 0), step + reach + 1)


def newest_match(seed: Secret, code: str, steps: range) -> int | None:
    """Find the newest of some rising time steps whose code this is."""
    codes = _codes(seed)
    return next((step for step in reversed(steps) if _same(code, codes.generate_otp(step))), None)


def newest_pair(seed: Secret, first: str, second: str, steps: range) -> int | None:
    """Find the newest time step whose code is `second`, and `first` that of the step just before."""
    codes = _codes(seed)
    told = {step: codes.generate_otp(step) for step in range(max(steps.start - 1, 0), steps.stop)}
    pairs = (step for step in reversed(steps) if step - 1 in told)
    return next((step for step in pairs if _same(first, told[step - 1]) and _same(second, told[step])), None)


def _codes(seed: Secret) -> TOTP:
    return TOTP(seed.reveal(), interval=STEP_SECONDS)


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(), right.encode())
