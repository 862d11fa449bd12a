"""Values of secrets: read one version, put a new one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.secretsmanager import telling, values, writing
from watchword.services.secretsmanager.refusals import (
    DecryptionFailure,
    InvalidParameter,
    LimitExceeded,
    MarkedForDeletion,
    NoSuchSecret,
    NoSuchValue,
    NoValue,
    SecretExists,
    StageOfAnother,
)
from watchword.services.secretsmanager.targets import CURRENT, changeable_secret, live_secret, secret_named, secret_read
from watchword.store import secret_labels, secret_versions
from watchword.store.secrets import Secret


@operation(
    "secretsmanager",
    way=Way.READ,
    on=secret_read,
    journal=("secret_id", "version_id", "version_stage"),
    raises=(NoSuchSecret, MarkedForDeletion, StageOfAnother, DecryptionFailure),
)
def get_secret_value(
    call: Call,
    *,
    secret_id: str,  # noqa: ARG001 - read by the target
    version_id: str | None = None,
    version_stage: str | None = None,
) -> Reply:
    """Hand out what a version of a secret holds: the current one, unless another is named.

    Raises NoSuchSecret, NoSuchValue, MarkedForDeletion, StageOfAnother, DecryptionFailure.
    Source: Secrets Manager API, GetSecretValue.
    """
    return read_value(call, live_secret(call), version_id, version_stage)


@operation(
    "secretsmanager",
    way=Way.CHANGE,
    on=secret_named,
    journal=("secret_id", "client_request_token", "version_stages"),
    told=("ARN", "Name", "VersionId", "VersionStages"),
    raises=(NoSuchSecret, MarkedForDeletion, NoValue, InvalidParameter, SecretExists, LimitExceeded, DecryptionFailure),
)
def put_secret_value(
    call: Call,
    *,
    secret_id: str,  # noqa: ARG001 - read by the target
    client_request_token: str | None = None,
    secret_binary: bytes | None = None,
    secret_string: str | None = None,
    version_stages: Sequence[str] | None = None,
    rotation_token: str | None = None,  # noqa: ARG001 - rotators here are not told apart by it
) -> Reply:
    """Give a secret a new version, the current one unless other labels are named.

    Raises NoSuchSecret, MarkedForDeletion, NoValue, InvalidParameter, SecretExists, LimitExceeded, DecryptionFailure.
    Source: Secrets Manager API, PutSecretValue.
    """
    secret = changeable_secret(call)
    value = values.needed(secret_string, secret_binary)
    token = writing.token_of(client_request_token)
    stages = writing.write(call.asking, secret, token, value, version_stages)
    told = {**telling.named(secret), "VersionId": token}
    return {**told, "VersionStages": stages} if stages else told


def read_value(call: Call, secret: Secret, version_id: str | None, version_stage: str | None) -> dict[str, Any]:
    """Read a version of a secret that the caller may read; that it was read is noted.

    Raises NoSuchValue, StageOfAnother, DecryptionFailure.
    """
    labels = secret_labels.of(call.tx, secret.arn)
    stage = version_stage or (CURRENT if version_id is None else None)
    wanted = version_id or labels.get(stage or "")
    found = None if wanted is None else secret_versions.find(call.tx, secret.arn, wanted)
    value = None if found is None else values.opened(call.asking, secret.account, found)
    if found is None or value is None:
        raise NoSuchValue(what=f"VersionId: {version_id}" if version_id else f"staging label: {stage}")
    if stage is not None and labels.get(stage) != found.id:
        raise StageOfAnother
    call.used.append(secret.arn)
    told = {**telling.named(secret), "VersionId": found.id, **value.told(), "CreatedDate": found.created_at}
    stages = secret_labels.on_versions(labels).get(found.id)
    return {**told, "VersionStages": stages} if stages else told
