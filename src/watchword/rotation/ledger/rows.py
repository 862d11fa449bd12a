"""Rows that may be there already: the one thing that the two databases' drivers must be told each in its own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def put(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert a row, or bring the one of the same primary key up to date."""
    keys = [column.name for column in table.primary_key]
    changed = {name: value for name, value in row.items() if name not in keys}
    insert = _insert(connection, table).values(dict(row))
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=changed))


def put_if_absent(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row unless one of the same primary key is there, and tell whether it was inserted."""
    keys = list(table.primary_key)
    insert = _insert(connection, table).values(dict(row)).on_conflict_do_nothing(index_elements=keys)
    return connection.execute(insert.returning(keys[0])).first() is not None


def _insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
