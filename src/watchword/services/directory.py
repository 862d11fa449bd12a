"""What decisions are made from: accounts' keys, principals and roles, in memory, with their policies compiled.

Filled from the store on first use, and emptied subject by subject as the change feed tells. On the event loop it only
remembers (`Miss` sends the request to a worker thread); on a worker thread it may also read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from watchword.crypto.saml import Metadata, read_metadata
from watchword.crypto.sealing import Vault
from watchword.domain.arn import iam_arn
from watchword.domain.doorkeeper import Doorkeeper
from watchword.domain.secret import Secret
from watchword.policy import Kind, Policy, PolicySet, compile_policy, parse
from watchword.services.sessions.standing import Standing, read_standing
from watchword.services.shelf import CAPACITY, Shelf
from watchword.store import (
    access_keys,
    aws_policies,
    endings,
    oidc_providers,
    organizations,
    permissions,
    roles,
    saml_providers,
    tags,
    users,
)
from watchword.store.access_keys import KeyAndOwner
from watchword.store.changes import EVERYTHING
from watchword.store.organizations import Organization
from watchword.store.permissions import Grant
from watchword.store.tx import Tx


class Miss(Exception):  # noqa: N818 - not a fault: the same work is done again where reading is allowed
    """What was asked for is not in memory."""


class KnownKey(NamedTuple):
    """A long-term access key as authentication needs it.

    A named tuple: made for each request where there are more keys than can be remembered.
    """

    id: str
    account: str
    owner_id: str
    """The user's unique id, or the account id for root."""
    owner_name: str | None
    """The user's name; None for root, and where the user is gone."""
    owner_arn: str
    secret: Secret
    active: bool


@dataclass(frozen=True, slots=True)
class KnownUser:
    """An IAM user with everything that decides what it may do."""

    id: str
    account: str
    name: str
    arn: str
    tags: Mapping[str, str]
    policies: PolicySet
    boundary: PolicySet | None


@dataclass(frozen=True, slots=True)
class KnownRole:
    """A role with its trust and everything that decides what its sessions may do."""

    id: str
    account: str
    name: str
    arn: str
    tags: Mapping[str, str]
    trust: Policy
    policies: PolicySet
    boundary: PolicySet | None
    max_session_seconds: int


@dataclass(frozen=True, slots=True)
class KnownOidcProvider:
    """An OpenID provider that an account has registered; `url` is without its scheme, thumbprints are lower-case."""

    arn: str
    url: str
    client_ids: frozenset[str]
    thumbprints: tuple[str, ...]

    @property
    def issuer(self) -> str:
        """What it calls itself, in its description and its tokens."""
        return f"https://{self.url}"


@dataclass(frozen=True, slots=True)
class KnownSamlProvider:
    """A SAML provider that an account has registered; `id` is its SAMLProviderUUID, `valid_until` in epoch seconds."""

    arn: str
    account: str
    name: str
    id: str
    metadata: Metadata
    valid_until: int


K = TypeVar("K")


class Memory:
    """All shelves of one process, and the count of times that something on them was forgotten.

    `now` tells the authority's time, so that nothing is read that has ceased to matter.
    """

    def __init__(self, now: Callable[[], float] = lambda: 0.0) -> None:
        self.now = now
        self.keys: Shelf[KnownKey] = Shelf()
        self.users: Shelf[KnownUser] = Shelf()
        self.roles: Shelf[KnownRole] = Shelf()
        self.role_arns: Shelf[KnownRole] = Shelf()
        self.policies: Shelf[Policy] = Shelf()
        self.oidc_providers: Shelf[KnownOidcProvider] = Shelf()
        self.saml_providers: Shelf[KnownSamlProvider] = Shelf()
        self.organizations: Shelf[Organization] = Shelf()
        self.standings: Shelf[Standing] = Shelf()
        self.met = Doorkeeper(2 * CAPACITY)
        """The keys that were looked for on the event loop."""
        self.generation = 0
        self.reading_standing = Lock()
        self._lock = Lock()

    def forget(self, subjects: Iterable[str]) -> None:
        """Drop all that was made from these subjects."""
        with self._lock:
            self.generation += 1
            for shelf in self._shelves():
                for subject in subjects:
                    if subject == EVERYTHING:
                        shelf.clear()
                    else:
                        shelf.forget(subject)

    def remember(self, shelf: Shelf[K], name: str, known: K, subjects: frozenset[str], generation: int) -> None:
        """Keep what was read, unless anything was forgotten since the reading began: then it may be stale."""
        with self._lock:
            if generation == self.generation:
                shelf.put(name, known, subjects)

    def _shelves(self) -> tuple[Shelf[Any], ...]:
        return (
            self.keys,
            self.users,
            self.roles,
            self.role_arns,
            self.policies,
            self.organizations,
            self.standings,
            self.oidc_providers,
            self.saml_providers,
        )


