"""Which managed policies are attached to which users, groups and roles, and whom each policy bounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import Table, delete, func, insert, select

from watchword.domain.ids import Prefix
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
_PREFIXES: Mapping[Kind, str] = {Kind.GROUP: Prefix.GROUP, Kind.ROLE: Prefix.ROLE, Kind.USER: Prefix.USER}
_PAST_ANY = "~"
"""Comes after every character of a unique id."""


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


def holders(tx: Tx, account: str, policy_ids: Collection[str]) -> Mapping[str, int]:
    """Count an account's holders of each policy, by policy id; policies that nobody in it holds are left out."""
    own = select(_policy.c.id).where(_policy.c.id.in_(policy_ids), _policy.c.account_id == account)
    own_ids = set(tx.connection.execute(own).scalars())
    counted = select(_attachment.c.policy_id, func.count()).group_by(_attachment.c.policy_id)
    # Nobody else can hold an account's own: these are counted by an index alone, some thirty times as fast.
    held = Counter(dict(map(tuple, tx.connection.execute(counted.where(_attachment.c.policy_id.in_(own_ids))))))
    others = counted.where(_attachment.c.policy_id.in_(set(policy_ids) - own_ids))
    for table in _TABLES.values():
        found = others.join(table, table.c.id == _attachment.c.target_id).where(table.c.account_id == account)
        held.update(dict(map(tuple, tx.connection.execute(found))))
    return held


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
    account: str,
    policy_id: str,
    policy_arn: str,
    kind: Kind,
    *,
    used_as: Collection[Usage],
    path_prefix: str,
    after: str,
    limit: int,
) -> list[Entity]:
    """List one kind of a policy's holders in an account by unique id, from the first past `after`.

    By name, all of them would be read for each page.
    """
    table, prefix = _TABLES[kind], _PREFIXES[kind]
    here = (table.c.account_id == account) & (func.substr(table.c.path, 1, len(path_prefix)) == path_prefix)
    some = select(table.c.id, table.c.name).where(here).limit(limit)
    held = (_attachment.c.policy_id == policy_id) & (_attachment.c.target_id > max(after, prefix))
    by_use = []
    if Usage.PERMISSIONS in used_as:
        holding = some.join(_attachment, _attachment.c.target_id == table.c.id)
        # Bounded on both sides: else the last page of groups would look through all users.
        held &= _attachment.c.target_id < prefix + _PAST_ANY
        by_use.append(holding.where(held).order_by(_attachment.c.target_id))
    if Usage.BOUNDARY in used_as and kind is not Kind.GROUP:  # a group has no permissions boundary
        bounded = (table.c.boundary_arn == policy_arn) & (table.c.id > after)
        by_use.append(some.where(bounded).order_by(table.c.id))
    found = {row.id: Entity(row.id, row.name) for wanted in by_use for row in tx.connection.execute(wanted)}
    return [found[unique_id] for unique_id in sorted(found)][:limit]
