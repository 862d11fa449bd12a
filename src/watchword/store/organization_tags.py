"""Tags on what an organization has. Unlike IAM's, keys that differ by letter case alone are different keys."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import delete, insert, select

from watchword.store import schema
from watchword.store.tx import Tx

_tag = schema.tag


def of(tx: Tx, resource_id: str) -> dict[str, str]:
    """Give the tags of an account, unit, root or policy, in the order of their keys."""
    found = select(_tag.c.name, _tag.c.value).where(_tag.c.target_id == resource_id).order_by(_tag.c.name_key)
    return {row.name: row.value for row in tx.connection.execute(found)}


def put(tx: Tx, resource_id: str, tags: Mapping[str, str]) -> None:
    """Lay tags over those that are there."""
    if not tags:
        return
    remove(tx, resource_id, tags.keys())
    rows = [{"target_id": resource_id, "name_key": name, "name": name, "value": tags[name]} for name in tags]
    tx.connection.execute(insert(_tag), rows)


def remove(tx: Tx, resource_id: str, names: Collection[str]) -> None:
    """Take tags away by key; those that are not there are passed over."""
    tx.connection.execute(delete(_tag).where(_tag.c.target_id == resource_id, _tag.c.name_key.in_(names)))


def clear(tx: Tx, resource_id: str) -> None:
    """Take all tags away."""
    tx.connection.execute(delete(_tag).where(_tag.c.target_id == resource_id))
