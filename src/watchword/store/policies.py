"""Managed policies: what they are called and which version speaks. Their versions live in `policy_versions`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import ColumnElement, Row, delete, exists, func, insert, or_, select, update

from watchword.domain.arn import iam_arn
from watchword.store import schema
from watchword.store.tx import Tx

_policy = schema.managed_policy


class Usage(Enum):
    """What a managed policy may be used for.  Source: IAM API, PolicyUsageType."""

    PERMISSIONS = "PermissionsPolicy"
    BOUNDARY = "PermissionsBoundary"


@dataclass(frozen=True, slots=True)
class ManagedPolicy:
    """One managed policy; instants in epoch seconds, versions by number (`v3` is 3).

    AWS's own have the account `aws`.
    """

    id: str
    account: str
    name: str
    path: str
    description: str | None
    default_version: int
    newest_version: int
    created_at: int
    updated_at: int

    @property
    def arn(self) -> str:
        return iam_arn(self.account, f"policy{self.path}{self.name}")


def add(tx: Tx, policy: ManagedPolicy) -> None:
    """Keep a new policy; its first version is kept by `policy_versions.add`."""
    tx.connection.execute(
        insert(_policy).values(
            id=policy.id,
            account_id=policy.account,
            arn=policy.arn,
            name=policy.name,
            name_key=policy.name.lower(),
            path=policy.path,
            description=policy.description,
            default_version=policy.default_version,
            newest_version=policy.newest_version,
            created_at=policy.created_at,
            updated_at=policy.updated_at,
        )
    )
    tx.touch(policy.id)


def named(tx: Tx, account: str, name: str) -> ManagedPolicy | None:
    """Find a policy by its name, in any letter case."""
    return _one(tx, (_policy.c.account_id == account) & (_policy.c.name_key == name.lower()))


def by_arn(tx: Tx, arn: str) -> ManagedPolicy | None:
    """Find a policy by its whole ARN, path included; letter case counts."""
    return _one(tx, _policy.c.arn == arn)


def count(tx: Tx, account: str) -> int:
    """Tell how many policies an account has."""
    found = select(func.count()).select_from(_policy).where(_policy.c.account_id == account)
    return int(tx.connection.execute(found).scalar_one())


def page(
    tx: Tx, account: str, *, owner: str, path_prefix: str, used_as: Collection[Usage], after: str, limit: int
) -> list[ManagedPolicy]:
    """List the policies of `owner` by name, from the first past `after` (a lower-case name).

    With `used_as`, only those that are in use in one of these ways in `account`.
    """
    wanted = (
        select(_policy)
        .where(_policy.c.account_id == owner, _policy.c.name_key > after)
        .where(func.substr(_policy.c.path, 1, len(path_prefix)) == path_prefix)
        .order_by(_policy.c.name_key)
        .limit(limit)
    )
    if used_as:
        wanted = wanted.where(or_(*(_IN_USE[usage](account) for usage in used_as)))
    return [_policy_of(row) for row in tx.connection.execute(wanted)]


def boundary_uses(tx: Tx, account: str, arns: Collection[str]) -> Mapping[str, int]:
    """Count an account's users and roles that each policy bounds, by its ARN; those that bound nobody are left out."""
    uses: dict[str, int] = {}
    for table in (schema.user, schema.role):
        found = (
            select(table.c.boundary_arn, func.count())
            .where(table.c.boundary_arn.in_(arns), table.c.account_id == account)
            .group_by("boundary_arn")
        )
        for arn, number in tx.connection.execute(found):
            uses[arn] = uses.get(arn, 0) + number
    return uses


def set_default(tx: Tx, policy_id: str, number: int) -> None:
    """Let another version speak."""
    tx.connection.execute(update(_policy).where(_policy.c.id == policy_id).values(default_version=number))
    tx.touch(policy_id)


def set_newest(tx: Tx, policy_id: str, number: int, *, at: int) -> None:
    """Note the number given last, so that it is never given again."""
    tx.connection.execute(update(_policy).where(_policy.c.id == policy_id).values(newest_version=number, updated_at=at))


def remove(tx: Tx, policy_id: str) -> None:
    """Forget a policy that has no attachment left, with its versions and tags."""
    versions, tags = schema.policy_version, schema.tag
    tx.connection.execute(delete(tags).where(tags.c.target_id == policy_id))
    tx.connection.execute(delete(versions).where(versions.c.policy_id == policy_id))
    tx.connection.execute(delete(_policy).where(_policy.c.id == policy_id))
    tx.touch(policy_id)


def _held(account: str) -> ColumnElement[bool]:
    held = schema.attachment.c
    return or_(
        *(
            exists().where(held.policy_id == _policy.c.id, held.target_id == table.c.id, table.c.account_id == account)
            for table in (schema.user, schema.group, schema.role)
        )
    )


def _bounding(account: str) -> ColumnElement[bool]:
    return or_(
        *(
            exists().where(table.c.boundary_arn == _policy.c.arn, table.c.account_id == account)
            for table in (schema.user, schema.role)
        )
    )


_IN_USE: Mapping[Usage, Callable[[str], ColumnElement[bool]]] = {Usage.PERMISSIONS: _held, Usage.BOUNDARY: _bounding}
"""Whether a policy is in use in an account."""


def _one(tx: Tx, condition: ColumnElement[bool]) -> ManagedPolicy | None:
    row = tx.connection.execute(select(_policy).where(condition)).one_or_none()
    return None if row is None else _policy_of(row)


def _policy_of(row: Row[tuple[object, ...]]) -> ManagedPolicy:
    return ManagedPolicy(
        id=row.id,
        account=row.account_id,
        name=row.name,
        path=row.path,
        description=row.description,
        default_version=row.default_version,
        newest_version=row.newest_version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
