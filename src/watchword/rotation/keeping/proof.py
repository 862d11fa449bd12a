"""Whether a user can read a secret that another account keeps: asked of IAM's own simulator, by the real ARN."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

READ, OPEN = "secretsmanager:GetSecretValue", "kms:Decrypt"
_ALLOWED = "allowed"


def lacking(iam: IAMClient, user_arn: str, secret_arn: str, policy: str, key_arn: str) -> list[str]:
    """Tell what a user's own policies lack to read a secret; empty when nothing is.

    `policy` is the secret's. Between accounts both sides must allow: the resource's policy, and the user's own. Of the
    key's policy it is taken as given that it lets the user in: it is its owner's, and cannot be read by all who keep.
    Raises botocore's errors.   Source: Secrets Manager user guide, access from another account; IAM API,
    SimulatePrincipalPolicy.
    """
    asked = ((READ, secret_arn, policy), (OPEN, key_arn, _letting_in(user_arn)))
    return [f"`{action}` on `{arn}`" for action, arn, theirs in asked if not _may(iam, user_arn, action, arn, theirs)]


def _may(iam: IAMClient, user_arn: str, action: str, resource_arn: str, policy: str) -> bool:
    partition, account = resource_arn.split(":")[1], resource_arn.split(":")[4]
    told = iam.simulate_principal_policy(
        PolicySourceArn=user_arn,
        CallerArn=user_arn,
        ActionNames=[action],
        ResourceArns=[resource_arn],
        ResourcePolicy=policy,
        ResourceOwner=f"arn:{partition}:iam::{account}:root",
        ContextEntries=[
            {"ContextKeyName": "aws:PrincipalArn", "ContextKeyValues": [user_arn], "ContextKeyType": "string"}
        ],
    )["EvaluationResults"]
    return bool(told) and all(one["EvalDecision"] == _ALLOWED for one in told)


def _letting_in(user_arn: str) -> str:
    allowed = {"Effect": "Allow", "Principal": {"AWS": user_arn}, "Action": OPEN, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
