"""Organizations' own resource policies: what each lets other accounts than its management's do with it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert, select

from watchword.store import schema
from watchword.store.tx import Tx

_policy = schema.organization_resource_policy


@dataclass(frozen=True, slots=True)
class ResourcePolicy:
    """The policy of one organization; `content` as it was given."""

    organization_id: str
    id: str
    content: str


def put(tx: Tx, policy: ResourcePolicy) -> None:
    """Keep an organization's policy in place of the one it had."""
    tx.connection.execute(delete(_policy).where(_policy.c.organization_id == policy.organization_id))
    tx.connection.execute(insert(_policy).values(**asdict(policy)))


def of(tx: Tx, organization_id: str) -> ResourcePolicy | None:
    """Find an organization's policy."""
    row = tx.connection.execute(select(_policy).where(_policy.c.organization_id == organization_id)).one_or_none()
    return None if row is None else ResourcePolicy(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def remove(tx: Tx, organization_id: str) -> None:
    """Drop an organization's policy."""
    tx.connection.execute(delete(_policy).where(_policy.c.organization_id == organization_id))
