"""A secret's life: made, changed, read, shared, replicated, and gone."""

from __future__ import annotations

import json
from typing import Any

from tests.api.answers import Watched

ELSEWHERE = {("secretsmanager", "RotateSecret", code) for code in ("LimitExceededException", "DecryptionFailure")}
"""Our rotator works within the request, so that one may be refused what AWS would find out afterwards."""
READERS = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "secretsmanager:GetSecretValue",
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}},
            }
        ],
    }
)


def tell(watched: Watched) -> None:
    client = watched.client("secretsmanager")
    made = client.create_secret(
        Name="db/main",
        Description="the main database",
        SecretString="first",
        Tags=[{"Key": "team", "Value": "blue"}],
        AddReplicaRegions=[{"Region": "eu-west-1", "KmsKeyId": "alias/eu"}],
    )
    versions(client, made)
    policies(client)
    client.tag_resource(SecretId="db/main", Tags=[{"Key": "more", "Value": "é"}])
    client.untag_resource(SecretId="db/main", TagKeys=["more"])
    rotation(watched, client)
    client.list_secrets(Filters=[{"Key": "all", "Values": ["main"]}], SortBy="name")
    client.get_random_password(PasswordLength=16, IncludeSpace=True)
    endings(watched, client)


def versions(client: Any, made: dict[str, Any]) -> None:
    client.put_secret_value(SecretId="db/main", SecretBinary=b"\x00\xff", VersionStages=["AWSPENDING"])
    client.update_secret(SecretId="db/main", Description="", SecretString="second", KmsKeyId="alias/own")
    client.get_secret_value(SecretId=made["ARN"], VersionStage="AWSPENDING")
    client.batch_get_secret_value(SecretIdList=["db/main", "nothing"])
    client.list_secret_version_ids(SecretId="db/main", IncludeDeprecated=True)
    pending = client.get_secret_value(SecretId="db/main", VersionStage="AWSPENDING")["VersionId"]
    client.update_secret_version_stage(SecretId="db/main", VersionStage="AWSPENDING", RemoveFromVersionId=pending)
    client.describe_secret(SecretId="db/main")


def policies(client: Any) -> None:
    client.validate_resource_policy(SecretId="db/main", ResourcePolicy=READERS)
    client.put_resource_policy(SecretId="db/main", ResourcePolicy=READERS, BlockPublicPolicy=True)
    client.get_resource_policy(SecretId="db/main")
    client.list_resource_policies(SecretId="db/main")
    client.delete_resource_policy(SecretId="db/main")


def rotation(watched: Watched, client: Any) -> None:
    iam, name = watched.authority.client("iam"), "rotated"
    iam.create_user(UserName=name)
    client.create_secret(Name="key", SecretString=json.dumps({"UserName": name}))
    arn = f"arn:aws:lambda:us-east-1:{watched.authority.account_id}:function:watchword-rotate-access-key"
    rules = {"ScheduleExpression": "cron(0 8 1 * ? *)", "Duration": "3h"}
    client.rotate_secret(SecretId="key", RotationLambdaARN=arn, RotationRules=rules, RotateImmediately=False)
    client.rotate_secret(SecretId="key")
    client.describe_secret(SecretId="key")
    made = json.loads(client.get_secret_value(SecretId="key")["SecretString"])["AccessKeyId"]
    client.list_secrets(Filters=[{"Key": "name", "Values": ["key"]}])
    client.cancel_rotate_secret(SecretId="key")
    client.delete_secret(SecretId="key", ForceDeleteWithoutRecovery=True)
    iam.delete_access_key(UserName=name, AccessKeyId=made)
    iam.delete_user(UserName=name)


def endings(watched: Watched, client: Any) -> None:
    client.replicate_secret_to_regions(SecretId="db/main", AddReplicaRegions=[{"Region": "us-west-2"}])
    client.remove_regions_from_replication(SecretId="db/main", RemoveReplicaRegions=["eu-west-1"])
    west = watched.authority.client("secretsmanager", region_name="us-west-2")
    west.meta.events.register_first("after-call.secrets-manager", watched._check)  # asked in its own region
    west.stop_replication_to_replica(SecretId="db/main")
    west.delete_secret(SecretId="db/main", ForceDeleteWithoutRecovery=True)
    client.delete_secret(SecretId="db/main", RecoveryWindowInDays=7)
    client.restore_secret(SecretId="db/main")
    client.delete_secret(SecretId="db/main", ForceDeleteWithoutRecovery=True)
