"""How much of each thing there may be. One frozen value, so that a test or an operator can lower a limit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quotas:
    """IAM and STS quotas; sizes are characters without white space.

    Source: IAM User Guide, "IAM and AWS STS quotas".
    """

    access_keys_per_user: int = 2
    signing_certificates_per_user: int = 2
    ssh_keys_per_user: int = 5
    service_credentials_per_user_and_service: int = 2
    users_per_account: int = 5_000_000
    groups_per_account: int = 300
    roles_per_account: int = 1_000_000
    policies_per_account: int = 1_500
    oidc_providers_per_account: int = 100
    client_ids_per_oidc_provider: int = 100
    policy_versions_per_account: int = 10_000
    instance_profiles_per_account: int = 1_000
    server_certificates_per_account: int = 20
    saml_providers_per_account: int = 100
    identity_providers_per_saml_provider: int = 10
    keys_per_saml_provider: int = 10
    groups_per_user: int = 10
    versions_per_policy: int = 5
    attached_policies_per_user: int = 10
    attached_policies_per_group: int = 10
    attached_policies_per_role: int = 10
    tags_per_resource: int = 50
    managed_policy_size: int = 6_144
    user_policy_size: int = 2_048
    group_policy_size: int = 5_120
    role_policy_size: int = 10_240
    trust_policy_size: int = 2_048
    session_policy_size: int = 2_048
    session_policy_arns: int = 10
    session_tags: int = 50
    accounts_per_organization: int = 10_000
