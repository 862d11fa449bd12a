"""Organizations: which accounts belong together, where each stands, and under whose management."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
from sqlalchemy import Select, delete, func, insert, select, union_all, update

from watchword.store import schema
from watchword.store.tx import Tx

_organization, _member, _request = schema.organization, schema.member, schema.account_request
_account, _unit, _tag = schema.account, schema.organizational_unit, schema.tag

ROOT_SESSIONS, ROOT_CREDENTIALS = "RootSessions", "RootCredentialsManagement"
"""Features of IAM.  Source: IAM API, ListOrganizationsFeatures."""
CREATED, INVITED = "CREATED", "INVITED"
SUCCEEDED, FAILED = "SUCCEEDED", "FAILED"


@dataclass(frozen=True, slots=True)
class Organization:
    """One organization. `features` are those of IAM that it has enabled, by AWS's names."""

    id: str
    root_id: str
    management_account: str
    features: tuple[str, ...]
    created_at: int


@dataclass(frozen=True, slots=True)
class Member:
    """One account of an organization: what it stands right below, and when it joined; instants in epoch seconds."""

    account_id: str
    organization_id: str
    parent_id: str
    joined_method: str
    joined_at: int


@dataclass(frozen=True, slots=True)
class AccountRequest:
    """What became of one CreateAccount; `account_id` where it was made, `failure` where it was not."""

    id: str
    organization_id: str
    account_name: str
    account_id: str | None
    state: str
    failure: str | None
    requested_at: int


def add(tx: Tx, organization: Organization) -> None:
    """Keep a new organization."""
    tx.connection.execute(
        insert(_organization).values(
            id=organization.id,
            root_id=organization.root_id,
            management_account_id=organization.management_account,
            features=msgspec.json.encode(organization.features).decode(),
            created_at=organization.created_at,
        )
    )


def remove(tx: Tx, organization: Organization) -> None:
    """Drop an organization with everything that belongs to it and to no account. Invitations that it sent stay."""
    own = (_unit, schema.organization_policy, schema.organization_resource_policy)
    tagged = union_all(*(select(table.c.id).where(table.c.organization_id == organization.id) for table in own))
    tx.connection.execute(delete(_tag).where(_tag.c.target_id.in_(tagged) | (_tag.c.target_id == organization.root_id)))
    for table in reversed(schema.metadata.sorted_tables):
        if any(key.column.table is _organization for key in table.foreign_keys):
            tx.connection.execute(delete(table).where(table.c.organization_id == organization.id))
    tx.connection.execute(delete(_organization).where(_organization.c.id == organization.id))
    tx.touch(organization.id, organization.management_account)


def of(tx: Tx, account: str) -> Organization | None:
    """Find the organization that an account belongs to."""
    wanted = (
        select(_organization)
        .join(_member, _member.c.organization_id == _organization.c.id)
        .where(_member.c.account_id == account)
    )
    return _organization_of(tx, wanted)


def by_id(tx: Tx, organization_id: str) -> Organization | None:
    """Find an organization."""
    return _organization_of(tx, select(_organization).where(_organization.c.id == organization_id))


def has_root(tx: Tx, root_id: str) -> bool:
    """Tell whether some organization's root has an id."""
    wanted = select(_organization.c.id).where(_organization.c.root_id == root_id).limit(1)
    return tx.connection.execute(wanted).one_or_none() is not None


def set_features(tx: Tx, organization: Organization, features: tuple[str, ...]) -> None:
    """Enable these features of IAM and no others."""
    changed = update(_organization).where(_organization.c.id == organization.id)
    tx.connection.execute(changed.values(features=msgspec.json.encode(features).decode()))
    tx.touch(organization.id)


def join(tx: Tx, member: Member) -> None:
    """Make an account a member."""
    tx.connection.execute(insert(_member).values(**asdict(member)))
    tx.touch(member.account_id)


def leave(tx: Tx, account: str) -> None:
    """Let an account stand alone."""
    tx.connection.execute(delete(_member).where(_member.c.account_id == account))
    tx.touch(account)


def move(tx: Tx, account: str, parent_id: str) -> None:
    """Put a member right below another root or unit."""
    tx.connection.execute(update(_member).where(_member.c.account_id == account).values(parent_id=parent_id))
    tx.touch(account)


def member(tx: Tx, organization_id: str, account: str) -> Member | None:
    """Find one member of an organization."""
    wanted = select(_member).where(_member.c.organization_id == organization_id, _member.c.account_id == account)
    row = tx.connection.execute(wanted).one_or_none()
    return None if row is None else Member(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def count(tx: Tx, organization_id: str) -> int:
    """Tell how many members an organization has."""
    wanted = select(func.count()).select_from(_member).where(_member.c.organization_id == organization_id)
    return int(tx.connection.execute(wanted).scalar_one())


def closed_since(tx: Tx, organization_id: str, since: int) -> int:
    """Tell how many of an organization's members were closed past an instant."""
    wanted = select(func.count()).select_from(_member.join(_account, _account.c.id == _member.c.account_id))
    found = wanted.where(_member.c.organization_id == organization_id, _account.c.closed_at > since)
    return int(tx.connection.execute(found).scalar_one())


def note(tx: Tx, request: AccountRequest) -> None:
    """Keep what became of a request for an account."""
    tx.connection.execute(insert(_request).values(**asdict(request)))


def request(tx: Tx, organization_id: str, request_id: str) -> AccountRequest | None:
    """Find one request for an account."""
    wanted = select(_request).where(_request.c.organization_id == organization_id, _request.c.id == request_id)
    row = tx.connection.execute(wanted).one_or_none()
    return None if row is None else AccountRequest(**row._mapping)  # noqa: SLF001 - as above


def requests(tx: Tx, organization_id: str, *, states: Collection[str], after: str, limit: int) -> list[AccountRequest]:
    """List an organization's requests for accounts in any of these states by id, from the first past `after`."""
    found: list[AccountRequest] = []
    for state in sorted({SUCCEEDED, FAILED}.intersection(states)):  # one by one: each is in its index's order
        wanted = (
            select(_request)
            .where(_request.c.organization_id == organization_id, _request.c.state == state, _request.c.id > after)
            .order_by(_request.c.id)
            .limit(limit)
        )
        found += [AccountRequest(**row._mapping) for row in tx.connection.execute(wanted)]  # noqa: SLF001 - as above
    return sorted(found, key=lambda one: one.id)[:limit]


def _organization_of(tx: Tx, wanted: Select[Any]) -> Organization | None:
    row = tx.connection.execute(wanted).one_or_none()
    if row is None:
        return None
    features = msgspec.json.decode(row.features, type=tuple[str, ...])
    return Organization(row.id, row.root_id, row.management_account_id, features, row.created_at)
