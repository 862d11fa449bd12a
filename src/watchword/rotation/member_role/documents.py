"""The role's policies as AWS's JSON: allowed is what a rotation needs; everything else is denied, whoever grants it.

A create-key permission is the power to act as the user whose key it makes. The grant's path and tag therefore say which
users those are; and nothing here can make a user, a group or a role mightier, or bring another user within reach.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from watchword.rotation.member_role.grant import (
    ACCOUNT,
    PARTITION,
    PATH,
    READ_SECRETS,
    REFUSE_SESSIONS,
    Grant,
)

Document = Mapping[str, Any]
VERSION = "2012-10-17"
OWNED = "watchword:rotation"
"""The tag that every secret of ours carries."""

READS = (
    "iam:GenerateCredentialReport",
    "iam:GetAccessKeyLastUsed",
    "iam:GetCredentialReport",
    "iam:GetGroup",
    "iam:GetUser",
    "iam:ListAccessKeys",
    "iam:ListAttachedUserPolicies",
    "iam:ListGroupsForUser",
    "iam:ListSSHPublicKeys",
    "iam:ListServiceSpecificCredentials",
    "iam:ListSigningCertificates",
    "iam:ListUserTags",
    "iam:ListUsers",
    "iam:SimulatePrincipalPolicy",
)
KEYS = ("iam:CreateAccessKey", "iam:DeleteAccessKey", "iam:UpdateAccessKey")
QUARANTINE = ("iam:AttachUserPolicy", "iam:DetachUserPolicy")
NEW_SECRETS = ("secretsmanager:CreateSecret", "secretsmanager:TagResource")
SEEN_SECRETS = ("secretsmanager:DescribeSecret",)
"""Asked of secrets that are not there yet, which have no tag."""
SECRETS = (
    "secretsmanager:GetResourcePolicy",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutResourcePolicy",
    "secretsmanager:PutSecretValue",
    "secretsmanager:ReplicateSecretToRegions",
    "secretsmanager:UpdateSecretVersionStage",
)
KEY_OF_SECRETS = ("kms:Decrypt", "kms:GenerateDataKey")
SIGNED_IN = ("sts:GetCallerIdentity",)


def document(grant: Grant, account: str, partition: str) -> str:
    """Write everything of one account's role as JSON: its trust, its policy, and the policies that come with it."""
    policies = {REFUSE_SESSIONS: refuse_sessions()}
    if grant.central_account:
        policies[READ_SECRETS] = read_secrets(grant)
    whole = {
        "RoleName": grant.role_name,
        "Path": grant.role_path,
        "AssumeRolePolicyDocument": trust(grant),
        "PolicyDocument": permissions(grant),
        "ManagedPolicies": {f"{PATH}{name}": policy for name, policy in policies.items()},
    }
    return json.dumps(whole, indent=2).replace(ACCOUNT, account).replace(PARTITION, partition) + "\n"


def trust(grant: Grant) -> Document:
    """Say who may assume the role: one principal, with the external id, from within the organization."""
    required: dict[str, str] = {}
    if grant.external_id:
        required["sts:ExternalId"] = grant.external_id
    if grant.organization:
        required["aws:PrincipalOrgID"] = grant.organization
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"AWS": grant.trusted},
        "Action": "sts:AssumeRole",
    }
    if required:
        statement["Condition"] = {"StringEquals": required}
    return {"Version": VERSION, "Statement": [statement]}


def permissions(grant: Grant) -> Document:
    """Say what the role may do; the last statement denies all else."""
    return {
        "Version": VERSION,
        "Statement": [
            {"Sid": "Read", "Effect": "Allow", "Action": list(READS), "Resource": "*"},
            _on_users("Keys", KEYS, grant),
            _on_users("Quarantine", QUARANTINE, grant, ArnEquals={"iam:PolicyARN": policy_arn(REFUSE_SESSIONS)}),
            _on_secrets("SeenSecrets", SEEN_SECRETS, grant),
            _on_secrets("NewSecrets", NEW_SECRETS, grant, f"aws:RequestTag/{OWNED}"),
            _on_secrets("OwnSecrets", SECRETS, grant, f"aws:ResourceTag/{OWNED}"),
            *_key_of_secrets(grant),
            {
                "Sid": "NothingElse",
                "Effect": "Deny",
                "NotAction": sorted(
                    (*READS, *KEYS, *QUARANTINE, *SEEN_SECRETS, *NEW_SECRETS, *SECRETS, *KEY_OF_SECRETS, *SIGNED_IN)
                ),
                "Resource": "*",
            },
        ],
    }


def _on_users(sid: str, actions: tuple[str, ...], grant: Grant, **condition: Mapping[str, str]) -> Document:
    statement: dict[str, Any] = {
        "Sid": sid,
        "Effect": "Allow",
        "Action": list(actions),
        "Resource": f"arn:{PARTITION}:iam::{ACCOUNT}:user{grant.users}*",
    }
    conditions: dict[str, Mapping[str, str]] = dict(condition)
    if grant.tag:
        key, _, value = grant.tag.partition("=")
        conditions["StringEquals"] = {f"aws:ResourceTag/{key}": value}
    if conditions:
        statement["Condition"] = conditions
    return statement


def _on_secrets(sid: str, actions: tuple[str, ...], grant: Grant, owned: str = "") -> Document:
    """Reach secrets by name, and where it says so only those that carry our tag: others of such a name are not ours."""
    statement: dict[str, Any] = {
        "Sid": sid,
        "Effect": "Allow",
        "Action": list(actions),
        "Resource": f"arn:{PARTITION}:secretsmanager:*:{ACCOUNT}:secret:{grant.secret_prefix}*",
    }
    if owned:
        statement["Condition"] = {"StringLike": {owned: "AIDA*"}}
    return statement


def _key_of_secrets(grant: Grant) -> list[Document]:
    """Let the customer's key seal and open secrets, and only by way of the service that keeps them."""
    if not grant.key:
        return []
    return [
        {
            "Sid": "KeyOfSecrets",
            "Effect": "Allow",
            "Action": list(KEY_OF_SECRETS),
            "Resource": grant.key,
            "Condition": {"StringLike": {"kms:ViaService": "secretsmanager.*"}},
        }
    ]


def refuse_sessions() -> Document:
    """Refuse whatever is asked with temporary credentials; long-term keys go on."""
    return {
        "Version": VERSION,
        "Statement": [
            {
                "Sid": "RefuseSessions",
                "Effect": "Deny",
                "Action": "*",
                "Resource": "*",
                "Condition": {"Null": {"aws:TokenIssueTime": "false"}},
            }
        ],
    }


def read_secrets(grant: Grant) -> Document:
    """Let each user that holds it read the secret of its own name in the central account, and no other."""
    secret = (
        f"arn:{PARTITION}:secretsmanager:{grant.central_region or '*'}:{grant.central_account}:secret:"
        f"{grant.secret_prefix}${{aws:username}}_AccessKey-??????"
    )
    actions = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    statements: list[Document] = [{"Sid": "OwnSecret", "Effect": "Allow", "Action": actions, "Resource": secret}]
    if grant.key:
        statements.append({"Sid": "Key", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": grant.key})
    return {"Version": VERSION, "Statement": statements}


def policy_arn(name: str) -> str:
    """Write the ARN of a policy that comes with the role."""
    return f"arn:{PARTITION}:iam::{ACCOUNT}:policy{PATH}{name}"
