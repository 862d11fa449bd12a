"""What a secret holds: one text or some bytes, sealed to the row that keeps it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

from watchword.crypto.sealing import BrokenSeal
from watchword.services.operation import Asking
from watchword.services.secretsmanager.refusals import DecryptionFailure, InvalidParameter, NoValue, TwoValues
from watchword.store.secret_versions import Version

LARGEST = 65_536
"""Bytes.  Source: secretsmanager model; Secrets Manager User Guide, "Quotas"."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value in the clear. It is never shown."""

    content: bytes = field(repr=False)
    is_binary: bool

    def same(self, other: Value) -> bool:
        """Compare without telling by the time it takes where they differ."""
        return self.is_binary is other.is_binary and hmac.compare_digest(self.content, other.content)

    def told(self) -> dict[str, str | bytes]:
        """Write it as replies hold it."""
        return {"SecretBinary": self.content} if self.is_binary else {"SecretString": self.content.decode()}


def passed(secret_string: str | None, secret_binary: bytes | None) -> Value | None:
    """Read the value of a request, if it has one.

    Raises TwoValues, InvalidParameter.
    """
    if secret_string is not None and secret_binary is not None:
        raise TwoValues
    if secret_string is None and secret_binary is None:
        return None
    content = secret_binary if secret_string is None else secret_string.encode()
    if content is None or len(content) > LARGEST:
        raise InvalidParameter(message=f"The secret value can have {LARGEST} bytes at most.")
    return Value(content, is_binary=secret_string is None)


def needed(secret_string: str | None, secret_binary: bytes | None) -> Value:
    """Read the value of a request that must have one.

    Raises NoValue, TwoValues, InvalidParameter.
    """
    value = passed(secret_string, secret_binary)
    if value is None:
        raise NoValue
    return value


def sealed(asking: Asking, account: str, arn: str, version_id: str, value: Value) -> bytes:
    """Seal a value with the key of the account that owns the secret, whoever asks."""
    return asking.tools.vaults(account).seal(value.content, to=_row(arn, version_id))


def opened(asking: Asking, account: str, version: Version) -> Value | None:
    """Open what a version holds, if it holds anything yet.

    Raises DecryptionFailure.
    """
    if version.sealed is None:
        return None
    try:
        content = asking.tools.vaults(account).open(version.sealed, to=_row(version.secret_arn, version.id))
    except BrokenSeal as error:
        raise DecryptionFailure from error
    return Value(content, version.is_binary)


def _row(arn: str, version_id: str) -> str:
    """Name the row that a value is sealed to; the ARN has the account and the region in it."""
    return f"secret version {version_id} of {arn}"
