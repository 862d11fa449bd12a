"""Organizations' structure: units, where each account stands, invitations, and who administers what."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, PrimaryKeyConstraint, Table, UniqueConstraint

from watchword.store.schema.columns import Text, account_column, metadata


def _organization_column() -> Column[str]:
    return Column("organization_id", Text, ForeignKey("organization.id"), nullable=False)


account_contact = Table(
    "account_contact",
    metadata,
    Column("account_id", Text, ForeignKey("account.id"), primary_key=True),  # stays when it leaves an organization
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False, unique=True),
)

member = Table(
    "organization_member",
    metadata,
    Column("account_id", Text, ForeignKey("account.id"), primary_key=True),
    _organization_column(),
    Column("parent_id", Text, nullable=False),  # r-… or ou-…
    Column("joined_method", Text, nullable=False),  # CREATED | INVITED
    Column("joined_at", BigInteger, nullable=False),
    Index(None, "organization_id", "account_id"),
    Index(None, "organization_id", "parent_id", "account_id"),
)

organizational_unit = Table(
    "organizational_unit",
    metadata,
    Column("id", Text, primary_key=True),  # ou-…
    _organization_column(),
    Column("parent_id", Text, nullable=False),  # r-… or ou-…
    Column("path", Text, nullable=False),  # ids from the root to this one, with `/` between: a unit never moves
    Column("name", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("organization_id", "parent_id", "name"),
    Index(None, "organization_id", "parent_id", "id"),
)

handshake = Table(
    "handshake",
    metadata,
    Column("id", Text, primary_key=True),  # h-…
    Column("organization_id", Text, nullable=False),  # which may be gone
    Column("management_account_id", Text, ForeignKey("account.id"), nullable=False),
    Column("action", Text, nullable=False),  # INVITE
    Column("account_id", Text, ForeignKey("account.id")),  # who is invited; none if the address is nobody's
    Column("party_type", Text, nullable=False),  # ACCOUNT | EMAIL
    Column("party", Text, nullable=False),  # as it was invited
    Column("notes", Text),
    Column("tags", Text, nullable=False),  # JSON: what the account is tagged with when it joins
    Column("state", Text, nullable=False),  # OPEN | ACCEPTED | DECLINED | CANCELED
    Column("requested_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("kept_until", BigInteger, nullable=False),
    Index(None, "organization_id", "id"),
    Index(None, "account_id", "id"),
    Index(None, "kept_until"),
)

delegated_administrator = Table(
    "delegated_administrator",
    metadata,
    _organization_column(),
    account_column(),
    Column("service", Text, nullable=False),  # its principal: sso.amazonaws.com
    Column("enabled_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("organization_id", "account_id", "service"),
    Index(None, "organization_id", "service", "account_id"),
)

trusted_service = Table(
    "trusted_service",
    metadata,
    _organization_column(),
    Column("service", Text, nullable=False),
    Column("enabled_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("organization_id", "service"),
)

organization_resource_policy = Table(
    "organization_resource_policy",
    metadata,
    Column("organization_id", Text, ForeignKey("organization.id"), primary_key=True),
    Column("id", Text, nullable=False, unique=True),  # rp-…
    Column("content", Text, nullable=False),  # as it was given
)
