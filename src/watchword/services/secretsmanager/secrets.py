"""Secrets: create, update, describe. How they are deleted, listed and read is told elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from watchword.domain.refusal import ValidationError
from watchword.services.operation import Asking, Call, Need, Reply, Target, Way, operation
from watchword.services.secretsmanager import replication, tags, telling, values, writing
from watchword.services.secretsmanager.arns import in_region
from watchword.services.secretsmanager.refusals import (
    DecryptionFailure,
    InvalidParameter,
    InvalidRequest,
    LimitExceeded,
    MarkedForDeletion,
    NameScheduled,
    NoSuchSecret,
    SecretExists,
    TooManySecrets,
)
from watchword.services.secretsmanager.targets import changeable_secret, found_secret, secret_named, secret_to_create
from watchword.services.secretsmanager.values import Value
from watchword.store import last_used, secret_labels, secret_replicas, secret_tags, secret_versions, secrets
from watchword.store.secrets import Secret

MOST = 500_000
"""Secrets of an account.  Source: Secrets Manager User Guide, "Quotas"; there it is for each region."""
_NAME = re.compile(r"[A-Za-z0-9/_+=.@!-]+")


def _further(asking: Asking, _target: Target) -> Sequence[Need]:
    """Source: Secrets Manager API, CreateSecret, "Required permissions"."""
    needs = []
    if asking.parameters.get("tags"):
        needs.append(Need("secretsmanager:TagResource"))
    if asking.parameters.get("add_replica_regions"):
        needs.append(Need("secretsmanager:ReplicateSecretToRegions"))
    return needs


@operation(
    "secretsmanager",
    way=Way.CHANGE,
    on=secret_to_create,
    journal=(
        "name",
        "client_request_token",
        "description",
        "kms_key_id",
        "tags",
        "add_replica_regions",
        "force_overwrite_replica_secret",
    ),
    told=("ARN", "Name", "VersionId"),
    raises=(InvalidParameter, InvalidRequest, NameScheduled, SecretExists, LimitExceeded, DecryptionFailure),
    keys={
        "secretsmanager:Name": "name",
        "secretsmanager:Description": "description",
        "secretsmanager:KmsKeyId": "kms_key_id",
        "secretsmanager:KmsKeyArn": "kms_key_id",
        "secretsmanager:ForceOverwriteReplicaSecret": "force_overwrite_replica_secret",
        "secretsmanager:Type": "type",
    },
    also=_further,
)
def create_secret(
    call: Call,
    *,
    name: str,
    client_request_token: str | None = None,
    description: str | None = None,
    kms_key_id: str | None = None,
    secret_binary: bytes | None = None,
    secret_string: str | None = None,
    tags: tags.Passed | None = None,
    add_replica_regions: Sequence[Mapping[str, Any]] | None = None,
    force_overwrite_replica_secret: bool | None = None,
    type: str | None = None,  # noqa: A002 - the model's name
    cross_account_primary_arn: str | None = None,
) -> Reply:
    """Make a secret, with its first version if a value is passed.

    Raises InvalidParameter, InvalidRequest, NameScheduled, SecretExists, LimitExceeded, DecryptionFailure,
    ValidationError.   Source: Secrets Manager API, CreateSecret.
    """
    telling.refuse_foreign({"Type": type, "CrossAccountPrimaryARN": cross_account_primary_arn})
    if _NAME.fullmatch(name) is None:
        raise ValidationError(
            message="Invalid name. Must be a valid name containing alphanumeric characters,"
            " or any of the following: -/_+=.@!"
        )
    value = values.passed(secret_string, secret_binary)
    token = None if value is None else writing.token_of(client_request_token)
    secrets.make_way(call.tx, call.account, call.asking.region, name, call.now)
    other = secrets.named(call.tx, call.account, call.asking.region, name, call.now)
    if other is not None:
        return _again(call, other, token, value)
    secret = _new(call, name, description, telling.key_named(kms_key_id))
    _tag(call, secret, tags)
    if value is not None and token is not None:
        writing.write(call.asking, secret, token, value)
    told = {**telling.named(secret), **({"VersionId": token} if token else {})}
    if add_replica_regions:
        regions = replication.begin(call, secret, add_replica_regions, force=bool(force_overwrite_replica_secret))
        told["ReplicationStatus"] = regions
    return told


@operation(
    "secretsmanager",
    way=Way.CHANGE,
    on=secret_named,
    journal=("secret_id", "client_request_token", "description", "kms_key_id"),
    told=("ARN", "Name", "VersionId"),
    raises=(NoSuchSecret, MarkedForDeletion, InvalidParameter, SecretExists, LimitExceeded, DecryptionFailure),
    keys={
        "secretsmanager:Description": "description",
        "secretsmanager:KmsKeyId": "kms_key_id",
        "secretsmanager:KmsKeyArn": "kms_key_id",
        "secretsmanager:Type": "type",
    },
)
def update_secret(
    call: Call,
    *,
    secret_id: str,  # noqa: ARG001 - read by the target
    client_request_token: str | None = None,
    description: str | None = None,
    kms_key_id: str | None = None,
    secret_binary: bytes | None = None,
    secret_string: str | None = None,
    type: str | None = None,  # noqa: A002 - the model's name
) -> Reply:
    """Change what is passed of a secret; a value becomes its current version.

    Raises NoSuchSecret, MarkedForDeletion, InvalidParameter, SecretExists, LimitExceeded, DecryptionFailure.
    Source: Secrets Manager API, UpdateSecret.
    """
    telling.refuse_foreign({"Type": type})
    secret = changeable_secret(call)
    value = values.passed(secret_string, secret_binary)
    token = None if value is None else writing.token_of(client_request_token)
    changed: dict[str, Any] = {} if description is None else {"description": description}
    if kms_key_id is not None:
        changed["kms_key_id"] = telling.key_named(kms_key_id)
    if changed:
        secrets.change(call.tx, secret.arn, **changed)
        writing.note_change(call.asking, secret)
    if value is None or token is None:
        return telling.named(secret)
    writing.write(call.asking, secrets.by_arn(call.tx, secret.arn, call.now) or secret, token, value)
    return {**telling.named(secret), "VersionId": token}


@operation("secretsmanager", way=Way.READ, on=secret_named, journal=("secret_id",), raises=(NoSuchSecret,))
def describe_secret(call: Call, *, secret_id: str) -> Reply:  # noqa: ARG001 - read by the target
    """Tell everything of a secret but its value; one that is to be deleted, too.

    Raises NoSuchSecret.   Source: Secrets Manager API, DescribeSecret.
    """
    secret = found_secret(call)
    replicas = secret_replicas.of(call.tx, secret.arn)
    arns = {replica.region: in_region(secret.arn, replica.region) for replica in replicas}
    used = last_used.of(call.tx, [secret.arn, *arns.values()])
    accessed = {region: used[arn].at for region, arn in arns.items() if arn in used}
    accessed_at = used[secret.arn].at if secret.arn in used else 0
    told = telling.detailed(secret, accessed_at=accessed_at, tags=secret_tags.of(call.tx, secret.arn))
    stages = secret_labels.on_versions(secret_labels.of(call.tx, secret.arn))
    further = {"VersionIdsToStages": stages, "ReplicationStatus": telling.replicated(replicas, accessed)}
    return {**told, **{name: value for name, value in further.items() if value}}


def _again(call: Call, other: Secret, token: str | None, value: Value | None) -> Reply:
    """Answer as the first time whom its own request comes back; refuse anybody else."""
    if other.gone_at is not None:
        raise NameScheduled
    had = None if token is None else secret_versions.find(call.tx, other.arn, token)
    kept = None if had is None or other.is_replica else values.opened(call.asking, other.account, had)
    if kept is None or value is None or not kept.same(value):
        raise SecretExists(name=other.name)
    told = {**telling.named(other), "VersionId": token}
    replicas = secret_replicas.of(call.tx, other.arn)
    return {**told, "ReplicationStatus": telling.replicated(replicas, {})} if replicas else told


def _new(call: Call, name: str, description: str | None, kms_key_id: str | None) -> Secret:
    if secrets.count(call.tx, call.account) >= MOST:
        raise TooManySecrets
    secret = Secret(
        arn=call.target.arn,
        account=call.account,
        region=call.asking.region,
        name=name,
        created_at=call.now,
        changed_at=call.now,
        description=description,
        kms_key_id=kms_key_id,
    )
    secrets.add(call.tx, secret)
    return secret


def _tag(call: Call, secret: Secret, passed: tags.Passed | None) -> None:
    given = tags.read(passed)
    if given:
        secret_tags.put(call.tx, secret.arn, tags.within_limit(call, given))
