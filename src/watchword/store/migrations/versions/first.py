"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:

    op.create_table(
        "account",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("sealed_data_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_table(
        "change",
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("seq", "subject", name=op.f("pk_change")),
    )
    op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
    )
    op.create_table(
        "inline_policy",
        sa.Column("target_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("target_id", "name", name=op.f("pk_inline_policy")),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("master_key_id", TEXT, nullable=False),
        sa.Column("sandbox", sa.Boolean(), nullable=False),
        sa.Column("first_account_id", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "journal",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("access_key_id", TEXT, nullable=False),
        sa.Column("principal", TEXT, nullable=False),
        sa.Column("event", TEXT, nullable=False),
        sa.Column("error", TEXT, nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal")),
    )
    op.create_index(op.f("ix_journal_access_key_id_at"), "journal", ["access_key_id", "at"], unique=False)
    op.create_index(op.f("ix_journal_account_id_at"), "journal", ["account_id", "at"], unique=False)
    op.create_index(op.f("ix_journal_event_id"), "journal", ["event_id"], unique=False)
    op.create_table(
        "last_used",
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("service", TEXT, nullable=False),
        sa.Column("region", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_last_used")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ring_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ring_key")),
    )
    op.create_table(
        "sandbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ahead_seconds", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox")),
    )
    op.create_table(
        "sandbox_baseline",
        sa.Column("table_name", TEXT, nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", name=op.f("pk_sandbox_baseline")),
    )
    op.create_table(
        "tag",
        sa.Column("target_id", TEXT, nullable=False),
        sa.Column("name_key", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("target_id", "name_key", name=op.f("pk_tag")),
    )
    op.create_table(
        "access_key",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("owner_id", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_access_key_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_key")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_access_key_owner_id"), "access_key", ["owner_id"], unique=False)
    op.create_table(
        "iam_group",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("name_key", TEXT, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_iam_group_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_iam_group")),
        sa.UniqueConstraint("account_id", "name_key", name=op.f("uq_iam_group_account_id_name_key")),
    )
    op.create_table(
        "iam_role",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("name_key", TEXT, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("description", TEXT, nullable=True),
        sa.Column("trust_policy", TEXT, nullable=False),
        sa.Column("max_session_seconds", sa.Integer(), nullable=False),
        sa.Column("boundary_arn", TEXT, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_iam_role_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_iam_role")),
        sa.UniqueConstraint("account_id", "name_key", name=op.f("uq_iam_role_account_id_name_key")),
    )
    op.create_index(op.f("ix_iam_role_boundary_arn"), "iam_role", ["boundary_arn"], unique=False)
    op.create_table(
        "iam_user",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("name_key", TEXT, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("boundary_arn", TEXT, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_iam_user_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_iam_user")),
        sa.UniqueConstraint("account_id", "name_key", name=op.f("uq_iam_user_account_id_name_key")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_iam_user_boundary_arn"), "iam_user", ["boundary_arn"], unique=False)
    op.create_table(
        "managed_policy",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("arn", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("name_key", TEXT, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("description", TEXT, nullable=True),
        sa.Column("default_version", sa.Integer(), nullable=False),
        sa.Column("newest_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_managed_policy_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_managed_policy")),
        sa.UniqueConstraint("account_id", "name_key", name=op.f("uq_managed_policy_account_id_name_key")),
        sa.UniqueConstraint("arn", name=op.f("uq_managed_policy_arn")),
    )
    op.create_table(
        "attachment",
        sa.Column("target_id", TEXT, nullable=False),
        sa.Column("policy_id", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["policy_id"], ["managed_policy.id"], name=op.f("fk_attachment_policy_id")),
        sa.PrimaryKeyConstraint("target_id", "policy_id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_policy_id"), "attachment", ["policy_id"], unique=False)
    op.create_table(
        "iam_membership",
        sa.Column("group_id", TEXT, nullable=False),
        sa.Column("user_id", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["iam_group.id"], name=op.f("fk_iam_membership_group_id")),
        sa.ForeignKeyConstraint(["user_id"], ["iam_user.id"], name=op.f("fk_iam_membership_user_id")),
        sa.PrimaryKeyConstraint("group_id", "user_id", name=op.f("pk_iam_membership")),
    )
    op.create_index(op.f("ix_iam_membership_user_id"), "iam_membership", ["user_id"], unique=False)
    op.create_table(
        "policy_version",
        sa.Column("policy_id", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["policy_id"], ["managed_policy.id"], name=op.f("fk_policy_version_policy_id")),
        sa.PrimaryKeyConstraint("policy_id", "number", name=op.f("pk_policy_version")),
    )
