"""Tags on users, roles and policies. One key is one tag whatever its letter case; the case given last is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import delete, insert, select

from watchword.store import schema
from watchword.store.tx import Tx

_tag = schema.tag


def of(tx: Tx, target_id: str) -> dict[str, str]:
    """Give the tags of a user, role or policy, in the order of their keys."""
    found = select(_tag.c.name, _tag.c.value).where(_tag.c.target_id == target_id).order_by(_tag.c.name_key)
    return {row.name: row.value for row in tx.connection.execute(found)}


def put(tx: Tx, target_id: str, tags: Mapping[str, str]) -> None:
    """Lay tags over those that are there. No two keys of `tags` may differ by letter case alone."""
    if not tags:
        return
    remove(tx, target_id, tags.keys())
    rows = [
        {"target_id": target_id, "name_key": name.lower(), "name": name, "value": value} for name, value in tags.items()
    ]
    tx.connection.execute(insert(_tag), rows)


def remove(tx: Tx, target_id: str, names: Collection[str]) -> None:
    """Take tags away by key, in any letter case; those that are not there are passed over."""
    keys = {name.lower() for name in names}
    tx.connection.execute(delete(_tag).where(_tag.c.target_id == target_id, _tag.c.name_key.in_(keys)))
    tx.touch(target_id)
