"""Whom an override is for."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

from watchword.rotation.rules.shapes import Override
from watchword.rotation.seen import Account, User


def is_for(override: Override, account: Account, user: User) -> bool:
    """Whether every kind of match that an override gives fits a user."""
    return may_be_for(override, account, user.name, user.path) and all(
        _carries(user.tags, name, pattern) for name, pattern in override.tags.items()
    )


def may_be_for(override: Override, account: Account, user_name: str, path: str) -> bool:
    """Whether an override fits a user whose tags are not known, or would with the tags that it asks for."""
    return (
        (not override.accounts or account.id in override.accounts)
        and (not override.units or not set(override.units).isdisjoint(account.parents))
        and (not override.users or any(fnmatchcase(user_name, pattern) for pattern in override.users))
        and (not override.paths or any(fnmatchcase(path, pattern) for pattern in override.paths))
    )


def _carries(tags: Mapping[str, str], name: str, pattern: str) -> bool:
    """IAM does not tell tags apart by case.  Source: IAM user guide, rules for tagging."""
    return any(key.casefold() == name.casefold() and fnmatchcase(value, pattern) for key, value in tags.items())
