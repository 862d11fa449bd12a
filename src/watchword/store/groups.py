"""Groups, and who is in them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Row, delete, func, insert, select, update

from watchword.domain.arn import iam_arn
from watchword.store import schema
from watchword.store.tx import Tx
from watchword.store.users import User, user_of

_group = schema.group
_member = schema.membership


@dataclass(frozen=True, slots=True)
class Group:
    """One group; `created_at` in epoch seconds."""

    id: str
    account: str
    name: str
    path: str
    created_at: int

    @property
    def arn(self) -> str:
        return iam_arn(self.account, f"group{self.path}{self.name}")


def add(tx: Tx, group: Group) -> None:
    """Keep a new group."""
    tx.connection.execute(
        insert(_group).values(
            id=group.id,
            account_id=group.account,
            name=group.name,
            name_key=group.name.lower(),
            path=group.path,
            created_at=group.created_at,
        )
    )
    tx.touch(group.id)


def named(tx: Tx, account: str, name: str) -> Group | None:
    """Find a group by its name, in any letter case."""
    found = select(_group).where(_group.c.account_id == account, _group.c.name_key == name.lower())
    row = tx.connection.execute(found).one_or_none()
    return None if row is None else _group_of(row)


def count(tx: Tx, account: str) -> int:
    """Tell how many groups an account has."""
    found = select(func.count()).select_from(_group).where(_group.c.account_id == account)
    return int(tx.connection.execute(found).scalar_one())


def page(tx: Tx, account: str, *, path_prefix: str, after: str, limit: int) -> list[Group]:
    """List an account's groups by name, from the first past `after` (a lower-case name)."""
    wanted = (
        select(_group)
        .where(_group.c.account_id == account, _group.c.name_key > after)
        .where(func.substr(_group.c.path, 1, len(path_prefix)) == path_prefix)
        .order_by(_group.c.name_key)
        .limit(limit)
    )
    return [_group_of(row) for row in tx.connection.execute(wanted)]


def rename(tx: Tx, group_id: str, *, name: str, path: str) -> None:
    """Give a group another name or path; its unique id, members and policies stay."""
    values = {"name": name, "name_key": name.lower(), "path": path}
    tx.connection.execute(update(_group).where(_group.c.id == group_id).values(**values))
    tx.touch(group_id)


def remove(tx: Tx, group_id: str) -> None:
    """Forget a group that has neither members nor policies left."""
    tx.connection.execute(delete(_group).where(_group.c.id == group_id))
    tx.touch(group_id)


def join(tx: Tx, group_id: str, user_id: str) -> None:
    """Put a user into a group that it is not in yet."""
    tx.connection.execute(insert(_member).values(group_id=group_id, user_id=user_id))
    tx.touch(group_id, user_id)


def leave(tx: Tx, group_id: str, user_id: str) -> bool:
    """Take a user out of a group; tells whether it was in."""
    gone = tx.connection.execute(delete(_member).where(_member.c.group_id == group_id, _member.c.user_id == user_id))
    tx.touch(group_id, user_id)
    return gone.rowcount == 1


def is_member(tx: Tx, group_id: str, user_id: str) -> bool:
    """Tell whether a user is in a group."""
    found = select(_member.c.user_id).where(_member.c.group_id == group_id, _member.c.user_id == user_id)
    return tx.connection.execute(found).one_or_none() is not None


def has_members(tx: Tx, group_id: str) -> bool:
    """Tell whether anyone is in a group."""
    found = select(_member.c.user_id).where(_member.c.group_id == group_id).limit(1)
    return tx.connection.execute(found).one_or_none() is not None


def count_of(tx: Tx, user_id: str) -> int:
    """Tell how many groups a user is in."""
    found = select(func.count()).select_from(_member).where(_member.c.user_id == user_id)
    return int(tx.connection.execute(found).scalar_one())


def members(tx: Tx, group_id: str, *, after: str, limit: int) -> list[User]:
    """List a group's users by unique id, from the first past `after`: by name, all would be read for each page."""
    wanted = (
        select(schema.user)
        .join(_member, _member.c.user_id == schema.user.c.id)
        .where(_member.c.group_id == group_id, _member.c.user_id > after)
        .order_by(_member.c.user_id)
        .limit(limit)
    )
    return [user_of(row) for row in tx.connection.execute(wanted)]


def groups_of(tx: Tx, user_id: str, *, after: str, limit: int) -> list[Group]:
    """List a user's groups by name, from the first past `after` (a lower-case name)."""
    wanted = (
        select(_group)
        .join(_member, _member.c.group_id == _group.c.id)
        .where(_member.c.user_id == user_id, _group.c.name_key > after)
        .order_by(_group.c.name_key)
        .limit(limit)
    )
    return [_group_of(row) for row in tx.connection.execute(wanted)]


def _group_of(row: Row[tuple[object, ...]]) -> Group:
    return Group(id=row.id, account=row.account_id, name=row.name, path=row.path, created_at=row.created_at)
