"""How fast an account's API may be asked, as the workers found out together."""

from __future__ import annotations

from sqlalchemy import Connection, select

from watchword.rotation.ledger import schema
from watchword.rotation.ledger.rows import put

_kept = schema.pace.c


def read(connection: Connection, account: str) -> float | None:
    """Give the calls per second that an account bears; None while nobody was ever refused."""
    return connection.execute(select(_kept.calls_per_second).where(_kept.account == account)).scalar_one_or_none()


def write(connection: Connection, account: str, calls_per_second: float) -> None:
    """Tell the other workers what an account bears."""
    put(connection, schema.pace, {"account": account, "calls_per_second": calls_per_second})
