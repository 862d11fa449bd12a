"""Passwords, MFA devices, certificates, providers, organizations and reports; AWS's own policies have an account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    account = sa.table("account", sa.column("id"), sa.column("sealed_data_key"), sa.column("created_at"))
    op.bulk_insert(account, [{"id": "aws", "sealed_data_key": b"", "created_at": 0}])
    op.create_table(
        "token_issuer",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_token_issuer_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token_issuer")),
        sa.UniqueConstraint("account_id", name=op.f("uq_token_issuer_account_id")),
    )
    op.create_table(
        "token_key",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("issuer_id", TEXT, nullable=False),
        sa.Column("algorithm", TEXT, nullable=False),
        sa.Column("public_jwk", TEXT, nullable=False),
        sa.Column("sealed_private_jwk", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["issuer_id"], ["token_issuer.id"], name=op.f("fk_token_key_issuer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token_key")),
    )
    op.create_index(op.f("ix_token_key_issuer_id"), "token_key", ["issuer_id"], unique=False)
    op.create_table(
        "account_alias",
        sa.Column("alias", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_alias_account_id")),
        sa.PrimaryKeyConstraint("alias", name=op.f("pk_account_alias")),
        sa.UniqueConstraint("account_id", name=op.f("uq_account_alias_account_id")),
    )
    op.create_table(
        "account_setting",
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_setting_account_id")),
        sa.PrimaryKeyConstraint("account_id", "name", name=op.f("pk_account_setting")),
    )
    op.create_table(
        "tally",
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("table_name", TEXT, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_tally_account_id")),
        sa.PrimaryKeyConstraint("account_id", "table_name", name=op.f("pk_tally")),
    )
    op.create_table(
        "mfa_device",
        sa.Column("serial_number", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("name_key", TEXT, nullable=False),
        sa.Column("sealed_seed", sa.LargeBinary(), nullable=False),
        sa.Column("owner_id", TEXT, nullable=True),
        sa.Column("enabled_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("drift_steps", sa.Integer(), nullable=False),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("wrong_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_mfa_device_account_id")),
        sa.PrimaryKeyConstraint("serial_number", name=op.f("pk_mfa_device")),
        sa.UniqueConstraint("account_id", "name_key", name=op.f("uq_mfa_device_account_id_name_key")),
    )
    op.create_index(op.f("ix_mfa_device_owner_id"), "mfa_device", ["owner_id"], unique=False)
    for state, found in (("unassigned", "owner_id IS NULL"), ("assigned", "owner_id IS NOT NULL")):
        op.create_index(
            f"ix_mfa_device_{state}",
            "mfa_device",
            ["account_id", "name_key"],
            unique=False,
            sqlite_where=sa.text(found),
            postgresql_where=sa.text(found),
        )
    op.create_table(
        "oidc_provider",
        sa.Column("arn", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("client_ids", TEXT, nullable=False),
        sa.Column("thumbprints", TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_oidc_provider_account_id")),
        sa.PrimaryKeyConstraint("arn", name=op.f("pk_oidc_provider")),
    )
    op.create_index(op.f("ix_oidc_provider_account_id_url"), "oidc_provider", ["account_id", "url"], unique=False)
    op.create_table(
        "organization",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("root_id", TEXT, nullable=False),
        sa.Column("management_account_id", TEXT, nullable=False),
        sa.Column("features", TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["management_account_id"], ["account.id"], name=op.f("fk_organization_management_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
        sa.UniqueConstraint("management_account_id", name=op.f("uq_organization_management_account_id")),
    )
    op.create_table(
        "report",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_report_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index(
        op.f("ix_report_account_id_kind_requested_at"), "report", ["account_id", "kind", "requested_at"], unique=False
    )
    op.create_table(
        "role_deletion",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_role_deletion_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_deletion")),
    )
    op.create_table(
        "saml_provider",
        sa.Column("arn", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("unique_id", TEXT, nullable=False),
        sa.Column("metadata", TEXT, nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_saml_provider_account_id")),
        sa.PrimaryKeyConstraint("arn", name=op.f("pk_saml_provider")),
    )
    op.create_index(op.f("ix_saml_provider_account_id_name"), "saml_provider", ["account_id", "name"], unique=False)
    op.create_table(
        "server_certificate",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("name_key", TEXT, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("chain", TEXT, nullable=True),
        sa.Column("sealed_private_key", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_server_certificate_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_server_certificate")),
        sa.UniqueConstraint("account_id", "name_key", name=op.f("uq_server_certificate_account_id_name_key")),
    )
    op.create_table(
        "account_request",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organization_id", TEXT, nullable=False),
        sa.Column("account_name", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=True),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("failure", TEXT, nullable=True),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_account_request_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_request")),
    )
    op.create_table(
        "former_password",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("password_hash", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["iam_user.id"], name=op.f("fk_former_password_user_id")),
        sa.PrimaryKeyConstraint("user_id", "number", name=op.f("pk_former_password")),
    )
    op.create_table(
        "instance_profile",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("name_key", TEXT, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("role_id", TEXT, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_instance_profile_account_id")),
        sa.ForeignKeyConstraint(["role_id"], ["iam_role.id"], name=op.f("fk_instance_profile_role_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance_profile")),
        sa.UniqueConstraint("account_id", "name_key", name=op.f("uq_instance_profile_account_id_name_key")),
    )
    op.create_index(op.f("ix_instance_profile_role_id"), "instance_profile", ["role_id"], unique=False)
    op.create_table(
        "login_profile",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("password_hash", TEXT, nullable=False),
        sa.Column("reset_required", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["iam_user.id"], name=op.f("fk_login_profile_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_login_profile")),
    )
    op.create_table(
        "organization_member",
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("organization_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("email", TEXT, nullable=False),
        sa.Column("email_key", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("joined_method", TEXT, nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_organization_member_account_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_organization_member_organization_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_organization_member")),
        sa.UniqueConstraint("email_key", name=op.f("uq_organization_member_email_key")),
    )
    op.create_index(
        op.f("ix_organization_member_organization_id_account_id"),
        "organization_member",
        ["organization_id", "account_id"],
        unique=False,
    )
    op.create_table(
        "service_credential",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("service_name", TEXT, nullable=False),
        sa.Column("service_user_name", TEXT, nullable=False),
        sa.Column("sealed_digest", sa.LargeBinary(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_service_credential_account_id")),
        sa.ForeignKeyConstraint(["user_id"], ["iam_user.id"], name=op.f("fk_service_credential_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_credential")),
        sa.UniqueConstraint(
            "service_name", "service_user_name", name=op.f("uq_service_credential_service_name_service_user_name")
        ),
    )
    op.create_index(
        op.f("ix_service_credential_account_id_id"), "service_credential", ["account_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_service_credential_account_id_service_name_id"),
        "service_credential",
        ["account_id", "service_name", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_service_credential_user_id_id"), "service_credential", ["user_id", "id"], unique=False)
    op.create_table(
        "signing_certificate",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("owner_id", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("uploaded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_signing_certificate_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_signing_certificate")),
    )
    op.create_index(op.f("ix_signing_certificate_owner_id"), "signing_certificate", ["owner_id"], unique=False)
    op.create_table(
        "ssh_key",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("fingerprint", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("uploaded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_ssh_key_account_id")),
        sa.ForeignKeyConstraint(["user_id"], ["iam_user.id"], name=op.f("fk_ssh_key_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ssh_key")),
    )
    op.create_index(op.f("ix_ssh_key_user_id"), "ssh_key", ["user_id"], unique=False)
    op.drop_index(op.f("ix_attachment_policy_id"), "attachment")
    op.create_index(op.f("ix_attachment_policy_id_target_id"), "attachment", ["policy_id", "target_id"], unique=False)
    is_bounded = sa.text("boundary_arn IS NOT NULL")
    for table in ("iam_user", "iam_role"):
        op.drop_index(op.f(f"ix_{table}_boundary_arn"), table)
        op.create_index(
            op.f(f"ix_{table}_boundary_arn_account_id_id"),
            table,
            ["boundary_arn", "account_id", "id"],
            unique=False,
            sqlite_where=is_bounded,
            postgresql_where=is_bounded,
        )
    op.add_column("access_key", sa.Column("owner_name", TEXT, nullable=True))
    op.add_column("access_key", sa.Column("owner_path", TEXT, nullable=True))
    op.execute(
        "UPDATE access_key SET owner_name = (SELECT name FROM iam_user WHERE iam_user.id = owner_id),"
        " owner_path = (SELECT path FROM iam_user WHERE iam_user.id = owner_id)"
    )
    op.add_column("journal", sa.Column("user_name", TEXT, nullable=True))
    op.add_column("journal", sa.Column("read_only", sa.Boolean(), nullable=True))
    op.add_column("journal", sa.Column("resources", TEXT, nullable=True))
    op.add_column("journal", sa.Column("named_key_id", TEXT, nullable=True))
    names_a_key = sa.text("named_key_id IS NOT NULL")
    op.create_index(
        op.f("ix_journal_named_key_id_at"),
        "journal",
        ["named_key_id", "at"],
        unique=False,
        sqlite_where=names_a_key,
        postgresql_where=names_a_key,
    )
