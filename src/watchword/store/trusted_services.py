"""Services of AWS that an organization lets see its structure."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from watchword.store import schema
from watchword.store.tx import Tx

_trusted = schema.trusted_service


@dataclass(frozen=True, slots=True)
class TrustedService:
    """A service, by its principal, and since when it is trusted, in epoch seconds."""

    service: str
    enabled_at: int


def add(tx: Tx, organization_id: str, service: str, at: int) -> None:
    """Trust a service; one that is trusted already stays so since then."""
    if not is_trusted(tx, organization_id, service):
        row = {"organization_id": organization_id, "service": service, "enabled_at": at}
        tx.connection.execute(insert(_trusted).values(**row))


def remove(tx: Tx, organization_id: str, service: str) -> None:
    """Trust a service no more; one that is not trusted is passed over."""
    tx.connection.execute(
        delete(_trusted).where(_trusted.c.organization_id == organization_id, _trusted.c.service == service)
    )


def is_trusted(tx: Tx, organization_id: str, service: str) -> bool:
    """Tell whether a service is trusted."""
    wanted = select(_trusted.c.service).where(
        _trusted.c.organization_id == organization_id, _trusted.c.service == service
    )
    return tx.connection.execute(wanted).one_or_none() is not None


def page(tx: Tx, organization_id: str, *, after: str, limit: int) -> list[TrustedService]:
    """List the trusted services by name, from the first past `after`."""
    wanted = (
        select(_trusted.c.service, _trusted.c.enabled_at)
        .where(_trusted.c.organization_id == organization_id, _trusted.c.service > after)
        .order_by(_trusted.c.service)
        .limit(limit)
    )
    return [TrustedService(*row) for row in tx.connection.execute(wanted)]
