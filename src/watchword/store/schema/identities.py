"""Users, groups and roles, and the tags of everything that has tags."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)

from watchword.store.schema.columns import Text, account_column, metadata

_IS_BOUNDED = text("boundary_arn IS NOT NULL")
"""Most have no permissions boundary: they cost this index nothing."""

user = Table(
    "iam_user",
    metadata,
    Column("id", Text, primary_key=True),  # AIDA…
    account_column(),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("boundary_arn", Text),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("account_id", "name_key"),
    Index(None, "boundary_arn", "account_id", "id", sqlite_where=_IS_BOUNDED, postgresql_where=_IS_BOUNDED),
    sqlite_with_rowid=False,  # found by id alone, and then in one tree instead of two
)

group = Table(
    "iam_group",
    metadata,
    Column("id", Text, primary_key=True),  # AGPA…
    account_column(),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("account_id", "name_key"),
)

membership = Table(
    "iam_membership",
    metadata,
    Column("group_id", Text, ForeignKey("iam_group.id"), nullable=False),
    Column("user_id", Text, ForeignKey("iam_user.id"), nullable=False),
    PrimaryKeyConstraint("group_id", "user_id"),
    Index(None, "user_id"),
)

role = Table(
    "iam_role",
    metadata,
    Column("id", Text, primary_key=True),  # AROA…
    account_column(),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("description", Text),
    Column("trust_policy", Text, nullable=False),  # principals of this installation pinned to their unique ids
    Column("max_session_seconds", Integer, nullable=False),
    Column("boundary_arn", Text),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("account_id", "name_key"),
    Index(None, "boundary_arn", "account_id", "id", sqlite_where=_IS_BOUNDED, postgresql_where=_IS_BOUNDED),
)

tag = Table(
    "tag",
    metadata,
    Column("target_id", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("target_id", "name_key"),
)

instance_profile = Table(
    "instance_profile",
    metadata,
    Column("id", Text, primary_key=True),  # AIPA…
    account_column(),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("role_id", Text, ForeignKey("iam_role.id")),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("account_id", "name_key"),
    Index(None, "role_id"),
)

role_deletion = Table(
    "role_deletion",
    metadata,
    Column("id", Text, primary_key=True),  # task/aws-service-role/…
    account_column(),
    Column("status", Text, nullable=False),  # SUCCEEDED | FAILED
    Column("reason", Text),
    Column("created_at", BigInteger, nullable=False),
)

saml_provider = Table(
    "saml_provider",
    metadata,
    Column("arn", Text, primary_key=True),
    account_column(),
    Column("name", Text, nullable=False),
    Column("unique_id", Text, nullable=False),  # SAMLProviderUUID
    Column("metadata", Text, nullable=False),  # the identity provider's, as uploaded
    Column("valid_until", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index(None, "account_id", "name"),
)

oidc_provider = Table(
    "oidc_provider",
    metadata,
    Column("arn", Text, primary_key=True),
    account_column(),
    Column("url", Text, nullable=False),  # without the scheme, as IAM tells it
    Column("client_ids", Text, nullable=False),  # JSON
    Column("thumbprints", Text, nullable=False),  # JSON
    Column("created_at", BigInteger, nullable=False),
    Index(None, "account_id", "url"),
)
