"""The password policy of an account, where it has set one."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from watchword.store import account_settings
from watchword.store.tx import Tx

_NAME = "password-policy"
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """What an account asks of its users' passwords; the defaults are those of UpdateAccountPasswordPolicy.

    `max_age_days` 0 means that passwords never expire, `reuse_prevention` 0 that any may be used again.
    """

    minimum_length: int = 6
    symbols: bool = False
    numbers: bool = False
    uppercase: bool = False
    lowercase: bool = False
    users_may_change: bool = False
    max_age_days: int = 0
    reuse_prevention: int = 0
    hard_expiry: bool | None = None

    def expires_at(self, changed_at: int) -> int | None:
        """Tell when a password expires that was set at `changed_at`; both in epoch seconds, None for never."""
        return changed_at + self.max_age_days * _DAY if self.max_age_days else None


def of(tx: Tx, account: str) -> PasswordPolicy | None:
    """Give an account's own password policy; None where AWS's default holds."""
    kept = account_settings.get(tx, account, _NAME)
    return None if kept is None else PasswordPolicy(**kept)


def put(tx: Tx, account: str, policy: PasswordPolicy) -> None:
    """Set an account's password policy, in place of the one it had."""
    account_settings.put(tx, account, _NAME, asdict(policy))


def remove(tx: Tx, account: str) -> bool:
    """Go back to AWS's default; tells whether there was a policy."""
    return account_settings.remove(tx, account, _NAME)
