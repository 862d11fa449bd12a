"""Roles: who they are, and whom they trust (principals pinned to unique ids)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from watchword.domain.arn import iam_arn
from watchword.store import last_used, schema, tallies
from watchword.store.tx import Tx
from watchword.store.under_path import Stretch, stretch

_role = schema.role


@dataclass(frozen=True, slots=True)
class Role:
    """One role; `created_at` in epoch seconds.

    `trust_policy` names the users and roles of this installation by their unique ids.
    """

    id: str
    account: str
    name: str
    path: str
    description: str | None
    trust_policy: str
    max_session_seconds: int
    boundary_arn: str | None
    created_at: int

    @property
    def arn(self) -> str:
        return iam_arn(self.account, f"role{self.path}{self.name}")


def add(tx: Tx, role: Role) -> None:
    """Keep a new role."""
    tx.connection.execute(
        insert(_role).values(
            id=role.id,
            account_id=role.account,
            name=role.name,
            name_key=role.name.lower(),
            path=role.path,
            description=role.description,
            trust_policy=role.trust_policy,
            max_session_seconds=role.max_session_seconds,
            boundary_arn=role.boundary_arn,
            created_at=role.created_at,
        )
    )
    tallies.note(tx, role.account, _role, 1)
    # The ARN too: that no such role exists may be remembered.
    tx.touch(role.id, role.arn)


def named(tx: Tx, account: str, name: str) -> Role | None:
    """Find a role by its name, in any letter case."""
    return _one(tx, (_role.c.account_id == account) & (_role.c.name_key == name.lower()))


def by_id(tx: Tx, role_id: str) -> Role | None:
    """Find a role by its unique id."""
    return _one(tx, _role.c.id == role_id)


def by_ids(tx: Tx, role_ids: Collection[str]) -> Mapping[str, Role]:
    """Find roles by their unique ids; who is gone is left out."""
    found = tx.connection.execute(select(_role).where(_role.c.id.in_(role_ids)))
    return {row.id: _role_of(row) for row in found}


def count(tx: Tx, account: str) -> int:
    """Tell how many roles an account has."""
    return tallies.of(tx, account, _role)


def page(tx: Tx, account: str, *, path_prefix: str, after: str, limit: int) -> Stretch[Role]:
    """List an account's roles by name, from the first past `after` (a lower-case name)."""
    return stretch(tx, _role, _role_of, account, path_prefix=path_prefix, after=after, limit=limit)


def set_description(tx: Tx, role_id: str, description: str) -> None:
    """Describe a role anew."""
    _set(tx, role_id, description=description)


def set_max_session(tx: Tx, role_id: str, seconds: int) -> None:
    """Set how long a role's sessions may last."""
    _set(tx, role_id, max_session_seconds=seconds)


def set_trust_policy(tx: Tx, role_id: str, document: str) -> None:
    """Replace whom a role trusts; `document` has its principals pinned."""
    _set(tx, role_id, trust_policy=document)


def set_boundary(tx: Tx, role_id: str, policy_arn: str | None) -> None:
    """Set or lift a role's permissions boundary."""
    _set(tx, role_id, boundary_arn=policy_arn)


def remove(tx: Tx, role: Role) -> None:
    """Forget a role that has neither policies nor attachments left, with its tags and its last use."""
    tx.connection.execute(delete(schema.tag).where(schema.tag.c.target_id == role.id))
    last_used.forget(tx, role.id)
    tx.connection.execute(delete(_role).where(_role.c.id == role.id))
    tallies.note(tx, role.account, _role, -1)
    tx.touch(role.id, role.arn)


def _set(tx: Tx, role_id: str, **values: str | int | None) -> None:
    tx.connection.execute(update(_role).where(_role.c.id == role_id).values(**values))
    tx.touch(role_id)


def _one(tx: Tx, condition: ColumnElement[bool]) -> Role | None:
    row = tx.connection.execute(select(_role).where(condition)).one_or_none()
    return None if row is None else _role_of(row)


def _role_of(row: Row[tuple[object, ...]]) -> Role:
    return Role(
        id=row.id,
        account=row.account_id,
        name=row.name,
        path=row.path,
        description=row.description,
        trust_policy=row.trust_policy,
        max_session_seconds=row.max_session_seconds,
        boundary_arn=row.boundary_arn,
        created_at=row.created_at,
    )
