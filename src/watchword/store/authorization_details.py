"""What hangs on many users, groups, roles and policies at once: one query for a page of them, however many they are.

Everything here takes the unique ids of a page and gives, by id, what belongs to each; ids with nothing are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

from sqlalchemy import func, select

from watchword.domain.ids import Prefix
from watchword.store import roles, schema
from watchword.store.attachments import Attached
from watchword.store.instance_profiles import InstanceProfile
from watchword.store.policy_versions import PolicyVersion
from watchword.store.tx import Tx
from watchword.store.users import user_of

Value = TypeVar("Value")


def lengths(tx: Tx, ids: Collection[str]) -> Mapping[str, int]:
    """Add up the characters of the inline policies, policy versions and tags of each."""
    inline, version, tag = schema.inline_policy.c, schema.policy_version.c, schema.tag.c
    total: Counter[str] = Counter()
    for owner, length in (
        (inline.target_id, func.length(inline.document)),
        (version.policy_id, func.length(version.document)),
        (tag.target_id, func.length(tag.name) + func.length(tag.value)),
    ):
        found = select(owner, func.sum(length)).where(owner.in_(ids)).group_by(owner)
        total.update({target_id: int(length) for target_id, length in tx.connection.execute(found)})
    return total


def attached(tx: Tx, target_ids: Collection[str]) -> Mapping[str, list[Attached]]:
    """Give the managed policies of users, groups or roles, by name."""
    held, policy = schema.attachment.c, schema.managed_policy.c
    wanted = (
        select(held.target_id, policy.id, policy.arn, policy.name)
        .join(schema.managed_policy, policy.id == held.policy_id)
        .where(held.target_id.in_(target_ids))
        .order_by(policy.name_key, policy.arn)
    )
    return _gathered((row.target_id, Attached(row.id, row.arn, row.name)) for row in tx.connection.execute(wanted))


def inline(tx: Tx, target_ids: Collection[str]) -> Mapping[str, list[tuple[str, str]]]:
    """Give the names and documents of the inline policies of users, groups or roles, by name."""
    kept = schema.inline_policy.c
    wanted = select(kept.target_id, kept.name, kept.document).where(kept.target_id.in_(target_ids)).order_by(kept.name)
    return _gathered((row.target_id, (row.name, row.document)) for row in tx.connection.execute(wanted))


def tags(tx: Tx, target_ids: Collection[str]) -> Mapping[str, dict[str, str]]:
    """Give the tags of users or roles, by key."""
    kept = schema.tag.c
    wanted = select(kept.target_id, kept.name, kept.value).where(kept.target_id.in_(target_ids)).order_by(kept.name_key)
    found = _gathered((row.target_id, (row.name, row.value)) for row in tx.connection.execute(wanted))
    return {target_id: dict(pairs) for target_id, pairs in found.items()}


def group_names(tx: Tx, user_ids: Collection[str]) -> Mapping[str, list[str]]:
    """Give the names of the groups of users, by name."""
    member, group = schema.membership.c, schema.group.c
    wanted = (
        select(member.user_id, group.name)
        .join(schema.group, group.id == member.group_id)
        .where(member.user_id.in_(user_ids))
        .order_by(group.name_key)
    )
    return _gathered((row.user_id, row.name) for row in tx.connection.execute(wanted))


def profiles(tx: Tx, role_ids: Collection[str]) -> Mapping[str, list[InstanceProfile]]:
    """Give the instance profiles that hold roles, by name."""
    kept = schema.instance_profile
    rows = tx.connection.execute(select(kept).where(kept.c.role_id.in_(role_ids)).order_by(kept.c.name_key))
    return _gathered(
        (row.role_id, InstanceProfile(row.id, row.account_id, row.name, row.path, row.role_id, row.created_at))
        for row in rows
    )


def versions(tx: Tx, policy_ids: Collection[str]) -> Mapping[str, list[PolicyVersion]]:
    """Give the versions of managed policies, newest first."""
    kept = schema.policy_version
    rows = tx.connection.execute(select(kept).where(kept.c.policy_id.in_(policy_ids)).order_by(kept.c.number.desc()))
    return _gathered(
        (row.policy_id, PolicyVersion(row.policy_id, row.number, row.document, row.created_at)) for row in rows
    )


def arns(tx: Tx, unique_ids: Collection[str]) -> Mapping[str, str]:
    """Give the ARNs of today of users and roles."""
    user_ids = [unique_id for unique_id in unique_ids if unique_id.startswith(Prefix.USER)]
    found = tx.connection.execute(select(schema.user).where(schema.user.c.id.in_(user_ids))) if user_ids else ()
    named = {row.id: user_of(row).arn for row in found}
    role_ids = set(unique_ids) - set(user_ids)
    return named | {role_id: role.arn for role_id, role in roles.by_ids(tx, role_ids).items()} if role_ids else named


def _gathered(pairs: Iterable[tuple[str, Value]]) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {}
    for owner, value in pairs:
        found.setdefault(owner, []).append(value)
    return found
