"""How much an account has of everything, and how much it may have."""

from __future__ import annotations

from collections.abc import Mapping

from watchword.domain.quotas import Quotas
from watchword.services.iam.account_settings import token_version
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import account_census, login_profiles

COUNTED = (
    "Users",
    "Groups",
    "Roles",
    "Policies",
    "PolicyVersionsInUse",
    "InstanceProfiles",
    "ServerCertificates",
    "MFADevices",
    "MFADevicesInUse",
)
"""Entries that are counts as they are taken."""


@operation("iam", way=Way.READ)
def get_account_summary(call: Call) -> Reply:
    """Tell every entry of the summary that the model names.

    Source: IAM API, GetAccountSummary, SummaryMap.
    """
    taken = account_census.taken(call.tx, call.account)
    return {
        "SummaryMap": {
            **{name: taken[name] for name in COUNTED},
            "Providers": taken["OidcProviders"] + taken["SamlProviders"],
            "AccountAccessKeysPresent": int(taken["RootAccessKeys"] > 0),
            "AccountMFAEnabled": int(taken["RootMFADevices"] > 0),
            "AccountSigningCertificatesPresent": int(taken["RootSigningCertificates"] > 0),
            "AccountPasswordPresent": int(login_profiles.of_root(call.tx, call.account) is not None),
            "GlobalEndpointTokenVersion": token_version(call.tx, call.account),
            **_quotas(call.quotas),
        }
    }


def _quotas(quotas: Quotas) -> Mapping[str, int]:
    return {
        "UsersQuota": quotas.users_per_account,
        "GroupsQuota": quotas.groups_per_account,
        "RolesQuota": quotas.roles_per_account,
        "PoliciesQuota": quotas.policies_per_account,
        "PolicyVersionsInUseQuota": quotas.policy_versions_per_account,
        "InstanceProfilesQuota": quotas.instance_profiles_per_account,
        "ServerCertificatesQuota": quotas.server_certificates_per_account,
        "AccessKeysPerUserQuota": quotas.access_keys_per_user,
        "SigningCertificatesPerUserQuota": quotas.signing_certificates_per_user,
        "GroupsPerUserQuota": quotas.groups_per_user,
        "VersionsPerPolicyQuota": quotas.versions_per_policy,
        "AttachedPoliciesPerUserQuota": quotas.attached_policies_per_user,
        "AttachedPoliciesPerGroupQuota": quotas.attached_policies_per_group,
        "AttachedPoliciesPerRoleQuota": quotas.attached_policies_per_role,
        "PolicySizeQuota": quotas.managed_policy_size,
        "UserPolicySizeQuota": quotas.user_policy_size,
        "GroupPolicySizeQuota": quotas.group_policy_size,
        "RolePolicySizeQuota": quotas.role_policy_size,
        "AssumeRolePolicySizeQuota": quotas.trust_policy_size,
    }