@lru_cache(maxsize=CAPACITY)
def compiled(document: str, kind: Kind, name: str) -> Policy:
    """Compile a stored document once, however many principals hold it."""
    return compile_policy(parse(document, kind, lenient=True), name)


class Directory:
    """The memory, seen with or without leave to read what it lacks."""

    __slots__ = ("_generation", "_look", "_memory", "_remembers", "_tx", "_vaults")

    def __init__(
        self,
        memory: Memory,
        vaults: Callable[[str], Vault],
        *,
        tx: Tx | None = None,
        remembers: bool = False,
        look: Callable[[str], KeyAndOwner | None] | None = None,
    ) -> None:
        self._memory = memory
        self._vaults = vaults
        self._tx = tx
        self._remembers = remembers
        self._look = look  # finds a key where there is no transaction, if that takes no time worth speaking of
        self._generation = memory.generation  # before the transaction's first query, which decides what it sees

    def reading(self, tx: Tx, *, remember: bool) -> Directory:
        """Give the same directory with leave to read in a transaction in which nothing was read yet.

        `remember` must be False in a changing transaction: what it reads may never be committed.
        """
        return Directory(self._memory, self._vaults, tx=tx, remembers=remember)

    def anew(self, tx: Tx) -> Directory:
        """Give a directory that remembers nothing yet: for what may have changed since the other heard of changes."""
        return Directory(Memory(self._memory.now), self._vaults, tx=tx)

    def rights_made_of(self, principal_id: str, policy_arns: Iterable[str]) -> frozenset[str]:
        """Give what the rights of a user or role, and managed policies, were made from, as far as they are here."""
        memory = self._memory
        known = memory.users.made_of(principal_id) | memory.roles.made_of(principal_id)
        return known.union(*map(memory.policies.made_of, policy_arns))

    def key(self, key_id: str) -> KnownKey | None:
        """Find a long-term access key.  Raises Miss."""
        known = self._memory.keys.get(key_id)
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
        return self._find(self._memory.users, user_id, self._read_user)

    def role(self, role_id: str) -> KnownRole | None:
        """Find a role by its unique id.  Raises Miss."""
        return self._find(self._memory.roles, role_id, self._read_role)

    def role_by_arn(self, arn: str) -> KnownRole | None:
        """Find a role by its whole ARN.  Raises Miss."""
        return self._find(self._memory.role_arns, arn, self._read_role_by_arn)

    def managed_policy(self, arn: str) -> Policy | None:
        """Find a managed policy in its default version.  Raises Miss."""
        return self._find(self._memory.policies, arn, self._read_policy)

    def organization(self, account: str) -> Organization | None:
        """Find the organization that an account belongs to.  Raises Miss."""
        return self._find(self._memory.organizations, account, self._read_organization)

    def oidc_provider(self, arn: str) -> KnownOidcProvider | None:
        """Find an OpenID provider by its ARN.  Raises Miss."""
        return self._find(self._memory.oidc_providers, arn, _read_oidc_provider)

    def saml_provider(self, arn: str) -> KnownSamlProvider | None:
        """Find a SAML provider by its ARN.  Raises Miss."""
        return self._find(self._memory.saml_providers, arn, _read_saml_provider)

    def standing(self, account: str) -> Standing:
        """Give what stands against sessions of an account: ends and blocks.  Raises Miss."""
        known = self._memory.standings.get(account)
        if known is not None:
            return known
        if self._tx is None:
            raise Miss(account)
        with self._memory.reading_standing:  # all sessions of an account wait for it at once: one reads for all
            found = self._find(self._memory.standings, account, self._read_standing)
        return found if found is not None else Standing(())

    def _find(self, shelf: Shelf[K], name: str, read: Callable[[Tx, str], tuple[K, frozenset[str]] | None]) -> K | None:
        known = shelf.get(name)
        if known is not None:
            return known
        if self._tx is None:
            raise Miss(name)
        found = read(self._tx, name)
        if found is None:
            return None
        if self._remembers:
            self._memory.remember(shelf, name, *found, self._generation)
        return found[0]

    def _read_key(self, tx: Tx, key_id: str) -> tuple[KnownKey, frozenset[str]] | None:
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

    def _read_user(self, tx: Tx, user_id: str) -> tuple[KnownUser, frozenset[str]] | None:
        row = users.by_id(tx, user_id)
        if row is None:
            return None
        groups = permissions.groups_of(tx, user_id)
        grants = permissions.grants_of(tx, [user_id, *groups])
        boundary, limits = _boundary(tx, row.boundary_arn)
        known = KnownUser(user_id, row.account, row.name, row.arn, tags.of(tx, user_id), _policy_set(grants), boundary)
        return known, frozenset((user_id, *groups, *_sources(grants), *limits))

    def _read_role(self, tx: Tx, role_id: str) -> tuple[KnownRole, frozenset[str]] | None:
        role = roles.by_id(tx, role_id)
        return _known_role(tx, role) if role else None

    def _read_role_by_arn(self, tx: Tx, arn: str) -> tuple[KnownRole, frozenset[str]] | None:
        parts = arn.split(":", 5)
        role = roles.named(tx, parts[4], parts[5].rsplit("/", 1)[-1]) if len(parts) > 5 else None  # noqa: PLR2004
        return _known_role(tx, role) if role and role.arn == arn else None

    def _read_policy(self, tx: Tx, arn: str) -> tuple[Policy, frozenset[str]] | None:
        grant = permissions.managed(tx, arn)
        if grant is not None:
            return compiled(grant.document, Kind.IDENTITY, grant.name), frozenset((grant.source,))
        policy = aws_policies.by_arn(arn)  # one that nobody holds
        if policy is None:
            return None
        return compiled(aws_policies.version_of(policy).document, Kind.IDENTITY, arn), frozenset((policy.id,))

    def _read_standing(self, tx: Tx, account: str) -> tuple[Standing, frozenset[str]]:
        return read_standing(tx, account, self._memory.now()), frozenset((endings.subject(account),))

    def _read_organization(self, tx: Tx, account: str) -> tuple[Organization, frozenset[str]] | None:
        found = organizations.of(tx, account)
        return (found, frozenset((account, found.id))) if found else None


