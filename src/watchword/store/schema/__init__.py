"""The tables, as both databases hold them.

Instants are whole epoch seconds (the journal's are microseconds). Identifiers are AWS's own. A `*_key` column is the
lower-case form that makes a name unique without regard to case.
"""

from __future__ import annotations

from watchword.store.schema.columns import metadata
from watchword.store.schema.credentials import (
    access_key,
    former_password,
    last_used,
    login_profile,
    mfa_device,
    server_certificate,
    service_credential,
    signing_certificate,
    ssh_key,
)
from watchword.store.schema.identities import (
    group,
    instance_profile,
    membership,
    oidc_provider,
    role,
    role_deletion,
    saml_provider,
    tag,
    user,
)
from watchword.store.schema.installation import (
    account,
    account_alias,
    account_request,
    account_setting,
    change,
    feed,
    installation,
    organization,
    ring_key,
    sandbox,
    sandbox_baseline,
    tally,
    token_issuer,
    token_key,
)
from watchword.store.schema.journal import (
    journal,
    report,
)
from watchword.store.schema.organization_policies import (
    organization_policy,
    organization_policy_attachment,
    organization_policy_type,
)
from watchword.store.schema.organization_units import (
    account_contact,
    delegated_administrator,
    handshake,
    member,
    organization_resource_policy,
    organizational_unit,
    trusted_service,
)
from watchword.store.schema.policies import (
    attachment,
    inline_policy,
    managed_policy,
    policy_version,
)
from watchword.store.schema.secrets import (
    secret,
    secret_label,
    secret_replica,
    secret_rotation,
    secret_tag,
    secret_version,
)
from watchword.store.schema.sessions import (
    block,
    ending,
    schedule,
    session,
)

__all__ = [
    "access_key",
    "account",
    "account_alias",
    "account_contact",
    "account_request",
    "account_setting",
    "attachment",
    "block",
    "change",
    "delegated_administrator",
    "ending",
    "feed",
    "former_password",
    "group",
    "handshake",
    "inline_policy",
    "installation",
    "instance_profile",
    "journal",
    "last_used",
    "login_profile",
    "managed_policy",
    "member",
    "membership",
    "metadata",
    "mfa_device",
    "oidc_provider",
    "organization",
    "organization_policy",
    "organization_policy_attachment",
    "organization_policy_type",
    "organization_resource_policy",
    "organizational_unit",
    "policy_version",
    "report",
    "ring_key",
    "role",
    "role_deletion",
    "saml_provider",
    "sandbox",
    "sandbox_baseline",
    "schedule",
    "secret",
    "secret_label",
    "secret_replica",
    "secret_rotation",
    "secret_tag",
    "secret_version",
    "server_certificate",
    "service_credential",
    "session",
    "signing_certificate",
    "ssh_key",
    "tag",
    "tally",
    "token_issuer",
    "token_key",
    "trusted_service",
    "user",
]
