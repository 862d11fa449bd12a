"""Sessions that were issued, what ends or refuses them, and when that is done again and again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "session",
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("lineage", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "event_id", name=op.f("pk_session")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "session_ending",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("criteria", TEXT, nullable=False),
        sa.Column("issued_before", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_by", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("matters_until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_ending_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_ending")),
    )
    op.create_index(
        op.f("ix_session_ending_account_id_matters_until"),
        "session_ending",
        ["account_id", "matters_until"],
        unique=False,
    )
    op.create_table(
        "session_block",
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("criteria", TEXT, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_block_account_id")),
        sa.PrimaryKeyConstraint("account_id", "name", name=op.f("pk_session_block")),
    )
    op.create_table(
        "session_schedule",
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("criteria", TEXT, nullable=False),
        sa.Column("expression", TEXT, nullable=False),
        sa.Column("time_zone", TEXT, nullable=False),
        sa.Column("older_than", sa.Integer(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", TEXT, nullable=False),
        sa.Column("next_run_at", sa.BigInteger(), nullable=False),
        sa.Column("last_run_at", sa.BigInteger(), nullable=True),
        sa.Column("last_count", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_schedule_account_id")),
        sa.PrimaryKeyConstraint("account_id", "name", name=op.f("pk_session_schedule")),
    )
    op.create_index(op.f("ix_session_schedule_next_run_at"), "session_schedule", ["next_run_at"], unique=False)
