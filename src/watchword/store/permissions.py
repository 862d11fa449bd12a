"""What is attached to a principal: the policy documents that a decision about it is made from, in few queries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, and_, select

from watchword.store.schema import attachment, inline_policy, managed_policy, membership, policy_version
from watchword.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Grant:
    """One policy document in force; `source` is the managed policy's id, empty for an inline one."""

    name: str
    document: str
    source: str = ""


def groups_of(tx: Tx, user_id: str) -> list[str]:
    """List the ids of the groups that a user is in."""
    rows = tx.connection.execute(select(membership.c.group_id).where(membership.c.user_id == user_id))
    return list(rows.scalars())


def grants_of(tx: Tx, target_ids: Collection[str]) -> list[Grant]:
    """List every inline and attached policy of these users, groups and roles, in the default version."""
    inline = select(inline_policy.c.name, inline_policy.c.document).where(inline_policy.c.target_id.in_(target_ids))
    attached = _in_default_version().join(attachment, attachment.c.policy_id == managed_policy.c.id)
    attached = attached.where(attachment.c.target_id.in_(target_ids)).distinct()
    return [
        *(Grant(name, document) for name, document in tx.connection.execute(inline)),
        *(Grant(arn, document, policy_id) for arn, document, policy_id in tx.connection.execute(attached)),
    ]


def managed(tx: Tx, arn: str) -> Grant | None:
    """Give one managed policy in its default version, or None."""
    row = tx.connection.execute(_in_default_version().where(managed_policy.c.arn == arn)).first()
    return Grant(*row) if row else None


def _in_default_version() -> Select[str, str, str]:
    in_force = and_(
        policy_version.c.policy_id == managed_policy.c.id,
        policy_version.c.number == managed_policy.c.default_version,
    )
    return select(managed_policy.c.arn, policy_version.c.document, managed_policy.c.id).join(policy_version, in_force)
