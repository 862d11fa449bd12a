"""The installation itself, its accounts, and how its processes hear of changes."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table

from watchword.store.schema.columns import Text, metadata

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
    Column("closed_at", BigInteger),
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

organization = Table(
    "organization",
    metadata,
    Column("id", Text, primary_key=True),  # o-…
    Column("root_id", Text, nullable=False),  # r-…
    Column("management_account_id", Text, ForeignKey("account.id"), nullable=False, unique=True),
    Column("features", Text, nullable=False),  # JSON: RootSessions, RootCredentialsManagement, where enabled
    Column("created_at", BigInteger, nullable=False),
)

account_request = Table(
    "account_request",
    metadata,
    Column("id", Text, primary_key=True),  # car-…
    Column("organization_id", Text, ForeignKey("organization.id"), nullable=False),
    Column("account_name", Text, nullable=False),
    Column("account_id", Text),  # the account that was made; none if it failed
    Column("state", Text, nullable=False),  # SUCCEEDED | FAILED
    Column("failure", Text),
    Column("requested_at", BigInteger, nullable=False),
    Index(None, "organization_id", "state", "id"),
)

account_setting = Table(
    "account_setting",
    metadata,
    Column("account_id", Text, ForeignKey("account.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),  # JSON
    PrimaryKeyConstraint("account_id", "name"),
)

tally = Table(
    "tally",
    metadata,
    Column("account_id", Text, ForeignKey("account.id"), nullable=False),
    Column("table_name", Text, nullable=False),
    Column("number", BigInteger, nullable=False),  # of the account's rows in that table
    PrimaryKeyConstraint("account_id", "table_name"),
)

account_alias = Table(
    "account_alias",
    metadata,
    Column("alias", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("account.id"), nullable=False, unique=True),
)

token_issuer = Table(
    "token_issuer",
    metadata,
    Column("id", Text, primary_key=True),  # a UUID: the last part of the issuer's URL
    Column("account_id", Text, ForeignKey("account.id"), nullable=False, unique=True),
    Column("enabled", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

token_key = Table(
    "token_key",
    metadata,
    Column("id", Text, primary_key=True),  # the JWK's kid: its RFC 7638 thumbprint
    Column("issuer_id", Text, ForeignKey("token_issuer.id"), nullable=False),
    Column("algorithm", Text, nullable=False),  # RS256 | ES384
    Column("public_jwk", Text, nullable=False),
    Column("sealed_private_jwk", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index(None, "issuer_id"),
)
