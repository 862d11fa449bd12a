"""What a password must be made of, by an account's own policy or by AWS's default. Pure.

Source: IAM User Guide, "Set an account password policy for IAM users". The words were recorded from CreateLoginProfile
under the default policy; that an account's own uses the same is not confirmed, nor are those on names.
"""

from __future__ import annotations

import string
from collections.abc import Collection, Iterator

from watchword.store.password_policy import PasswordPolicy

SYMBOLS = "!@#$%^&*()_+-=[]{}|'"
DEFAULT_LENGTH = 8
DEFAULT_KINDS = 3
"""Of the four kinds of character, under the default policy."""

KINDS = {
    "uppercase": (string.ascii_uppercase, "Password should have at least one uppercase letter"),
    "lowercase": (string.ascii_lowercase, "Password should have at least one lowercase letter"),
    "numbers": (string.digits, "Password should have at least one number"),
    "symbols": (SYMBOLS, "Password should have at least one symbol"),
}
"""Kinds of character by PasswordPolicy's names for them, with the words for one that is missing."""


def unmet(password: str, policy: PasswordPolicy | None, names: Collection[str]) -> str:
    """Tell what a password lacks; empty if nothing.

    `policy` None is AWS's default, which alone minds `names`: what the account is called.
    """
    broken = _default(password, names) if policy is None else _own(password, policy)
    return ", ".join(broken)


def _own(password: str, policy: PasswordPolicy) -> Iterator[str]:
    yield from _too_short(password, policy.minimum_length)
    lacking = _lacking(password)
    yield from (words for kind, words in lacking.items() if getattr(policy, kind))


def _default(password: str, names: Collection[str]) -> Iterator[str]:
    yield from _too_short(password, DEFAULT_LENGTH)
    lacking = _lacking(password)
    more = len(lacking) - (len(KINDS) - DEFAULT_KINDS)
    if more > 0:
        yield f"Password should meet {more} more of the following requirements: {', '.join(lacking.values())}"
    if password.casefold() in {name.casefold() for name in names}:
        yield "Password should not be identical to the account name or email address"


def _too_short(password: str, least: int) -> Iterator[str]:
    if len(password) < least:
        yield f"Password should have a minimum length of {least}"


def _lacking(password: str) -> dict[str, str]:
    """Give the kinds of character that a password has none of, with the words for each."""
    there = set(password)
    return {kind: words for kind, (characters, words) in KINDS.items() if there.isdisjoint(characters)}
