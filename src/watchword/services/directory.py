"""What decisions are made from: accounts' keys, principals and roles, in memory, with their policies compiled.

Filled from the store on first use, and emptied subject by subject as the change feed tells. On the event loop it only
remembers (`Miss` sends the request to a worker thread); on a worker thread it may also read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from watchword.crypto.sealing import Vault
from watchword.domain.arn import iam_arn
from watchword.policy import Policy
from watchword.services import reading
from watchword.services.known import KnownKey, KnownOidcProvider, KnownRole, KnownSamlProvider, KnownUser
from watchword.services.limits import UNLIMITED, Limits, read_limits
from watchword.services.memory import Memory
from watchword.services.reading import Read
from watchword.services.sessions.standing import Standing, read_standing
from watchword.services.shelf import Shelf
from watchword.store import access_keys, endings
from watchword.store.access_keys import KeyAndOwner
from watchword.store.organizations import Organization
from watchword.store.tx import Tx

K = TypeVar("K")


class Miss(Exception):  # noqa: N818 - not a fault: the same work is done again where reading is allowed
    """What was asked for is not in memory."""


class Directory:
    """The memory, seen with or without leave to read what it lacks."""

    __slots__ = ("_changed", "_generation", "_look", "_memory", "_remembers", "_tx", "_vaults")

    def __init__(
        self,
        memory: Memory,
        vaults: Callable[[str], Vault],
        *,
        tx: Tx | None = None,
        remembers: bool = False,
        look: Callable[[str], KeyAndOwner | None] | None = None,
        changed: frozenset[str] = frozenset(),
    ) -> None:
        self._memory = memory
        self._vaults = vaults
        self._tx = tx
        self._remembers = remembers
        self._look = look  # finds a key where there is no transaction, if that takes no time worth speaking of
        self._changed = changed
        self._generation = memory.generation  # before the transaction's first query, which decides what it sees

    def reading(self, tx: Tx, *, remember: bool, changed: frozenset[str] = frozenset()) -> Directory:
        """Give the same directory with leave to read in a transaction in which nothing was read yet.

        `remember` must be False in a changing transaction: what it reads may never be committed. `changed` are subjects
        whose change the memory has not heard of yet: what was made of them is read anew.
        """
        return Directory(self._memory, self._vaults, tx=tx, remembers=remember, changed=changed)

    def anew(self, tx: Tx) -> Directory:
        """Give a directory that remembers nothing yet: for what may have changed since the other heard of changes."""
        return Directory(Memory(self._memory.now), self._vaults, tx=tx)

    def rights_made_of(self, principal_id: str, policy_arns: Iterable[str]) -> frozenset[str]:
        """Give what the rights of a user or role, and managed policies, were made from, as far as they are here."""
        memory = self._memory
        known = memory.users.made_of(principal_id) | memory.roles.made_of(principal_id)
        return known.union(*map(memory.policies.made_of, policy_arns))

    def is_closed(self, account: str) -> bool:
        """Tell whether an account was closed; one that nobody knows counts as such.  Raises Miss."""
        return self._find(self._memory.closed, account, reading.closed) is not False

    def key(self, key_id: str) -> KnownKey | None:
        """Find a long-term access key; those of a closed account are none any more.  Raises Miss."""
        known = self._key(key_id)
        return None if known is None or self.is_closed(known.account) else known

    def _key(self, key_id: str) -> KnownKey | None:
        known = self._remembered(self._memory.keys, key_id)
        if known is not None or self._look is None:
            return known or self._find(self._memory.keys, key_id, self._read_key)
        row = self._look(key_id)
        if row is None:
            return None
        known = self._known_key(row)
        if self._memory.met.knows(key_id):
            self._memory.remember(self._memory.keys, key_id, known, _key_subjects(known), self._memory.generation)
        return known

    def user(self, user_id: str) -> KnownUser | None:
        """Find a user by its unique id.  Raises Miss."""
        return self._find(self._memory.users, user_id, reading.user)

    def role(self, role_id: str) -> KnownRole | None:
        """Find a role by its unique id.  Raises Miss."""
        return self._find(self._memory.roles, role_id, reading.role)

    def role_by_arn(self, arn: str) -> KnownRole | None:
        """Find a role by its whole ARN; those of a closed account are none any more.  Raises Miss."""
        known = self._find(self._memory.role_arns, arn, reading.role_by_arn)
        return None if known is None or self.is_closed(known.account) else known

    def managed_policy(self, arn: str) -> Policy | None:
        """Find a managed policy in its default version.  Raises Miss."""
        return self._find(self._memory.policies, arn, reading.policy)

    def organization(self, account: str) -> Organization | None:
        """Find the organization that an account belongs to.  Raises Miss."""
        return self._find(self._memory.organizations, account, reading.organization)

    def place(self, account: str) -> tuple[str, ...]:
        """Give the ids from an organization's root to what an account stands right below, if any.  Raises Miss."""
        return self._find(self._memory.places, account, reading.place) or ()

    def limits(self, account: str) -> Limits:
        """Give what an organization's policies leave of an account, remembered also where that is all.  Raises Miss."""
        return self._find(self._memory.limits, account, read_limits) or UNLIMITED

    def oidc_provider(self, arn: str) -> KnownOidcProvider | None:
        """Find an OpenID provider by its ARN.  Raises Miss."""
        return self._find(self._memory.oidc_providers, arn, reading.oidc_provider)

    def saml_provider(self, arn: str) -> KnownSamlProvider | None:
        """Find a SAML provider by its ARN.  Raises Miss."""
        return self._find(self._memory.saml_providers, arn, reading.saml_provider)

    def standing(self, account: str) -> Standing:
        """Give what stands against sessions of an account: ends and blocks.  Raises Miss."""
        known = self._remembered(self._memory.standings, account)
        if known is not None:
            return known
        if self._tx is None:
            raise Miss(account)
        with self._memory.reading_standing:  # all sessions of an account wait for it at once: one reads for all
            found = self._find(self._memory.standings, account, self._read_standing)
        return found if found is not None else Standing(())

    def _remembered(self, shelf: Shelf[K], name: str) -> K | None:
        found = shelf.find(name)
        return found[0] if found is not None and self._changed.isdisjoint(found[1]) else None

    def _find(self, shelf: Shelf[K], name: str, read: Callable[[Tx, str], Read[K]]) -> K | None:
        found = shelf.find(name)
        if found is not None and (not self._changed or self._changed.isdisjoint(found[1])):
            return found[0]
        if self._tx is None:
            raise Miss(name)
        found = read(self._tx, name)
        if found is None:
            return None
        if self._remembers:
            self._memory.remember(shelf, name, *found, self._generation)
        return found[0]

    def _read_key(self, tx: Tx, key_id: str) -> Read[KnownKey]:
        row = access_keys.with_owner(tx, key_id)
        if row is None:
            return None
        known = self._known_key(row)
        return known, _key_subjects(known)

    def _known_key(self, row: KeyAndOwner) -> KnownKey:
        secret = self._vaults(row.account).open_secret(row.sealed_secret, to=row.id)
        owner = "root" if row.owner_name is None else f"user{row.owner_path}{row.owner_name}"
        arn, active = iam_arn(row.account, owner), row.status == access_keys.ACTIVE
        return KnownKey(row.id, row.account, row.owner_id, row.owner_name, arn, secret, active)

    def _read_standing(self, tx: Tx, account: str) -> tuple[Standing, frozenset[str]]:
        return read_standing(tx, account, self._memory.now()), frozenset((endings.subject(account),))


def _key_subjects(known: KnownKey) -> frozenset[str]:
    return frozenset((known.id, known.owner_id))
