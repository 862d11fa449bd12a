"""Organizational units: a tree below an organization's root. A unit never moves, so its path is kept with it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import delete, exists, func, insert, select, update

from watchword.store import schema
from watchword.store.tx import Tx

_unit, _member = schema.organizational_unit, schema.member

BETWEEN = "/"
"""Stands between the ids of a path."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One organizational unit. `path` holds the ids from the root to this unit."""

    id: str
    organization_id: str
    parent_id: str
    path: str
    name: str
    created_at: int

    @property
    def depth(self) -> int:
        """How many units deep it stands: 1 right below the root."""
        return self.path.count(BETWEEN)


def add(tx: Tx, unit: Unit) -> None:
    """Keep a new unit."""
    tx.connection.execute(insert(_unit).values(**asdict(unit)))


def by_id(tx: Tx, organization_id: str, unit_id: str) -> Unit | None:
    """Find a unit of an organization."""
    row = tx.connection.execute(
        select(_unit).where(_unit.c.organization_id == organization_id, _unit.c.id == unit_id)
    ).one_or_none()
    return None if row is None else Unit(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def named(tx: Tx, organization_id: str, parent_id: str, name: str) -> Unit | None:
    """Find the unit that bears a name below a root or unit."""
    wanted = select(_unit).where(
        _unit.c.organization_id == organization_id, _unit.c.parent_id == parent_id, _unit.c.name == name
    )
    row = tx.connection.execute(wanted).one_or_none()
    return None if row is None else Unit(**row._mapping)  # noqa: SLF001 - as above


def rename(tx: Tx, unit: Unit, name: str) -> None:
    """Give a unit another name."""
    tx.connection.execute(update(_unit).where(_unit.c.id == unit.id).values(name=name))


def remove(tx: Tx, unit: Unit) -> None:
    """Drop a unit that nothing stands in."""
    tx.connection.execute(delete(_unit).where(_unit.c.id == unit.id))
    tx.touch(unit.id)


def below(tx: Tx, organization_id: str, parent_id: str, *, after: str, limit: int) -> list[Unit]:
    """List the units right below a root or unit by id, from the first past `after`."""
    wanted = (
        select(_unit)
        .where(_unit.c.organization_id == organization_id, _unit.c.parent_id == parent_id, _unit.c.id > after)
        .order_by(_unit.c.id)
        .limit(limit)
    )
    return [Unit(**row._mapping) for row in tx.connection.execute(wanted)]  # noqa: SLF001 - as above


def count(tx: Tx, organization_id: str) -> int:
    """Tell how many units an organization has."""
    wanted = select(func.count()).select_from(_unit).where(_unit.c.organization_id == organization_id)
    return int(tx.connection.execute(wanted).scalar_one())


def is_empty(tx: Tx, unit: Unit) -> bool:
    """Tell whether no unit and no account stands right below a unit."""
    here = unit.organization_id, unit.id
    units = exists().where(_unit.c.organization_id == here[0], _unit.c.parent_id == here[1])
    accounts = exists().where(_member.c.organization_id == here[0], _member.c.parent_id == here[1])
    return not tx.connection.execute(select(units | accounts)).scalar_one()


def path(tx: Tx, account: str) -> tuple[str, ...]:
    """Give the ids from the root to what an account stands right below; none if it is in no organization."""
    wanted = (
        select(_member.c.parent_id, _unit.c.path)
        .outerjoin(_unit, _unit.c.id == _member.c.parent_id)
        .where(_member.c.account_id == account)
    )
    row = tx.connection.execute(wanted).one_or_none()
    return () if row is None else tuple((row.path or row.parent_id).split(BETWEEN))
