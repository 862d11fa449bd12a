"""Leases: who may act on a user now, and the fencing token by which a late writer is told from a present one.

Their clock is real time, never the account's, which may be moved: the caller passes `time.time()` of its machine.
Machines whose clocks differ by more than a lease's length may be granted one too early: the token is what
keeps them apart then, as every write checks it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select, update

from watchword.rotation.ledger import schema
from watchword.rotation.ledger.faults import Fenced
from watchword.rotation.ledger.rows import put_if_absent

SECONDS = 300.0
"""How long a lease lasts that nobody renews."""
_kept = schema.lease.c


@dataclass(frozen=True, slots=True)
class Lease:
    """One grant. `subject` is a user's unique id, or what else only one at a time may act on; `until` is real time."""

    account: str
    subject: str
    holder: str
    token: int
    until: float


def grant(
    connection: Connection, account: str, subject: str, holder: str, *, now: float, seconds: float = SECONDS
) -> Lease | None:
    """Give the lease to `holder`, or None while somebody else's has not run out.

    A holder that asks again is given a younger one, by which its older one is fenced: it may have been restarted. So a
    holder's name must be that of one runner.
    """
    row = {"account": account, "subject": subject, "holder": "", "token": 0, "until": 0.0}
    put_if_absent(connection, schema.lease, row)
    holding, token, until = connection.execute(
        select(_kept.holder, _kept.token, _kept.until).where(_of(account, subject)).with_for_update()
    ).one()
    if holding not in {"", holder} and now < until:
        return None
    lease = Lease(account, subject, holder, token + 1, now + seconds)
    connection.execute(
        update(schema.lease).where(_of(account, subject)).values(holder=holder, token=lease.token, until=lease.until)
    )
    return lease


def check(connection: Connection, lease: Lease) -> None:
    """See that nobody else was given it since, and keep it so until the transaction ends.

    One that has run out but was given to nobody still holds: nothing was done meanwhile. Raises Fenced.
    """
    found = connection.execute(
        select(_kept.token, _kept.holder).where(_of(lease.account, lease.subject)).with_for_update()
    ).one_or_none()
    if found is None or tuple(found) != (lease.token, lease.holder):
        raise Fenced(f"`{lease.subject}` in `{lease.account}` is in another runner's hands: this one stops")


def renew(connection: Connection, lease: Lease, now: float, seconds: float = SECONDS) -> Lease:
    """Make it last until `seconds` from `now`. Raises Fenced."""
    check(connection, lease)
    connection.execute(update(schema.lease).where(_of(lease.account, lease.subject)).values(until=now + seconds))
    return Lease(lease.account, lease.subject, lease.holder, lease.token, now + seconds)


def release(connection: Connection, lease: Lease) -> None:
    """Let go of it; of one that is another's by now, nothing."""
    connection.execute(
        update(schema.lease)
        .where(_of(lease.account, lease.subject), _kept.token == lease.token)
        .values(holder="", until=0.0)
    )


def _of(account: str, subject: str) -> ColumnElement[bool]:
    return (_kept.account == account) & (_kept.subject == subject)
