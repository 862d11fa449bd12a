"""The first tables: leases, rotations and their history, and what sweeps, messages and runs leave."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _acting()
    _looking()
    _telling()
    _running()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, TEXT, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _instant(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=False)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)


def _acting() -> None:
    op.create_table(
        "rotation_lease",
        *(_text(name) for name in ("account", "subject", "holder")),
        sa.Column("token", sa.BigInteger(), nullable=False),
        _instant("until"),
        sa.PrimaryKeyConstraint("account", "subject", name=op.f("pk_rotation_lease")),
    )
    op.create_table(
        "rotation",
        *(_text(name) for name in ("id", "account", "user_id", "user_name", "state")),
        sa.Column("slot", TEXT),
        _instant("opened_at"),
        _text("body"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rotation")),
        sa.UniqueConstraint("account", "user_id", "slot", name=op.f("uq_rotation_account_user_id_slot")),
    )
    _index("rotation", "account", "state")
    op.create_table(
        "rotation_key",
        *(_text(name) for name in ("key", "rotation")),
        sa.PrimaryKeyConstraint("key", "rotation", name=op.f("pk_rotation_key")),
    )
    op.create_table(
        "rotation_history",
        sa.Column("seq", NUMBER, autoincrement=True, nullable=False),
        _instant("at"),
        *(_text(name) for name in ("account", "user_id", "user_name", "rotation", "what", "key", "by", "detail")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_rotation_history")),
    )
    _index("rotation_history", "account", "user_id")
    _index("rotation_history", "account", "user_name")
    _index("rotation_history", "rotation")


def _looking() -> None:
    op.create_table(
        "rotation_sighting",
        *(_text(name) for name in ("account", "key")),
        sa.Column("active", sa.Boolean(), nullable=False),
        _instant("since"),
        sa.PrimaryKeyConstraint("account", "key", name=op.f("pk_rotation_sighting")),
    )
    op.create_table(
        "rotation_exemption",
        *(_text(name) for name in ("account", "user_name")),
        _instant("until"),
        *(_text(name) for name in ("reason", "by")),
        _instant("at"),
        sa.PrimaryKeyConstraint("account", "user_name", name=op.f("pk_rotation_exemption")),
    )
    op.create_table(
        "rotation_pace",
        _text("account"),
        sa.Column("calls_per_second", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_rotation_pace")),
    )


def _telling() -> None:
    op.create_table(
        "rotation_notice",
        *(_text(name) for name in ("whom", "mark", "run")),
        _instant("told_at"),
        sa.PrimaryKeyConstraint("whom", "mark", name=op.f("pk_rotation_notice")),
    )
    op.create_table(
        "rotation_delivery",
        *(_text(name) for name in ("id", "run", "to", "subject", "text", "html")),
        _instant("owed_at"),
        _number("attempts"),
        *(_instant(name) for name in ("tried_at", "delivered_at")),
        _text("error"),
        sa.Column("given_up", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rotation_delivery")),
    )
    _index("rotation_delivery", "run")
    _index("rotation_delivery", "delivered_at")


def _running() -> None:
    op.create_table(
        "rotation_run",
        *(_text(name) for name in ("id", "mode", "by")),
        *(_instant(name) for name in ("started_at", "ended_at")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rotation_run")),
    )
    _index("rotation_run", "started_at")
    op.create_table(
        "rotation_run_account",
        *(_text(name) for name in ("run", "account")),
        sa.Column("failed", sa.Boolean(), nullable=False),
        *(_number(name) for name in ("keys", "findings", "changes")),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("run", "account", name=op.f("pk_rotation_run_account")),
    )
