"""What people and machines prove themselves with."""

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

_UNASSIGNED, _ASSIGNED = text("owner_id IS NULL"), text("owner_id IS NOT NULL")

access_key = Table(
    "access_key",
    metadata,
    Column("id", Text, primary_key=True),  # AKIA…, or any shape in a sandbox
    account_column(),
    Column("owner_id", Text, nullable=False),  # the user's AIDA… id, or the account id for root
    Column("status", Text, nullable=False),  # Active | Inactive
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("owner_name", Text),  # the user's name and path once more: authentication looks in one place
    Column("owner_path", Text),
    Index(None, "owner_id"),
    sqlite_with_rowid=False,  # found by id alone, and then in one tree instead of two
)

last_used = Table(
    "last_used",
    metadata,
    Column("subject", Text, primary_key=True),  # an access key id, or a role's AROA… id
    Column("at", BigInteger, nullable=False),
    Column("service", Text, nullable=False),
    Column("region", Text, nullable=False),
    sqlite_with_rowid=False,  # found by id alone, and then in one tree instead of two
)

login_profile = Table(
    "login_profile",
    metadata,
    Column("user_id", Text, ForeignKey("iam_user.id"), primary_key=True),
    Column("password_hash", Text, nullable=False),  # argon2id
    Column("reset_required", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
)

former_password = Table(
    "former_password",
    metadata,
    Column("user_id", Text, ForeignKey("iam_user.id"), nullable=False),
    Column("number", Integer, nullable=False),  # rising
    Column("password_hash", Text, nullable=False),
    PrimaryKeyConstraint("user_id", "number"),
)

mfa_device = Table(
    "mfa_device",
    metadata,
    Column("serial_number", Text, primary_key=True),  # arn:aws:iam::…:mfa/…
    account_column(),
    Column("name_key", Text, nullable=False),
    Column("sealed_seed", LargeBinary, nullable=False),
    Column("owner_id", Text),  # the user's AIDA… id, or the account id for root; none until it is enabled
    Column("enabled_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("last_step", BigInteger, nullable=False),  # the time step of the newest code that was taken: no code twice
    Column("drift_steps", Integer, nullable=False),  # how far the device's clock was off when it was last in step
    Column("wrong_codes", Integer, nullable=False),  # given in a row
    Column("wrong_at", BigInteger, nullable=False),  # when the newest of them was
    UniqueConstraint("account_id", "name_key"),
    Index(None, "owner_id"),
    Index("ix_mfa_device_unassigned", "account_id", "name_key", sqlite_where=_UNASSIGNED, postgresql_where=_UNASSIGNED),
    Index("ix_mfa_device_assigned", "account_id", "name_key", sqlite_where=_ASSIGNED, postgresql_where=_ASSIGNED),
)

signing_certificate = Table(
    "signing_certificate",
    metadata,
    Column("id", Text, nullable=False),  # made from the certificate: another account may have the same
    account_column(),
    Column("owner_id", Text, nullable=False),  # the user's AIDA… id, or the account id for root
    Column("body", Text, nullable=False),  # PEM
    Column("status", Text, nullable=False),  # Active | Inactive
    Column("uploaded_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("account_id", "id"),
    Index(None, "owner_id"),
)

ssh_key = Table(
    "ssh_key",
    metadata,
    Column("id", Text, primary_key=True),  # APKA…
    account_column(),
    Column("user_id", Text, ForeignKey("iam_user.id"), nullable=False),
    Column("body", Text, nullable=False),  # OpenSSH form
    Column("fingerprint", Text, nullable=False),
    Column("status", Text, nullable=False),  # Active | Inactive
    Column("uploaded_at", BigInteger, nullable=False),
    Index(None, "user_id"),
)

service_credential = Table(
    "service_credential",
    metadata,
    Column("id", Text, primary_key=True),  # ACCA…
    account_column(),
    Column("user_id", Text, ForeignKey("iam_user.id"), nullable=False),
    Column("service_name", Text, nullable=False),  # codecommit.amazonaws.com
    Column("service_user_name", Text, nullable=False),  # or the alias of an API key
    Column("sealed_digest", LargeBinary, nullable=False),  # of the secret, which is told once
    Column("status", Text, nullable=False),  # Active | Inactive
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    UniqueConstraint("service_name", "service_user_name"),
    Index(None, "account_id", "id"),
    Index(None, "account_id", "service_name", "id"),
    Index(None, "user_id", "id"),
)

server_certificate = Table(
    "server_certificate",
    metadata,
    Column("id", Text, primary_key=True),  # ASCA…
    account_column(),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("body", Text, nullable=False),  # PEM
    Column("chain", Text),  # PEM
    Column("sealed_private_key", LargeBinary, nullable=False),
    Column("uploaded_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    UniqueConstraint("account_id", "name_key"),
)
