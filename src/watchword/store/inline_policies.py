"""Inline policies: documents that belong to one user, group or role and go with it."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update

from watchword.store import schema
from watchword.store.tx import Tx

_inline = schema.inline_policy


def put(tx: Tx, target_id: str, name: str, document: str) -> None:
    """Keep a document under a name, in place of the one that had it."""
    here = (_inline.c.target_id == target_id) & (_inline.c.name == name)
    replaced = tx.connection.execute(update(_inline).where(here).values(document=document))
    if replaced.rowcount == 0:
        tx.connection.execute(insert(_inline).values(target_id=target_id, name=name, document=document))
    tx.touch(target_id)


def document(tx: Tx, target_id: str, name: str) -> str | None:
    """Find one document; letter case of the name counts."""
    found = select(_inline.c.document).where(_inline.c.target_id == target_id, _inline.c.name == name)
    return tx.connection.execute(found).scalar_one_or_none()


def documents(tx: Tx, target_id: str) -> dict[str, str]:
    """Give every inline document of a user, group or role, by name."""
    found = select(_inline.c.name, _inline.c.document).where(_inline.c.target_id == target_id).order_by(_inline.c.name)
    return {row.name: row.document for row in tx.connection.execute(found)}


def page(tx: Tx, target_id: str, *, after: str, limit: int) -> list[str]:
    """List names in order, from the first past `after`."""
    wanted = (
        select(_inline.c.name)
        .where(_inline.c.target_id == target_id, _inline.c.name > after)
        .order_by(_inline.c.name)
        .limit(limit)
    )
    return list(tx.connection.execute(wanted).scalars())


def has_any(tx: Tx, target_id: str) -> bool:
    """Tell whether a user, group or role has inline policies."""
    found = select(_inline.c.name).where(_inline.c.target_id == target_id).limit(1)
    return tx.connection.execute(found).one_or_none() is not None


def remove(tx: Tx, target_id: str, name: str) -> bool:
    """Forget one document; tells whether there was one."""
    gone = tx.connection.execute(delete(_inline).where(_inline.c.target_id == target_id, _inline.c.name == name))
    tx.touch(target_id)
    return gone.rowcount == 1
