"""The versions of managed policies: documents that are never changed, only added and removed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select

from watchword.store import schema
from watchword.store.tx import Tx

_version = schema.policy_version


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of a managed policy; `created_at` in epoch seconds."""

    policy_id: str
    number: int
    document: str
    created_at: int


def add(tx: Tx, version: PolicyVersion) -> None:
    """Keep a version; it does not speak until it is made the default."""
    tx.connection.execute(
        insert(_version).values(
            policy_id=version.policy_id,
            number=version.number,
            document=version.document,
            created_at=version.created_at,
        )
    )
    tx.touch(version.policy_id)


def numbered(tx: Tx, policy_id: str, number: int) -> PolicyVersion | None:
    """Find one version of a policy."""
    found = select(_version).where(_version.c.policy_id == policy_id, _version.c.number == number)
    row = tx.connection.execute(found).one_or_none()
    return None if row is None else PolicyVersion(row.policy_id, row.number, row.document, row.created_at)


def count(tx: Tx, policy_id: str) -> int:
    """Tell how many versions a policy has."""
    found = select(func.count()).select_from(_version).where(_version.c.policy_id == policy_id)
    return int(tx.connection.execute(found).scalar_one())


def page(tx: Tx, policy_id: str, *, below: int, limit: int) -> list[PolicyVersion]:
    """List a policy's versions, newest first, from the first whose number is less than `below`."""
    wanted = (
        select(_version)
        .where(_version.c.policy_id == policy_id, _version.c.number < below)
        .order_by(_version.c.number.desc())
        .limit(limit)
    )
    return [
        PolicyVersion(row.policy_id, row.number, row.document, row.created_at) for row in tx.connection.execute(wanted)
    ]


def remove(tx: Tx, policy_id: str, number: int) -> None:
    """Forget one version."""
    tx.connection.execute(delete(_version).where(_version.c.policy_id == policy_id, _version.c.number == number))
    tx.touch(policy_id)
