"""Handshakes: invitations to join an organization, and what became of each."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update

from watchword.store import schema
from watchword.store.tx import Tx

_handshake = schema.handshake

INVITE = "INVITE"
OPEN, ACCEPTED, DECLINED, CANCELED, EXPIRED = "OPEN", "ACCEPTED", "DECLINED", "CANCELED", "EXPIRED"
"""Source: Organizations API, HandshakeState. That one has expired is told by the clock and never kept."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """One handshake. `account_id` is who is asked, if the address is anybody's; `tags` are JSON; epoch seconds."""

    id: str
    organization_id: str
    management_account_id: str
    action: str
    account_id: str | None
    party_type: str
    party: str
    notes: str | None
    tags: str
    state: str
    requested_at: int
    expires_at: int
    kept_until: int

    def state_at(self, now: int) -> str:
        """Tell the state at an instant."""
        return EXPIRED if self.state == OPEN and self.expires_at <= now else self.state


def add(tx: Tx, handshake: Handshake) -> None:
    """Keep a new handshake, and no longer those whose time is over."""
    tx.connection.execute(delete(_handshake).where(_handshake.c.kept_until <= handshake.requested_at))
    tx.connection.execute(insert(_handshake).values(**asdict(handshake)))


def by_id(tx: Tx, handshake_id: str, now: int) -> Handshake | None:
    """Find a handshake that is still kept."""
    found = _read(tx, select(_handshake).where(_handshake.c.id == handshake_id, _handshake.c.kept_until > now))
    return found[0] if found else None


def end(tx: Tx, handshake_id: str, state: str, kept_until: int) -> None:
    """Note what became of an open handshake."""
    changed = update(_handshake).where(_handshake.c.id == handshake_id)
    tx.connection.execute(changed.values(state=state, kept_until=kept_until))


def cancel_all(tx: Tx, organization_id: str, kept_until: int) -> None:
    """Cancel the open handshakes of an organization."""
    changed = update(_handshake).where(_handshake.c.organization_id == organization_id, _handshake.c.state == OPEN)
    tx.connection.execute(changed.values(state=CANCELED, kept_until=kept_until))


def is_asked(tx: Tx, organization_id: str, party: str, account: str | None, now: int) -> bool:
    """Tell whether an organization has asked an account, or whoever has an address, and waits for the answer."""
    same = _handshake.c.account_id == account if account else _handshake.c.party == party
    waits = _handshake.c.state == OPEN, _handshake.c.expires_at > now
    wanted = select(_handshake.c.id).where(_handshake.c.organization_id == organization_id, same, *waits).limit(1)
    return tx.connection.execute(wanted).one_or_none() is not None


def sent(tx: Tx, organization_id: str, now: int, *, after: str, limit: int) -> list[Handshake]:
    """List the handshakes that an organization has sent by id, from the first past `after`."""
    return _read(tx, _stretch(now, after, limit).where(_handshake.c.organization_id == organization_id))


def received(tx: Tx, account: str, now: int, *, after: str, limit: int) -> list[Handshake]:
    """List the handshakes that an account has received, likewise."""
    return _read(tx, _stretch(now, after, limit).where(_handshake.c.account_id == account))


def sent_since(tx: Tx, organization_id: str, since: int) -> int:
    """Tell how many handshakes an organization sent past an instant, those that were accepted not counted.

    Source: Organizations User Guide, "Managing account invitations".
    """
    mine = _handshake.c.organization_id == organization_id, _handshake.c.state != ACCEPTED
    recent = _handshake.c.requested_at > since
    return int(tx.connection.execute(select(func.count()).select_from(_handshake).where(*mine, recent)).scalar_one())


def _stretch(now: int, after: str, limit: int) -> Select[Any]:
    kept = _handshake.c.id > after, _handshake.c.kept_until > now
    return select(_handshake).where(*kept).order_by(_handshake.c.id).limit(limit)


def _read(tx: Tx, wanted: Select[Any]) -> list[Handshake]:
    return [Handshake(**row._mapping) for row in tx.connection.execute(wanted)]  # noqa: SLF001 - its public name
