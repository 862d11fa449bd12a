"""Secrets of a region, their versions with labels on them, their tags, and where they are replicated to."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)

from watchword.store.schema.columns import Text, account_column, metadata

_IS_GOING, _IS_SCHEDULED = text("gone_at IS NOT NULL"), text("next_rotation_at IS NOT NULL")
_IS_DUE = text("due_at IS NOT NULL")
"""Most are none of these: they cost these indexes nothing."""

secret = Table(
    "secret",
    metadata,
    Column("arn", Text, primary_key=True),  # with its region and its six random characters
    account_column(),
    Column("region", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("kms_key_id", Text),
    Column("resource_policy", Text),  # principals of this installation pinned to their unique ids
    Column("owning_service", Text),
    Column("primary_region", Text),  # once it is, or was, replicated
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("deleted_at", BigInteger),  # when its deletion was asked for
    Column("gone_at", BigInteger),  # when that comes true
    Column("rotation_enabled", Boolean),  # none until rotation was set up for the first time
    Column("rotator_arn", Text),
    Column("rotation_rules", Text),  # JSON
    Column("rotated_at", BigInteger),
    Column("next_rotation_at", BigInteger),
    UniqueConstraint("account_id", "region", "name"),
    Index(None, "account_id", "region", "created_at", "arn"),
    Index(None, "account_id", "region", "changed_at", "arn"),
    Index("ix_secret_gone_at", "gone_at", sqlite_where=_IS_GOING, postgresql_where=_IS_GOING),
    Index("ix_secret_next_rotation_at", "next_rotation_at", sqlite_where=_IS_SCHEDULED, postgresql_where=_IS_SCHEDULED),
)

secret_version = Table(
    "secret_version",
    metadata,
    Column("secret_arn", Text, ForeignKey("secret.arn"), nullable=False),
    Column("id", Text, nullable=False),  # the request's token
    Column("sealed_value", LargeBinary),  # none as long as a rotation has not put one there
    Column("is_binary", Boolean, nullable=False),
    Column("kms_key_id", Text),
    Column("created_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("secret_arn", "id"),
    Index(None, "secret_arn", "created_at", "id"),
)

secret_label = Table(
    "secret_label",
    metadata,
    Column("secret_arn", Text, ForeignKey("secret.arn"), nullable=False),
    Column("label", Text, nullable=False),  # AWSCURRENT and the like: at most one version bears it
    Column("version_id", Text, nullable=False),
    PrimaryKeyConstraint("secret_arn", "label"),
)

secret_tag = Table(
    "secret_tag",  # not with all others': these keys differ by letter case
    metadata,
    Column("secret_arn", Text, ForeignKey("secret.arn"), nullable=False),
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("secret_arn", "name"),
)

secret_replica = Table(
    "secret_replica",
    metadata,
    Column("secret_arn", Text, ForeignKey("secret.arn"), nullable=False),  # the primary's
    Column("region", Text, nullable=False),
    Column("kms_key_id", Text),
    Column("status", Text, nullable=False),  # InSync | Failed
    Column("message", Text),
    PrimaryKeyConstraint("secret_arn", "region"),
)

secret_rotation = Table(
    "secret_rotation",  # how the last rotation of a secret stands
    metadata,
    Column("secret_arn", Text, ForeignKey("secret.arn"), primary_key=True),
    Column("version_id", Text, nullable=False),
    Column("under_way", Text),  # rotation | test; none once it is over
    Column("attempts", Integer, nullable=False),
    Column("due_at", BigInteger),  # when it is to be tried, or tried again
    Column("failure", Text),  # why the last attempt failed; none while one is being made
    Column("user_id", Text),  # whose access key it is: who set the rotation up had leave for this user's
    Column("key_id", Text),  # the key that the last rotation made
    Column("former_key_id", Text),  # and the one that it made it for
    Column("made_at", BigInteger),  # microseconds
    Index("ix_secret_rotation_due_at", "due_at", sqlite_where=_IS_DUE, postgresql_where=_IS_DUE),
)
