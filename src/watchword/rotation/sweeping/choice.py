"""Which accounts and users a sweep is about."""

from __future__ import annotations

import msgspec

from watchword.rotation.seen import Account, User


class Choice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was chosen; nothing chosen is everything. It goes into workflows as JSON, so it holds names alone.

    `only` leaves other users out. `forced` users get a new key whatever the age of theirs, and leave others out too. A
    user is named `name`, or `account/name` where the name alone would be of several accounts.
    """

    accounts: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    forced: tuple[str, ...] = ()

    def takes_account(self, account: Account) -> bool:
        """Whether an account is looked at at all."""
        return not self.accounts or any(is_called(account, word) for word in self.accounts)

    def takes_user(self, user: User) -> bool:
        """Whether a user is."""
        named = (*self.only, *self.forced)
        return not named or any(_names(one, user) for one in named)

    def forces(self, user: User) -> bool:
        """Whether a user is to get a new key in any case."""
        return any(_names(one, user) for one in self.forced)

    def users_in(self, account: Account) -> tuple[str, ...]:
        """Give the names of users that were named and may be of an account."""
        words = (word.rpartition("/") for word in (*self.only, *self.forced))
        return tuple(name for of, _, name in words if of in {"", account.id})


EVERYTHING = Choice()


def is_called(account: Account, word: str) -> bool:
    """Whether a word is an account's number or name. A number is never a name: accounts may name themselves."""
    return account.id == word or (account.name == word and not word.isdecimal())


def _names(word: str, user: User) -> bool:
    account, found, name = word.rpartition("/")
    return name == user.name and (not found or account == user.account)
