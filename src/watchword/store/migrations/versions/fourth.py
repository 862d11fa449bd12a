"""Organizations' structure: units, where each account stands, invitations, and who administers what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("account", sa.Column("closed_at", sa.BigInteger(), nullable=True))
    _contacts()
    _members()
    op.create_index(
        op.f("ix_account_request_organization_id_state_id"),
        "account_request",
        ["organization_id", "state", "id"],
        unique=False,
    )
    op.create_table(
        "organizational_unit",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organization_id", TEXT, nullable=False),
        sa.Column("parent_id", TEXT, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_organizational_unit_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizational_unit")),
        sa.UniqueConstraint(
            "organization_id", "parent_id", "name", name=op.f("uq_organizational_unit_organization_id_parent_id_name")
        ),
    )
    op.create_index(
        op.f("ix_organizational_unit_organization_id_parent_id_id"),
        "organizational_unit",
        ["organization_id", "parent_id", "id"],
        unique=False,
    )
    _handshakes()
    _administration()


def _contacts() -> None:
    """An account's name and address stay its own when it leaves an organization."""
    op.create_table(
        "account_contact",
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("email", TEXT, nullable=False),
        sa.Column("email_key", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_contact_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_contact")),
        sa.UniqueConstraint("email_key", name=op.f("uq_account_contact_email_key")),
    )
    op.execute(
        "INSERT INTO account_contact (account_id, name, email, email_key)"
        " SELECT account_id, name, email, email_key FROM organization_member"
    )


def _members() -> None:
    """Make the table anew: SQLite cannot take a column's constraint away, nor demand a value of a new one."""
    op.execute(
        "CREATE TABLE former_member AS SELECT m.account_id, m.organization_id, o.root_id, m.joined_method, m.joined_at"
        " FROM organization_member m JOIN organization o ON o.id = m.organization_id"
    )
    op.drop_table("organization_member")
    op.create_table(
        "organization_member",
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("organization_id", TEXT, nullable=False),
        sa.Column("parent_id", TEXT, nullable=False),
        sa.Column("joined_method", TEXT, nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_organization_member_account_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_organization_member_organization_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_organization_member")),
    )
    op.execute(
        "INSERT INTO organization_member (account_id, organization_id, parent_id, joined_method, joined_at)"
        " SELECT account_id, organization_id, root_id, joined_method, joined_at FROM former_member"
    )
    op.drop_table("former_member")
    for columns in (["organization_id", "account_id"], ["organization_id", "parent_id", "account_id"]):
        name = f"ix_organization_member_{'_'.join(columns)}"
        op.create_index(op.f(name), "organization_member", columns, unique=False)


def _handshakes() -> None:
    op.create_table(
        "handshake",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organization_id", TEXT, nullable=False),
        sa.Column("management_account_id", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=True),
        sa.Column("party_type", TEXT, nullable=False),
        sa.Column("party", TEXT, nullable=False),
        sa.Column("notes", TEXT, nullable=True),
        sa.Column("tags", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("kept_until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_handshake_account_id")),
        sa.ForeignKeyConstraint(
            ["management_account_id"], ["account.id"], name=op.f("fk_handshake_management_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handshake")),
    )
    for columns in (["organization_id", "id"], ["account_id", "id"], ["kept_until"]):
        op.create_index(op.f(f"ix_handshake_{'_'.join(columns)}"), "handshake", columns, unique=False)


def _administration() -> None:
    op.create_table(
        "delegated_administrator",
        sa.Column("organization_id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("service", TEXT, nullable=False),
        sa.Column("enabled_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_delegated_administrator_account_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_delegated_administrator_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "account_id", "service", name=op.f("pk_delegated_administrator")),
    )
    op.create_index(
        op.f("ix_delegated_administrator_organization_id_service_account_id"),
        "delegated_administrator",
        ["organization_id", "service", "account_id"],
        unique=False,
    )
    op.create_table(
        "trusted_service",
        sa.Column("organization_id", TEXT, nullable=False),
        sa.Column("service", TEXT, nullable=False),
        sa.Column("enabled_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_trusted_service_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "service", name=op.f("pk_trusted_service")),
    )
    op.create_table(
        "organization_resource_policy",
        sa.Column("organization_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("content", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_organization_resource_policy_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_organization_resource_policy")),
        sa.UniqueConstraint("id", name=op.f("uq_organization_resource_policy_id")),
    )
