"""Why an operation that AWS has is not offered here: the one place that says so, by service and name."""

from __future__ import annotations

REASONS = (
    ("iam:*OrganizationsAccessReport", "it tells which services accounts used, and only those offered here can be"),
    ("iam:*DelegationRequest*", "delegation to AWS partners has no meaning here"),
    ("iam:SendDelegationToken", "delegation to AWS partners has no meaning here"),
    ("iam:GetHumanReadableSummary", "it belongs to delegation requests"),
    ("iam:AcquireRole", "role templates are AWS services' own"),
    ("iam:GetRoleTemplateVersion", "role templates are AWS services' own"),
    ("sts:GetDelegatedAccessToken", "its trade-in tokens come from delegation requests, which are AWS partners'"),
    ("cloudtrail:*", "there is one trail, the journal, that is always on and is read by LookupEvents"),
    ("organizations:CreateGovCloudAccount", "there is one partition, `aws`"),
    ("organizations:*ResponsibilityTransfer*", "there are no bills whose responsibility could be transferred"),
    ("organizations:InviteOrganizationToTransferResponsibility", "there are no bills"),
    (
        "organizations:ListAccountsWithInvalidEffectivePolicy",
        "the rules of each management policy's service are not held",
    ),
    ("organizations:ListEffectivePolicyValidationErrors", "the rules of each management policy's service are not held"),
    ("secretsmanager:*CrossAccountReplica", "replicas stand in the secret's own account"),
)
"""Patterns as of a shell, and the reason. The first that fits counts; one that fits nothing is a fault."""
