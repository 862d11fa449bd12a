"""Which managed policies are attached to which users, groups and roles, and whom each policy bounds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import Table, delete, func, insert, select, union_all

from watchword.store import schema
from watchword.store.policies import Usage
from watchword.store.tx import Tx

_attachment = schema.attachment
_policy = schema.managed_policy


class Kind(Enum):
    """What a policy can be attached to, by its member of ListEntitiesForPolicy's EntityFilter."""

    GROUP = "Group"
    ROLE = "Role"
    USER = "User"


@dataclass(frozen=True, slots=True)
class Attached:
    """One managed policy as its holder sees it."""

    policy_id: str
    arn: str
    name: str


@dataclass(frozen=True, slots=True)
class Entity:
    """One holder of a policy as the policy sees it."""

    id: str
    name: str


_TABLES: Mapping[Kind, Table] = {Kind.GROUP: schema.group, Kind.ROLE: schema.role, Kind.USER: schema.user}


def attach(tx: Tx, target_id: str, policy_id: str) -> None:
    """Attach a policy that is not attached yet."""
    tx.connection.execute(insert(_attachment).values(target_id=target_id, policy_id=policy_id))
    tx.touch(target_id)


def detach(tx: Tx, target_id: str, policy_id: str) -> bool:
    """Detach a policy; tells whether it was attached."""
    here = (_attachment.c.target_id == target_id) & (_attachment.c.policy_id == policy_id)
    gone = tx.connection.execute(delete(_attachment).where(here))
    tx.touch(target_id)
    return gone.rowcount == 1


def is_attached(tx: Tx, target_id: str, policy_id: str) -> bool:
    """Tell whether a policy is attached to a user, group or role."""
    here = (_attachment.c.target_id == target_id) & (_attachment.c.policy_id == policy_id)
    return tx.connection.execute(select(_attachment.c.policy_id).where(here)).one_or_none() is not None


def count_of(tx: Tx, target_id: str) -> int:
    """Tell how many managed policies a user, group or role has."""
    found = select(func.count()).select_from(_attachment).where(_attachment.c.target_id == target_id)
    return int(tx.connection.execute(found).scalar_one())


def holders(tx: Tx, policy_ids: Collection[str]) -> Mapping[str, int]:
    """Count the holders of each policy, by policy id; policies that nobody holds are left out."""
    found = (
        select(_attachment.c.policy_id, func.count())
        .where(_attachment.c.policy_id.in_(policy_ids))
        .group_by(_attachment.c.policy_id)
    )
    return {row.policy_id: row[1] for row in tx.connection.execute(found)}


def page(tx: Tx, target_id: str, *, path_prefix: str, after: str, limit: int) -> list[Attached]:
    """List a target's managed policies by name, from the first past `after` (a lower-case name)."""
    wanted = (
        select(_policy.c.id, _policy.c.arn, _policy.c.name)
        .join(_attachment, _attachment.c.policy_id == _policy.c.id)
        .where(_attachment.c.target_id == target_id, _policy.c.name_key > after)
        .where(func.substr(_policy.c.path, 1, len(path_prefix)) == path_prefix)
        .order_by(_policy.c.name_key)
        .limit(limit)
    )
    return [Attached(row.id, row.arn, row.name) for row in tx.connection.execute(wanted)]


def entities(
    tx: Tx,
    policy_id: str,
    policy_arn: str,
    kind: Kind,
    *,
    used_as: Collection[Usage],
    path_prefix: str,
    after: str,
    limit: int,
) -> list[Entity]:
    """List one kind of a policy's holders by name, from the first past `after` (a lower-case name)."""
    table = _TABLES[kind]
    uses = []
    if Usage.PERMISSIONS in used_as:
        uses.append(select(_attachment.c.target_id).where(_attachment.c.policy_id == policy_id))
    if Usage.BOUNDARY in used_as and kind is not Kind.GROUP:  # a group has no permissions boundary
        uses.append(select(table.c.id).where(table.c.boundary_arn == policy_arn))
    if not uses:
        return []
    wanted = (
        select(table.c.id, table.c.name)
        .where(table.c.id.in_(union_all(*uses)), table.c.name_key > after)
        .where(func.substr(table.c.path, 1, len(path_prefix)) == path_prefix)
        .order_by(table.c.name_key)
        .limit(limit)
    )
    return [Entity(row.id, row.name) for row in tx.connection.execute(wanted)]
