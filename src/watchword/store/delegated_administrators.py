"""Delegated administrators: the members that a management account lets read its organization, service by service."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select

from watchword.store import schema
from watchword.store.tx import Tx

_administrator = schema.delegated_administrator


@dataclass(frozen=True, slots=True)
class Delegation:
    """An account and since when it is a delegated administrator, or a service and since when; epoch seconds."""

    name: str
    enabled_at: int


def add(tx: Tx, organization_id: str, account: str, service: str, at: int) -> None:
    """Make a member an administrator of a service."""
    row = {"organization_id": organization_id, "account_id": account, "service": service, "enabled_at": at}
    tx.connection.execute(insert(_administrator).values(**row))


def remove(tx: Tx, organization_id: str, account: str, service: str) -> None:
    """Make it none of a service any more."""
    found = _administrator.c.organization_id == organization_id, _administrator.c.account_id == account
    tx.connection.execute(delete(_administrator).where(*found, _administrator.c.service == service))


def is_one(tx: Tx, organization_id: str, account: str, service: str = "") -> bool:
    """Tell whether a member is an administrator: of a service, or of any."""
    wanted = select(_administrator.c.service).where(
        _administrator.c.organization_id == organization_id, _administrator.c.account_id == account
    )
    if service:
        wanted = wanted.where(_administrator.c.service == service)
    return tx.connection.execute(wanted.limit(1)).one_or_none() is not None


def page(tx: Tx, organization_id: str, service: str | None, *, after: str, limit: int) -> list[Delegation]:
    """List the accounts that are administrators, of a service or of any, from the first past `after`."""
    account = _administrator.c.account_id
    wanted = select(account, func.min(_administrator.c.enabled_at)).where(
        _administrator.c.organization_id == organization_id, account > after
    )
    if service is not None:
        wanted = wanted.where(_administrator.c.service == service)
    wanted = wanted.group_by(account).order_by(account).limit(limit)
    return [Delegation(*row) for row in tx.connection.execute(wanted)]


def services(tx: Tx, organization_id: str, account: str, *, after: str, limit: int) -> list[Delegation]:
    """List the services that an account is an administrator of, likewise."""
    mine = _administrator.c.organization_id == organization_id, _administrator.c.account_id == account
    service = _administrator.c.service
    wanted = select(service, _administrator.c.enabled_at).where(*mine, service > after).order_by(service).limit(limit)
    return [Delegation(*row) for row in tx.connection.execute(wanted)]


def all_services(tx: Tx, organization_id: str, account: str) -> list[str]:
    """Give all services that an account is an administrator of."""
    mine = _administrator.c.organization_id == organization_id, _administrator.c.account_id == account
    return list(tx.connection.execute(select(_administrator.c.service).where(*mine)).scalars())
