"""Instance profiles: what an EC2 instance is started with, and the one role that each may hold."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Row, Select, delete, func, insert, select, update

from watchword.domain.arn import iam_arn
from watchword.store import schema
from watchword.store.tx import Tx

_profile = schema.instance_profile


@dataclass(frozen=True, slots=True)
class InstanceProfile:
    """One instance profile; `created_at` in epoch seconds. `role_id` is the unique id of the role in it, if any."""

    id: str
    account: str
    name: str
    path: str
    role_id: str | None
    created_at: int

    @property
    def arn(self) -> str:
        return iam_arn(self.account, f"instance-profile{self.path}{self.name}")


def add(tx: Tx, profile: InstanceProfile) -> None:
    """Keep a new instance profile."""
    tx.connection.execute(
        insert(_profile).values(
            id=profile.id,
            account_id=profile.account,
            name=profile.name,
            name_key=profile.name.lower(),
            path=profile.path,
            role_id=profile.role_id,
            created_at=profile.created_at,
        )
    )


def named(tx: Tx, account: str, name: str) -> InstanceProfile | None:
    """Find an instance profile by its name, in any letter case."""
    here = (_profile.c.account_id == account) & (_profile.c.name_key == name.lower())
    row = tx.connection.execute(select(_profile).where(here)).one_or_none()
    return None if row is None else _profile_of(row)


def by_id(tx: Tx, profile_id: str) -> InstanceProfile | None:
    """Find an instance profile by its unique id."""
    row = tx.connection.execute(select(_profile).where(_profile.c.id == profile_id)).one_or_none()
    return None if row is None else _profile_of(row)


def count(tx: Tx, account: str) -> int:
    """Tell how many instance profiles an account has."""
    found = select(func.count()).select_from(_profile).where(_profile.c.account_id == account)
    return int(tx.connection.execute(found).scalar_one())


def page(tx: Tx, account: str, *, path_prefix: str, after: str, limit: int) -> list[InstanceProfile]:
    """List an account's instance profiles by name, from the first past `after` (a lower-case name)."""
    wanted = (
        select(_profile)
        .where(_profile.c.account_id == account)
        .where(func.substr(_profile.c.path, 1, len(path_prefix)) == path_prefix)
    )
    return _listed(tx, wanted, after=after, limit=limit)


def page_of_role(tx: Tx, role_id: str, *, after: str, limit: int) -> list[InstanceProfile]:
    """List the instance profiles that hold a role, likewise."""
    return _listed(tx, select(_profile).where(_profile.c.role_id == role_id), after=after, limit=limit)


def count_of_role(tx: Tx, role_id: str) -> int:
    """Tell how many instance profiles hold a role."""
    found = select(func.count()).select_from(_profile).where(_profile.c.role_id == role_id)
    return int(tx.connection.execute(found).scalar_one())


def set_role(tx: Tx, profile_id: str, role_id: str | None) -> None:
    """Put a role into an instance profile, or take it out."""
    tx.connection.execute(update(_profile).where(_profile.c.id == profile_id).values(role_id=role_id))


def remove(tx: Tx, profile_id: str) -> None:
    """Forget an instance profile, with its tags."""
    tx.connection.execute(delete(schema.tag).where(schema.tag.c.target_id == profile_id))
    tx.connection.execute(delete(_profile).where(_profile.c.id == profile_id))


def _listed(tx: Tx, wanted: Select[tuple[object, ...]], *, after: str, limit: int) -> list[InstanceProfile]:
    some = wanted.where(_profile.c.name_key > after).order_by(_profile.c.name_key).limit(limit)
    return [_profile_of(row) for row in tx.connection.execute(some)]


def _profile_of(row: Row[tuple[object, ...]]) -> InstanceProfile:
    return InstanceProfile(
        id=row.id,
        account=row.account_id,
        name=row.name,
        path=row.path,
        role_id=row.role_id,
        created_at=row.created_at,
    )
