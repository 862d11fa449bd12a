"""Users that are left alone until an instant, because somebody said so by command."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from watchword.rotation.ledger import schema
from watchword.rotation.ledger.rows import put

_kept = schema.exemption.c


@dataclass(frozen=True, slots=True)
class Exempted:
    """One exemption. `user` is a name; `until` and `at`, when it was said, are epoch seconds."""

    account: str
    user: str
    until: float
    reason: str
    by: str
    at: float = 0.0


def exempt(connection: Connection, exempted: Exempted) -> None:
    """Exempt a user, in place of what was said before."""
    row = {
        "account": exempted.account,
        "user_name": exempted.user,
        "until": exempted.until,
        "reason": exempted.reason,
        "by": exempted.by,
        "at": exempted.at,
    }
    put(connection, schema.exemption, row)


def every(connection: Connection, account: str = "") -> tuple[Exempted, ...]:
    """List the exemptions, those that have ended too: an exemption that has ended is a finding until it is lifted."""
    wanted = select(_kept.account, _kept.user_name, _kept.until, _kept.reason, _kept.by, _kept.at)
    found = connection.execute(
        wanted.where(*([_kept.account == account] if account else [])).order_by(_kept.account, _kept.user_name)
    )
    return tuple(Exempted(*row) for row in found)


def lift(connection: Connection, account: str, user: str) -> bool:
    """End an exemption, and tell whether there was one."""
    gone = delete(schema.exemption).where(_kept.account == account, _kept.user_name == user)
    return connection.execute(gone).rowcount > 0
