"""Organizations' policies: their texts, what each is attached to, and which types are enabled."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, UniqueConstraint

from watchword.store.schema.columns import Text, metadata


def _organization_column() -> Column[str]:
    return Column("organization_id", Text, ForeignKey("organization.id"), nullable=False)


organization_policy_type = Table(
    "organization_policy_type",
    metadata,
    _organization_column(),
    Column("type", Text, nullable=False),  # SERVICE_CONTROL_POLICY …: one that is enabled in the root
    PrimaryKeyConstraint("organization_id", "type"),
)

organization_policy = Table(
    "organization_policy",
    metadata,
    Column("id", Text, primary_key=True),  # p-…
    _organization_column(),
    Column("type", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("content", Text, nullable=False),  # as it was given
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("organization_id", "type", "name"),
)

organization_policy_attachment = Table(
    "organization_policy_attachment",
    metadata,
    _organization_column(),
    Column("target_id", Text, nullable=False),  # r-…, ou-… or an account
    Column("type", Text, nullable=False),  # that of the policy
    Column("policy_id", Text, nullable=False),  # of no table where AWS manages it
    Column("number", Integer, nullable=False),  # rises with each that is attached to one target
    Column("attached_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("organization_id", "target_id", "type", "policy_id"),
    Index(None, "organization_id", "policy_id", "target_id"),
)
