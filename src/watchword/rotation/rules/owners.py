"""Who owns a user's keys: by its tags, by the map, the account's contact, and at last whoever the rules name."""

from __future__ import annotations

import re

from watchword.rotation.rules.shapes import Owners
from watchword.rotation.seen import Account, User

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{1,255}\Z)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def is_address(text: str) -> bool:
    """Whether a text is one mail address, fit for a header."""
    return _ADDRESS.fullmatch(text) is not None


def of(account: Account, user: User, rules: Owners) -> tuple[str, ...]:
    """Tell who owns a user's keys: mail addresses or names of channels; empty where nobody is known."""
    tags = {name.casefold(): value for name, value in user.tags.items()}
    for name in rules.tags:
        found = named(tags.get(name.casefold(), ""), rules)
        if found:
            return found
    if rules.account_contact and is_address(account.email):
        return (account.email,)
    return rules.fallback


def named(value: str, rules: Owners) -> tuple[str, ...]:
    """Tell who is meant by the value of a tag: what the map says, or addresses between spaces; empty where neither."""
    value = value.strip()
    if value in rules.map:
        return rules.map[value]
    words = value.split()
    return tuple(words) if all(is_address(word) for word in words) else ()
