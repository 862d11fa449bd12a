"""What decisions are made from, read from the store: each with the subjects by any of which it changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from watchword.crypto.saml import read_metadata
from watchword.domain.arn import PARTS
from watchword.policy import Kind, Policy, PolicySet
from watchword.services.compiling import compiled
from watchword.services.known import KnownOidcProvider, KnownRole, KnownSamlProvider, KnownUser
from watchword.store import (
    accounts,
    aws_policies,
    oidc_providers,
    organization_units,
    organizations,
    permissions,
    roles,
    saml_providers,
    tags,
    users,
)
from watchword.store.organizations import Organization
from watchword.store.permissions import Grant
from watchword.store.tx import Tx

K = TypeVar("K")
Read = tuple[K, frozenset[str]] | None
"""What was read, with the subjects that it was made from; None where there is no such thing."""


def user(tx: Tx, user_id: str) -> Read[KnownUser]:
    """Read a user by its unique id."""
    row = users.by_id(tx, user_id)
    if row is None:
        return None
    groups = permissions.groups_of(tx, user_id)
    grants = permissions.grants_of(tx, [user_id, *groups])
    boundary, limits = _boundary(tx, row.boundary_arn)
    known = KnownUser(user_id, row.account, row.name, row.arn, tags.of(tx, user_id), _policy_set(grants), boundary)
    return known, frozenset((user_id, *groups, *_sources(grants), *limits))


def role(tx: Tx, role_id: str) -> Read[KnownRole]:
    """Read a role by its unique id."""
    row = roles.by_id(tx, role_id)
    return _known_role(tx, row) if row else None


def role_by_arn(tx: Tx, arn: str) -> Read[KnownRole]:
    """Read a role by its whole ARN."""
    parts = arn.split(":", PARTS - 1)
    row = roles.named(tx, parts[4], parts[5].rsplit("/", 1)[-1]) if len(parts) == PARTS else None
    return _known_role(tx, row) if row and row.arn == arn else None


def policy(tx: Tx, arn: str) -> Read[Policy]:
    """Read a managed policy in its default version."""
    grant = permissions.managed(tx, arn)
    if grant is not None:
        return compiled(grant.document, Kind.IDENTITY, grant.name), frozenset((grant.source,))
    awss = aws_policies.by_arn(arn)  # one that nobody holds
    if awss is None:
        return None
    return compiled(aws_policies.version_of(awss).document, Kind.IDENTITY, arn), frozenset((awss.id,))


def organization(tx: Tx, account: str) -> Read[Organization]:
    """Read the organization that an account belongs to."""
    found = organizations.of(tx, account)
    return (found, frozenset((account, found.id))) if found else None


def closed(tx: Tx, account: str) -> Read[bool]:
    """Read whether an account was closed."""
    row = accounts.by_id(tx, account)
    return (row.closed_at is not None, frozenset((account,))) if row else None


def place(tx: Tx, account: str) -> Read[tuple[str, ...]]:
    """Read where an account stands in its organization's tree."""
    path = organization_units.path(tx, account)
    return path, frozenset((account, *path))


def oidc_provider(tx: Tx, arn: str) -> Read[KnownOidcProvider]:
    """Read an OpenID provider by its ARN."""
    row = oidc_providers.by_arn(tx, arn)
    if row is None:
        return None
    return KnownOidcProvider(arn, row.url, frozenset(row.client_ids), row.thumbprints), frozenset((arn,))


def saml_provider(tx: Tx, arn: str) -> Read[KnownSamlProvider]:
    """Read a SAML provider by its ARN."""
    row = saml_providers.by_arn(tx, arn)
    if row is None:
        return None
    known = KnownSamlProvider(arn, row.account, row.name, row.id, read_metadata(row.metadata), row.valid_until)
    return known, frozenset((arn,))


def _known_role(tx: Tx, row: roles.Role) -> Read[KnownRole]:
    grants = permissions.grants_of(tx, [row.id])
    boundary, limits = _boundary(tx, row.boundary_arn)
    known = KnownRole(
        id=row.id,
        account=row.account,
        name=row.name,
        arn=row.arn,
        tags=tags.of(tx, row.id),
        trust=compiled(row.trust_policy, Kind.TRUST, ""),
        policies=_policy_set(grants),
        boundary=boundary,
        max_session_seconds=row.max_session_seconds,
    )
    return known, frozenset((row.id, *_sources(grants), *limits))


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
