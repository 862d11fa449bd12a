"""Which types of policy an organization has enabled, and what its policies are attached to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, literal, select

from watchword.store import organization_policies, schema
from watchword.store.organization_policies import FULL_ACCESS, RCP, RCP_FULL_ACCESS, SCP, Policy
from watchword.store.organizations import Organization
from watchword.store.tx import Tx

BY_DEFAULT: Mapping[str, Policy] = {SCP: FULL_ACCESS, RCP: RCP_FULL_ACCESS}
"""What everything has attached as soon as a type is enabled.  Source: Organizations User Guide, "SCPs", "RCPs"."""

_type, _attachment = schema.organization_policy_type, schema.organization_policy_attachment
_unit, _member = schema.organizational_unit, schema.member


@dataclass(frozen=True, slots=True)
class Attached:
    """One policy on one root, organizational unit or account; `at` in epoch seconds."""

    target_id: str
    policy: Policy
    at: int


def enabled(tx: Tx, organization_id: str) -> frozenset[str]:
    """Give the types of policy that are enabled in an organization's root."""
    wanted = select(_type.c.type).where(_type.c.organization_id == organization_id)
    return frozenset(tx.connection.execute(wanted).scalars())


def enable(tx: Tx, organization: Organization, kind: str, at: int) -> None:
    """Enable a type, and attach to all that the organization has what is attached by default."""
    tx.connection.execute(insert(_type).values(organization_id=organization.id, type=kind))
    if kind in BY_DEFAULT:
        row = _row(organization.id, organization.root_id, BY_DEFAULT[kind], at)
        tx.connection.execute(insert(_attachment).values(**row))
        for table, column in ((_unit, _unit.c.id), (_member, _member.c.account_id)):
            each = {name: literal(value) for name, value in row.items()} | {"target_id": column}
            rows = select(*each.values()).where(table.c.organization_id == organization.id)
            tx.connection.execute(insert(_attachment).from_select(list(each), rows))
    tx.touch(organization.id)


def disable(tx: Tx, organization_id: str, kind: str) -> None:
    """Disable a type: all its policies are detached, and AWS does not remember from what."""
    for table in (_attachment, _type):
        own = (table.c.organization_id == organization_id, table.c.type == kind)
        tx.connection.execute(delete(table).where(*own))
    tx.touch(organization_id)


def begin(tx: Tx, organization_id: str, target_id: str, at: int) -> None:
    """Attach to a new organizational unit or account what everything has attached by default."""
    for kind in sorted(enabled(tx, organization_id) & BY_DEFAULT.keys()):
        attach(tx, organization_id, target_id, BY_DEFAULT[kind], at)


def end(tx: Tx, organization_id: str, target_id: str) -> None:
    """Detach everything from an organizational unit that goes, or an account that leaves."""
    own = (_attachment.c.organization_id == organization_id, _attachment.c.target_id == target_id)
    tx.connection.execute(delete(_attachment).where(*own))
    tx.touch(target_id)


def attach(tx: Tx, organization_id: str, target_id: str, policy: Policy, at: int) -> None:
    """Attach a policy to what does not have it attached."""
    last = select(func.max(_attachment.c.number)).where(
        _attachment.c.organization_id == organization_id, _attachment.c.target_id == target_id
    )
    row = _row(organization_id, target_id, policy, at)
    row["number"] = (tx.connection.execute(last).scalar_one() or 0) + 1
    tx.connection.execute(insert(_attachment).values(**row))
    tx.touch(target_id)


def detach(tx: Tx, organization_id: str, target_id: str, policy_id: str) -> None:
    """Detach a policy."""
    own = (_attachment.c.organization_id == organization_id, _attachment.c.target_id == target_id)
    tx.connection.execute(delete(_attachment).where(*own, _attachment.c.policy_id == policy_id))
    tx.touch(target_id)


def is_attached(tx: Tx, organization_id: str, target_id: str, policy: Policy) -> bool:
    """Tell whether a policy is attached to something."""
    wanted = select(_attachment.c.policy_id).where(
        _attachment.c.organization_id == organization_id,
        _attachment.c.target_id == target_id,
        _attachment.c.type == policy.type,
        _attachment.c.policy_id == policy.id,
    )
    return tx.connection.execute(wanted).one_or_none() is not None


def count(tx: Tx, organization_id: str, target_id: str, kind: str) -> int:
    """Tell how many policies of a type are attached to something."""
    own = (_attachment.c.organization_id == organization_id, _attachment.c.target_id == target_id)
    counted = select(func.count()).select_from(_attachment).where(*own, _attachment.c.type == kind)
    return int(tx.connection.execute(counted).scalar_one())


def of_target(tx: Tx, organization_id: str, target_id: str, kind: str, *, after: str, limit: int) -> list[Policy]:
    """List the policies of a type that are attached to something, by id, from the first past `after`."""
    wanted = (
        select(_attachment.c.policy_id)
        .where(
            _attachment.c.organization_id == organization_id,
            _attachment.c.target_id == target_id,
            _attachment.c.type == kind,
            _attachment.c.policy_id > after,
        )
        .order_by(_attachment.c.policy_id)
        .limit(limit)
    )
    ids = list(tx.connection.execute(wanted).scalars())
    found = organization_policies.by_ids(tx, frozenset(ids))
    return [found[one] for one in ids]


def targets(tx: Tx, organization_id: str, policy_id: str, *, after: str, limit: int) -> list[str]:
    """List what a policy is attached to, by id, from the first past `after`."""
    wanted = (
        select(_attachment.c.target_id)
        .where(
            _attachment.c.organization_id == organization_id,
            _attachment.c.policy_id == policy_id,
            _attachment.c.target_id > after,
        )
        .order_by(_attachment.c.target_id)
        .limit(limit)
    )
    return list(tx.connection.execute(wanted).scalars())


def along(tx: Tx, organization_id: str, path: Sequence[str], kinds: Iterable[str]) -> list[Attached]:
    """Give what is attached along a path, in its order, and at each place in the order of attaching."""
    wanted = select(_attachment).where(
        _attachment.c.organization_id == organization_id,
        _attachment.c.target_id.in_(path),
        _attachment.c.type.in_(list(kinds)),
    )
    rows = sorted(tx.connection.execute(wanted), key=lambda row: (path.index(row.target_id), row.number))
    found = organization_policies.by_ids(tx, frozenset(row.policy_id for row in rows))
    return [Attached(row.target_id, found[row.policy_id], row.attached_at) for row in rows]


def _row(organization_id: str, target_id: str, policy: Policy, at: int) -> dict[str, object]:
    return {
        "organization_id": organization_id,
        "target_id": target_id,
        "type": policy.type,
        "policy_id": policy.id,
        "number": 1,
        "attached_at": at,
    }
