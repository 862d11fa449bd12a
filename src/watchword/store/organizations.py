"""Organizations: which accounts belong together, and under whose management."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import msgspec
from sqlalchemy import func, insert, select, update

from watchword.store import schema
from watchword.store.tx import Tx

_organization, _member, _request = schema.organization, schema.member, schema.account_request

ROOT_SESSIONS, ROOT_CREDENTIALS = "RootSessions", "RootCredentialsManagement"
"""Features of IAM.  Source: IAM API, ListOrganizationsFeatures."""
ACTIVE = "ACTIVE"
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
    """One account of an organization; `joined_at` in epoch seconds."""

    account_id: str
    organization_id: str
    name: str
    email: str
    status: str
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


def of(tx: Tx, account: str) -> Organization | None:
    """Find the organization that an account belongs to."""
    wanted = (
        select(_organization)
        .join(_member, _member.c.organization_id == _organization.c.id)
        .where(_member.c.account_id == account)
    )
    row = tx.connection.execute(wanted).one_or_none()
    if row is None:
        return None
    features = msgspec.json.decode(row.features, type=tuple[str, ...])
    return Organization(row.id, row.root_id, row.management_account_id, features, row.created_at)


def set_features(tx: Tx, organization: Organization, features: tuple[str, ...]) -> None:
    """Enable these features of IAM and no others."""
    changed = update(_organization).where(_organization.c.id == organization.id)
    tx.connection.execute(changed.values(features=msgspec.json.encode(features).decode()))
    tx.touch(organization.id)


def join(tx: Tx, member: Member) -> None:
    """Make an account a member."""
    tx.connection.execute(insert(_member).values(**asdict(member), email_key=member.email.lower()))
    tx.touch(member.account_id)


def member(tx: Tx, organization_id: str, account: str) -> Member | None:
    """Find one member of an organization."""
    wanted = select(_member).where(_member.c.organization_id == organization_id, _member.c.account_id == account)
    row = tx.connection.execute(wanted).one_or_none()
    return None if row is None else _member_of(row)


def members(tx: Tx, organization_id: str, *, after: str, limit: int) -> list[Member]:
    """List an organization's members by account, from the first past `after`."""
    wanted = (
        select(_member)
        .where(_member.c.organization_id == organization_id, _member.c.account_id > after)
        .order_by(_member.c.account_id)
        .limit(limit)
    )
    return [_member_of(row) for row in tx.connection.execute(wanted)]


def count(tx: Tx, organization_id: str) -> int:
    """Tell how many members an organization has."""
    wanted = select(func.count()).select_from(_member).where(_member.c.organization_id == organization_id)
    return int(tx.connection.execute(wanted).scalar_one())


def is_taken(tx: Tx, email: str) -> bool:
    """Tell whether some account has this address already, in any letter case."""
    wanted = select(_member.c.account_id).where(_member.c.email_key == email.lower())
    return tx.connection.execute(wanted).one_or_none() is not None


def note(tx: Tx, request: AccountRequest) -> None:
    """Keep what became of a request for an account."""
    tx.connection.execute(insert(_request).values(**asdict(request)))


def request(tx: Tx, organization_id: str, request_id: str) -> AccountRequest | None:
    """Find one request for an account."""
    wanted = select(_request).where(_request.c.organization_id == organization_id, _request.c.id == request_id)
    row = tx.connection.execute(wanted).one_or_none()
    return None if row is None else AccountRequest(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def _member_of(row: object) -> Member:
    kept = dict(row._mapping)  # type: ignore[attr-defined]  # noqa: SLF001 - as above
    del kept["email_key"]
    return Member(**kept)
