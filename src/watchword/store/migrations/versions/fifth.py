"""Organizations' policies, and what they are attached to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "organization_policy_type",
        sa.Column("organization_id", TEXT, nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_organization_policy_type_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "type", name=op.f("pk_organization_policy_type")),
    )
    op.create_table(
        "organization_policy",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organization_id", TEXT, nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("description", TEXT, nullable=False),
        sa.Column("content", TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_organization_policy_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_policy")),
        sa.UniqueConstraint(
            "organization_id", "type", "name", name=op.f("uq_organization_policy_organization_id_type_name")
        ),
    )
    op.create_table(
        "organization_policy_attachment",
        sa.Column("organization_id", TEXT, nullable=False),
        sa.Column("target_id", TEXT, nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("policy_id", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("attached_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_organization_policy_attachment_organization_id")
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "target_id", "type", "policy_id", name=op.f("pk_organization_policy_attachment")
        ),
    )
    op.create_index(
        op.f("ix_organization_policy_attachment_organization_id_policy_id_target_id"),
        "organization_policy_attachment",
        ["organization_id", "policy_id", "target_id"],
        unique=False,
    )
