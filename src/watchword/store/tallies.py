"""How many rows an account has in a table that may grow large: kept beside it, so that a quota is checked at one cost.

A number that is not kept yet is counted, and kept from the next change on: whoever fills a table by other ways need not
know of this one. Changes are strictly serial, and one that is undone takes its number back with it.
"""

from __future__ import annotations

from sqlalchemy import Table, func, insert, select, update

from watchword.store import schema
from watchword.store.tx import Tx

_tally = schema.tally


def of(tx: Tx, account: str, table: Table) -> int:
    """Tell how many rows of a table an account has."""
    kept = select(_tally.c.number).where(_tally.c.account_id == account, _tally.c.table_name == table.name)
    number = tx.connection.execute(kept).scalar_one_or_none()
    return _counted(tx, account, table) if number is None else int(number)


def note(tx: Tx, account: str, table: Table, more: int) -> None:
    """Note that an account has so many rows more (fewer, if negative). To be called once they are there, or gone."""
    here = (_tally.c.account_id == account) & (_tally.c.table_name == table.name)
    noted = tx.connection.execute(update(_tally).where(here).values(number=_tally.c.number + more))
    if not noted.rowcount:
        first = {"account_id": account, "table_name": table.name, "number": _counted(tx, account, table)}
        tx.connection.execute(insert(_tally).values(first))


def _counted(tx: Tx, account: str, table: Table) -> int:
    found = select(func.count()).select_from(table).where(table.c.account_id == account)
    return int(tx.connection.execute(found).scalar_one())
