"""Policies: managed ones with their versions and holders, and inline ones."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, UniqueConstraint

from watchword.store.schema.columns import Text, account_column, metadata

managed_policy = Table(
    "managed_policy",
    metadata,
    Column("id", Text, primary_key=True),  # ANPA…
    account_column(),
    Column("arn", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("description", Text),
    Column("default_version", Integer, nullable=False),
    Column("newest_version", Integer, nullable=False),  # numbers are never used again
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("account_id", "name_key"),
)

policy_version = Table(
    "policy_version",
    metadata,
    Column("policy_id", Text, ForeignKey("managed_policy.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("document", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("policy_id", "number"),
)

attachment = Table(
    "attachment",
    metadata,
    Column("target_id", Text, nullable=False),  # AIDA…, AGPA… or AROA…
    Column("policy_id", Text, ForeignKey("managed_policy.id"), nullable=False),
    PrimaryKeyConstraint("target_id", "policy_id"),
    Index(None, "policy_id", "target_id"),
)

inline_policy = Table(
    "inline_policy",
    metadata,
    Column("target_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("document", Text, nullable=False),
    PrimaryKeyConstraint("target_id", "name"),
)
