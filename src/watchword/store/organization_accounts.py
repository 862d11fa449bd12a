"""The accounts of organizations as they are told: where each stands, with what is the account's own.

`since` leaves out those that were closed by then: their time is over, whether or not they were let go already.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from watchword.store import schema
from watchword.store.tx import Tx

_member, _unit = schema.member, schema.organizational_unit
_account, _contact = schema.account, schema.account_contact


@dataclass(frozen=True, slots=True)
class OrganizationAccount:
    """One member. `path` holds the ids from the root to what it stands right below; instants in epoch seconds."""

    id: str
    name: str
    email: str
    path: str
    joined_method: str
    joined_at: int
    closed_at: int | None


def by_id(tx: Tx, organization_id: str, account: str, since: int) -> OrganizationAccount | None:
    """Find one account of an organization."""
    found = _read(tx, _wanted(organization_id, since).where(_member.c.account_id == account))
    return found[0] if found else None


def these(tx: Tx, organization_id: str, accounts: Collection[str], since: int) -> dict[str, OrganizationAccount]:
    """Give those of these accounts that are an organization's, by number."""
    found = _read(tx, _wanted(organization_id, since).where(_member.c.account_id.in_(accounts))) if accounts else []
    return {one.id: one for one in found}


def over(tx: Tx, organization_id: str, since: int) -> list[str]:
    """Give the accounts of an organization that were closed by an instant."""
    wanted = select(_member.c.account_id).join(_account, _account.c.id == _member.c.account_id)
    closed = wanted.where(_member.c.organization_id == organization_id, _account.c.closed_at <= since)
    return list(tx.connection.execute(closed).scalars())


def page(tx: Tx, organization_id: str, since: int, *, after: str, limit: int) -> list[OrganizationAccount]:
    """List an organization's accounts by number, from the first past `after`."""
    return _read(tx, _stretch(organization_id, since, after, limit))


def below(
    tx: Tx, organization_id: str, parent_id: str, since: int, *, after: str, limit: int
) -> list[OrganizationAccount]:
    """List the accounts right below a root or unit, likewise."""
    return _read(tx, _stretch(organization_id, since, after, limit).where(_member.c.parent_id == parent_id))


def _wanted(organization_id: str, since: int) -> Select[Any]:
    return (
        select(
            _member.c.account_id,
            _contact.c.name,
            _contact.c.email,
            _member.c.parent_id,
            _unit.c.path,
            _member.c.joined_method,
            _member.c.joined_at,
            _account.c.closed_at,
        )
        .join(_account, _account.c.id == _member.c.account_id)
        .outerjoin(_contact, _contact.c.account_id == _member.c.account_id)
        .outerjoin(_unit, _unit.c.id == _member.c.parent_id)
        .where(_member.c.organization_id == organization_id)
        .where(_account.c.closed_at.is_(None) | (_account.c.closed_at > since))
    )


def _stretch(organization_id: str, since: int, after: str, limit: int) -> Select[Any]:
    return (
        _wanted(organization_id, since).where(_member.c.account_id > after).order_by(_member.c.account_id).limit(limit)
    )


def _read(tx: Tx, wanted: Select[Any]) -> list[OrganizationAccount]:
    return [
        OrganizationAccount(
            row.account_id,
            row.name or row.account_id,
            row.email or "",
            row.path or row.parent_id,
            row.joined_method,
            row.joined_at,
            row.closed_at,
        )
        for row in tx.connection.execute(wanted)
    ]
