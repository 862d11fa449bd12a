"""The policies of a simulation, each with the name and type that results tell, and the place of each statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from watchword.policy import (
    Document,
    Kind,
    MalformedPolicy,
    Policy,
    PolicySet,
    Span,
    compile_policy,
    parse,
    statement_spans,
)
from watchword.services.iam.simulation_refusals import PolicyInvalid, TooManyBoundaries
from watchword.store import groups, permissions
from watchword.store.groups import Group
from watchword.store.permissions import Grant
from watchword.store.roles import Role
from watchword.store.tx import Tx
from watchword.store.users import User

_MOST_GROUPS = 1_000
"""Far more than any quota of groups a user may be in."""
_AWS_MANAGED = "arn:aws:iam::aws:"


@dataclass(frozen=True)
class Source:
    """One policy. `id` and `type` are SourcePolicyId and SourcePolicyType; `holder` is whom an inline one belongs to.

    AWS names a managed policy by its name and an inline one by its holder's kind, its holder's name and its own.
    Source: IAM API, PolicySourceType; recorded answers of SimulatePrincipalPolicy.
    """

    id: str
    type: str
    text: str
    document: Document
    policy: Policy
    arn: str = ""
    holder: str = ""
    name: str = ""

    @cached_property
    def spans(self) -> Sequence[Span]:
        """Where each statement stands; looked for only in policies that matched."""
        return statement_spans(self.text)


def given(text: str, name: str, kind: Kind, *, sort: str = "none") -> Source:
    """Read a policy that was passed as text.

    Raises PolicyInvalid.
    """
    try:
        document = parse(text, kind)
    except MalformedPolicy as error:
        raise PolicyInvalid(name=name, why=error.message, line=error.line, column=error.column) from None
    return Source(name, sort, text, document, compile_policy(document, name))


def listed(texts: Sequence[str] | None, name: str, kind: Kind) -> list[Source]:
    """Read a list of policies; each is called by its place in it.

    Raises PolicyInvalid.
    """
    return [given(text, f"{name}.{number}", kind) for number, text in enumerate(texts or (), 1)]


def boundary_given(texts: Sequence[str] | None) -> Source | None:
    """Read the one boundary that may be passed.

    Raises PolicyInvalid, TooManyBoundaries.
    """
    if texts and len(texts) > 1:
        raise TooManyBoundaries
    return next(iter(listed(texts, "PermissionsBoundaryPolicyInputList", Kind.BOUNDARY)), None)


def levels_given(levels: Sequence[Mapping[str, Any]]) -> tuple[PolicySet, ...]:
    """Read service control policies, level by level from the organisation's root.

    Raises PolicyInvalid.
    """
    name = "OrderedOrganizationPolicyInputList"
    read = [
        listed(level.get("ServiceControlPolicyInputList"), f"{name}.{number}", Kind.SCP)
        for number, level in enumerate(levels, 1)
    ]
    return tuple(together(level) for level in read)


def held_by(tx: Tx, holder: User | Group | Role) -> list[Source]:
    """Gather the policies of a user with those of its groups, of a group or of a role, in the order of their names."""
    found = list(_own(tx, holder))
    if isinstance(holder, User):
        for group in groups.groups_of(tx, holder.id, after="", limit=_MOST_GROUPS):
            found += _own(tx, group)
    attached: set[str] = set()
    told = []
    for source in found:
        if source.arn not in attached:  # one that is attached twice is one
            told.append(source)
        attached |= {source.arn} - {""}
    return told


def boundary_of(tx: Tx, arn: str | None) -> Source | None:
    """Give a user's or role's permissions boundary; one that points nowhere bounds to nothing."""
    if arn is None:
        return None
    grant = permissions.managed(tx, arn)
    return _managed(grant if grant is not None else Grant(arn, '{"Statement": []}'), Kind.BOUNDARY)


def together(sources: Iterable[Source]) -> PolicySet:
    """Merge policies into one layer."""
    return PolicySet.of(source.policy for source in sources)


def _own(tx: Tx, holder: User | Group | Role) -> Iterable[Source]:
    kind = type(holder).__name__.lower()
    for grant in sorted(permissions.grants_of(tx, [holder.id]), key=lambda grant: (bool(grant.source), grant.name)):
        if grant.source:
            yield _managed(grant, Kind.IDENTITY)
            continue
        name = f"{kind}_{holder.name}_{grant.name}"
        document = parse(grant.document, Kind.IDENTITY, lenient=True)
        policy = compile_policy(document, name)
        yield Source(name, kind, grant.document, document, policy, holder=holder.name, name=grant.name)


def _managed(grant: Grant, kind: Kind) -> Source:
    name = grant.name.rpartition("/")[2]
    document = parse(grant.document, kind, lenient=True)
    sort = "aws-managed" if grant.name.startswith(_AWS_MANAGED) else "user-managed"
    return Source(name, sort, grant.document, document, compile_policy(document, name), arn=grant.name)
