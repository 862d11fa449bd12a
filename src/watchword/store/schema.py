"""The tables, as both databases hold them. Only types and constraints that SQLite and PostgreSQL share.

Instants are whole epoch seconds (the journal's are microseconds). Identifiers are AWS's own. A `*_key` column is the
lower-case form that makes a name unique without regard to case.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy import Text as PlainText

Text = PlainText().with_variant(PlainText(collation="C"), "postgresql")
"""Text that both databases put in the same order, byte by byte: pages go by it."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _account() -> Column[str]:
    return Column("account_id", Text, ForeignKey("account.id"), nullable=False)


installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True),  # always 1
    Column("created_at", BigInteger, nullable=False),
    Column("master_key_id", Text, nullable=False),  # which master key seals this store
    Column("sandbox", Boolean, nullable=False),
    Column("first_account_id", Text, nullable=False),
)

ring_key = Table(
    "ring_key",
    metadata,
    Column("id", Integer, primary_key=True),  # newest signs and seals; older ones still open
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

account = Table(
    "account",
    metadata,
    Column("id", Text, primary_key=True),
    Column("sealed_data_key", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

user = Table(
    "iam_user",
    metadata,
    Column("id", Text, primary_key=True),  # AIDA…
    _account(),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("boundary_arn", Text),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("account_id", "name_key"),
    Index(None, "boundary_arn"),
)

group = Table(
    "iam_group",
    metadata,
    Column("id", Text, primary_key=True),  # AGPA…
    _account(),
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
    _account(),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("description", Text),
    Column("trust_policy", Text, nullable=False),  # principals of this installation pinned to their unique ids
    Column("max_session_seconds", Integer, nullable=False),
    Column("boundary_arn", Text),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("account_id", "name_key"),
    Index(None, "boundary_arn"),
)

access_key = Table(
    "access_key",
    metadata,
    Column("id", Text, primary_key=True),  # AKIA…, or any shape in a sandbox
    _account(),
    Column("owner_id", Text, nullable=False),  # the user's AIDA… id, or the account id for root
    Column("status", Text, nullable=False),  # Active | Inactive
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index(None, "owner_id"),
)

last_used = Table(
    "last_used",
    metadata,
    Column("subject", Text, primary_key=True),  # an access key id, or a role's AROA… id
    Column("at", BigInteger, nullable=False),
    Column("service", Text, nullable=False),
    Column("region", Text, nullable=False),
)

managed_policy = Table(
    "managed_policy",
    metadata,
    Column("id", Text, primary_key=True),  # ANPA…
    _account(),
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
    Index(None, "policy_id"),
)

inline_policy = Table(
    "inline_policy",
    metadata,
    Column("target_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("document", Text, nullable=False),
    PrimaryKeyConstraint("target_id", "name"),
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

journal = Table(
    "journal",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("event_id", Text, nullable=False),  # the request id: rising with time, so that its index grows at one end
    Column("at", BigInteger, nullable=False),  # microseconds since the epoch
    Column("account_id", Text, nullable=False),  # empty when nobody was recognised
    Column("access_key_id", Text, nullable=False),
    Column("principal", Text, nullable=False),  # ARN
    Column("event", Text, nullable=False),  # iam:CreateUser
    Column("error", Text, nullable=False),  # refusal code; empty when answered
    Column("record", LargeBinary, nullable=False),  # the whole entry, JSON
    Index(None, "event_id"),
    Index(None, "account_id", "at"),
    Index(None, "access_key_id", "at"),
)

feed = Table(
    "feed",
    metadata,
    Column("id", Integer, primary_key=True),  # always 1: the row that every change holds until it commits
    Column("seq", BigInteger, nullable=False),
)

change = Table(
    "change",
    metadata,
    Column("seq", BigInteger, nullable=False),
    Column("subject", Text, nullable=False),  # a unique id, access key id, role ARN or policy id to be read anew
    PrimaryKeyConstraint("seq", "subject"),
)

sandbox = Table(
    "sandbox",
    metadata,
    Column("id", Integer, primary_key=True),  # always 1
    Column("ahead_seconds", BigInteger, nullable=False),
)

sandbox_baseline = Table(
    "sandbox_baseline",
    metadata,
    Column("table_name", Text, primary_key=True),
    Column("rows", LargeBinary, nullable=False),  # as they stood just after init, for `sandbox reset`
)
