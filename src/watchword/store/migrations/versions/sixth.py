"""Secrets of a region, their versions with labels on them, their tags, and where they are replicated to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "secret",
        sa.Column("arn", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("region", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("description", TEXT, nullable=True),
        sa.Column("kms_key_id", TEXT, nullable=True),
        sa.Column("resource_policy", TEXT, nullable=True),
        sa.Column("owning_service", TEXT, nullable=True),
        sa.Column("primary_region", TEXT, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("gone_at", sa.BigInteger(), nullable=True),
        sa.Column("rotation_enabled", sa.Boolean(), nullable=True),
        sa.Column("rotator_arn", TEXT, nullable=True),
        sa.Column("rotation_rules", TEXT, nullable=True),
        sa.Column("rotated_at", sa.BigInteger(), nullable=True),
        sa.Column("next_rotation_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_secret_account_id")),
        sa.PrimaryKeyConstraint("arn", name=op.f("pk_secret")),
        sa.UniqueConstraint("account_id", "region", "name", name=op.f("uq_secret_account_id_region_name")),
    )
    _index("secret", ["account_id", "region", "created_at", "arn"])
    _index("secret", ["account_id", "region", "changed_at", "arn"])
    _index("secret", ["gone_at"], only="gone_at IS NOT NULL")
    _index("secret", ["next_rotation_at"], only="next_rotation_at IS NOT NULL")
    op.create_table(
        "secret_version",
        sa.Column("secret_arn", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("sealed_value", sa.LargeBinary(), nullable=True),
        sa.Column("is_binary", sa.Boolean(), nullable=False),
        sa.Column("kms_key_id", TEXT, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["secret_arn"], ["secret.arn"], name=op.f("fk_secret_version_secret_arn")),
        sa.PrimaryKeyConstraint("secret_arn", "id", name=op.f("pk_secret_version")),
    )
    _index("secret_version", ["secret_arn", "created_at", "id"])
    op.create_table(
        "secret_label",
        sa.Column("secret_arn", TEXT, nullable=False),
        sa.Column("label", TEXT, nullable=False),
        sa.Column("version_id", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["secret_arn"], ["secret.arn"], name=op.f("fk_secret_label_secret_arn")),
        sa.PrimaryKeyConstraint("secret_arn", "label", name=op.f("pk_secret_label")),
    )
    op.create_table(
        "secret_tag",
        sa.Column("secret_arn", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["secret_arn"], ["secret.arn"], name=op.f("fk_secret_tag_secret_arn")),
        sa.PrimaryKeyConstraint("secret_arn", "name", name=op.f("pk_secret_tag")),
    )
    op.create_table(
        "secret_replica",
        sa.Column("secret_arn", TEXT, nullable=False),
        sa.Column("region", TEXT, nullable=False),
        sa.Column("kms_key_id", TEXT, nullable=True),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("message", TEXT, nullable=True),
        sa.ForeignKeyConstraint(["secret_arn"], ["secret.arn"], name=op.f("fk_secret_replica_secret_arn")),
        sa.PrimaryKeyConstraint("secret_arn", "region", name=op.f("pk_secret_replica")),
    )
    op.create_table(
        "secret_rotation",
        sa.Column("secret_arn", TEXT, nullable=False),
        sa.Column("version_id", TEXT, nullable=False),
        sa.Column("under_way", TEXT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("failure", TEXT, nullable=True),
        sa.Column("user_id", TEXT, nullable=True),
        sa.Column("key_id", TEXT, nullable=True),
        sa.Column("former_key_id", TEXT, nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["secret_arn"], ["secret.arn"], name=op.f("fk_secret_rotation_secret_arn")),
        sa.PrimaryKeyConstraint("secret_arn", name=op.f("pk_secret_rotation")),
    )
    _index("secret_rotation", ["due_at"], only="due_at IS NOT NULL")


def _index(table: str, columns: list[str], only: str = "") -> None:
    where = sa.text(only) if only else None
    name = op.f(f"ix_{table}_{'_'.join(columns)}")
    op.create_index(name, table, columns, unique=False, sqlite_where=where, postgresql_where=where)