def _read_oidc_provider(tx: Tx, arn: str) -> tuple[KnownOidcProvider, frozenset[str]] | None:
    row = oidc_providers.by_arn(tx, arn)
    if row is None:
        return None
    return KnownOidcProvider(arn, row.url, frozenset(row.client_ids), row.thumbprints), frozenset((arn,))


def _read_saml_provider(tx: Tx, arn: str) -> tuple[KnownSamlProvider, frozenset[str]] | None:
    row = saml_providers.by_arn(tx, arn)
    if row is None:
        return None
    known = KnownSamlProvider(arn, row.account, row.name, row.id, read_metadata(row.metadata), row.valid_until)
    return known, frozenset((arn,))


def _key_subjects(known: KnownKey) -> frozenset[str]:
    return frozenset((known.id, known.owner_id))


def _known_role(tx: Tx, role: roles.Role) -> tuple[KnownRole, frozenset[str]]:
    grants = permissions.grants_of(tx, [role.id])
    boundary, limits = _boundary(tx, role.boundary_arn)
    known = KnownRole(
        id=role.id,
        account=role.account,
        name=role.name,
        arn=role.arn,
        tags=tags.of(tx, role.id),
        trust=compiled(role.trust_policy, Kind.TRUST, ""),
        policies=_policy_set(grants),
        boundary=boundary,
        max_session_seconds=role.max_session_seconds,
    )
    return known, frozenset((role.id, *_sources(grants), *limits))


def _policy_set(grants: Iterable[Grant]) -> PolicySet:
    return PolicySet.of(compiled(grant.document, Kind.IDENTITY, grant.name) for grant in grants)


def _sources(grants: Iterable[Grant]) -> set[str]:
    return {grant.source for grant in grants if grant.source}


def _boundary(tx: Tx, arn: str | None) -> tuple[PolicySet | None, set[str]]:
    """Give a boundary's policies; one that points nowhere bounds to nothing, so that a loss never widens."""
    if arn is None:
        return None, set()
    grant = permissions.managed(tx, arn)
    if grant is None:
        return PolicySet.of(()), set()
    return _policy_set([grant]), {grant.source}
