"""Users: who they are, where they stand, and what bounds them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from watchword.domain.arn import iam_arn
from watchword.store import access_keys, schema, tallies
from watchword.store.tx import Tx
from watchword.store.under_path import Stretch, stretch

_user = schema.user


@dataclass(frozen=True, slots=True)
class User:
    """One user; `created_at` in epoch seconds."""

    id: str
    account: str
    name: str
    path: str
    boundary_arn: str | None
    created_at: int

    @property
    def arn(self) -> str:
        return iam_arn(self.account, f"user{self.path}{self.name}")


def add(tx: Tx, user: User) -> None:
    """Keep a new user."""
    tx.connection.execute(
        insert(_user).values(
            id=user.id,
            account_id=user.account,
            name=user.name,
            name_key=user.name.lower(),
            path=user.path,
            boundary_arn=user.boundary_arn,
            created_at=user.created_at,
        )
    )
    tallies.note(tx, user.account, _user, 1)
    tx.touch(user.id)


def named(tx: Tx, account: str, name: str) -> User | None:
    """Find a user by its name, in any letter case."""
    return _one(tx, (_user.c.account_id == account) & (_user.c.name_key == name.lower()))


def by_id(tx: Tx, user_id: str) -> User | None:
    """Find a user by its unique id."""
    return _one(tx, _user.c.id == user_id)


def count(tx: Tx, account: str) -> int:
    """Tell how many users an account has."""
    return tallies.of(tx, account, _user)


def page(tx: Tx, account: str, *, path_prefix: str, after: str, limit: int) -> Stretch[User]:
    """List an account's users by name, from the first past `after` (a lower-case name)."""
    return stretch(tx, _user, user_of, account, path_prefix=path_prefix, after=after, limit=limit)


def rename(tx: Tx, user_id: str, *, name: str, path: str) -> None:
    """Give a user another name or path; its unique id, and all that hangs on it, stays."""
    _set(tx, user_id, name=name, name_key=name.lower(), path=path)
    access_keys.note_owner(tx, user_id, name=name, path=path)


def set_boundary(tx: Tx, user_id: str, policy_arn: str | None) -> None:
    """Set or lift a user's permissions boundary."""
    _set(tx, user_id, boundary_arn=policy_arn)


def remove(tx: Tx, user_id: str) -> None:
    """Forget a user that has neither keys, policies nor groups left, with its tags."""
    access_keys.note_owner(tx, user_id, name=None, path=None)
    tx.connection.execute(delete(schema.tag).where(schema.tag.c.target_id == user_id))
    gone = tx.connection.execute(delete(_user).where(_user.c.id == user_id).returning(_user.c.account_id))
    for account in gone.scalars().all():
        tallies.note(tx, account, _user, -1)
    tx.touch(user_id)


def user_of(row: Row[tuple[object, ...]]) -> User:
    """Read a user from a row of its whole table."""
    return User(
        id=row.id,
        account=row.account_id,
        name=row.name,
        path=row.path,
        boundary_arn=row.boundary_arn,
        created_at=row.created_at,
    )


def _set(tx: Tx, user_id: str, **values: str | None) -> None:
    tx.connection.execute(update(_user).where(_user.c.id == user_id).values(**values))
    tx.touch(user_id)


def _one(tx: Tx, condition: ColumnElement[bool]) -> User | None:
    row = tx.connection.execute(select(_user).where(condition)).one_or_none()
    return None if row is None else user_of(row)
