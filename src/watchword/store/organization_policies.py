"""Organizations' policies: their texts. AWS's own two stand here; what policies are attached to stands elsewhere."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import delete, func, insert, select, update

from watchword.store import schema
from watchword.store.tx import Tx

SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
AWS = "aws"
"""The organization that AWS's own policies belong to: none."""

_policy = schema.organization_policy


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy of an organization; `content` as it was given. Instants in epoch seconds."""

    id: str
    organization_id: str
    type: str
    name: str
    description: str
    content: str
    created_at: int
    updated_at: int

    @property
    def is_awss(self) -> bool:
        return self.organization_id == AWS


def _awss(policy_id: str, kind: str, description: str, statement: str) -> Policy:
    text = f'{{"Version":"2012-10-17","Statement":[{{{statement}}}]}}'
    return Policy(policy_id, AWS, kind, policy_id.removeprefix("p-"), description, text, 0, 0)


FULL_ACCESS = _awss(
    "p-FullAWSAccess", SCP, "Allows access to every operation", '"Effect":"Allow","Action":"*","Resource":"*"'
)
RCP_FULL_ACCESS = _awss(
    "p-RCPFullAWSAccess",
    RCP,
    "Allows access to every resource",
    '"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"',
)
AWSS = {policy.id: policy for policy in (FULL_ACCESS, RCP_FULL_ACCESS)}
"""Policies that every organization has and none can change.  Source: Organizations User Guide, "SCPs", "RCPs"."""


def add(tx: Tx, policy: Policy) -> None:
    """Keep a new policy."""
    tx.connection.execute(insert(_policy).values(**asdict(policy)))


def by_id(tx: Tx, organization_id: str, policy_id: str) -> Policy | None:
    """Find a policy of an organization, or one of AWS's."""
    if policy_id in AWSS:
        return AWSS[policy_id]
    wanted = select(_policy).where(_policy.c.id == policy_id, _policy.c.organization_id == organization_id)
    row = tx.connection.execute(wanted).one_or_none()
    return None if row is None else Policy(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def by_ids(tx: Tx, policy_ids: frozenset[str]) -> dict[str, Policy]:
    """Find policies, AWS's among them, by their ids."""
    wanted = select(_policy).where(_policy.c.id.in_(policy_ids - AWSS.keys()))
    found = (Policy(**row._mapping) for row in tx.connection.execute(wanted))  # noqa: SLF001 - as above
    awss = {policy_id: AWSS[policy_id] for policy_id in AWSS.keys() & policy_ids}
    return awss | {policy.id: policy for policy in found}


def is_taken(tx: Tx, organization_id: str, kind: str, name: str) -> bool:
    """Tell whether a policy of this type has this name already."""
    if any((policy.type, policy.name) == (kind, name) for policy in AWSS.values()):
        return True
    own = (_policy.c.organization_id == organization_id, _policy.c.type == kind, _policy.c.name == name)
    return tx.connection.execute(select(_policy.c.id).where(*own)).one_or_none() is not None


def count(tx: Tx, organization_id: str, kind: str) -> int:
    """Tell how many policies of a type an organization has, AWS's not counted."""
    own = (_policy.c.organization_id == organization_id, _policy.c.type == kind)
    return int(tx.connection.execute(select(func.count()).select_from(_policy).where(*own)).scalar_one())


def change(tx: Tx, policy: Policy) -> None:
    """Keep a policy's new name, description and text."""
    kept = update(_policy).where(_policy.c.id == policy.id)
    tx.connection.execute(
        kept.values(
            name=policy.name, description=policy.description, content=policy.content, updated_at=policy.updated_at
        )
    )
    tx.touch(policy.id)


def remove(tx: Tx, policy_id: str) -> None:
    """Forget a policy that is attached to nothing."""
    tx.connection.execute(delete(_policy).where(_policy.c.id == policy_id))
    tx.touch(policy_id)


def page(tx: Tx, organization_id: str, kind: str, *, after: str, limit: int) -> list[Policy]:
    """List policies of a type by name, AWS's among them, from the first past `after`."""
    wanted = (
        select(_policy)
        .where(_policy.c.organization_id == organization_id, _policy.c.type == kind, _policy.c.name > after)
        .order_by(_policy.c.name)
        .limit(limit)
    )
    own = [Policy(**row._mapping) for row in tx.connection.execute(wanted)]  # noqa: SLF001 - as above
    awss = [policy for policy in AWSS.values() if policy.type == kind and policy.name > after]
    return sorted((*own, *awss), key=lambda policy: policy.name.encode())[:limit]
