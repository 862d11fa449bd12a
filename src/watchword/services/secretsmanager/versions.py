"""Versions of a secret: list them, and move their labels."""

from __future__ import annotations

from typing import Any

from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.secretsmanager import labels, paging, telling, writing
from watchword.services.secretsmanager.refusals import (
    EmptyVersion,
    InvalidNextToken,
    InvalidParameter,
    LimitExceeded,
    MarkedForDeletion,
    NoSuchSecret,
    NoSuchValue,
)
from watchword.services.secretsmanager.targets import CURRENT, changeable_secret, found_secret, secret_named
from watchword.store import secret_labels, secret_versions
from watchword.store.secret_versions import Place, Version
from watchword.store.secrets import Secret


@operation(
    "secretsmanager",
    way=Way.READ,
    on=secret_named,
    journal=("secret_id", "max_results", "next_token", "include_deprecated"),
    raises=(NoSuchSecret, InvalidNextToken),
)
def list_secret_version_ids(
    call: Call,
    *,
    secret_id: str,  # noqa: ARG001 - read by the target
    max_results: int | None = None,
    next_token: str | None = None,
    include_deprecated: bool | None = None,
) -> Reply:
    """List the versions of a secret that have a value, the oldest first; those without label only if asked for.

    Raises NoSuchSecret, InvalidNextToken.   Source: Secrets Manager API, ListSecretVersionIds.
    """
    secret = found_secret(call)
    asked = ("ListSecretVersionIds", secret.arn, bool(include_deprecated))
    opened = paging.opened(call, asked, next_token)
    after = None if opened is None else Place(int(opened[0]), opened[1])
    size = max_results or paging.LARGEST
    rows = secret_versions.page(call.tx, secret.arn, deprecated=bool(include_deprecated), after=after, limit=size + 1)
    stages = secret_labels.on_versions(secret_labels.of(call.tx, secret.arn))
    told = {"Versions": [_listed(row, stages.get(row.id)) for row in rows[:size]], **telling.named(secret)}
    if len(rows) > size:
        told["NextToken"] = paging.token(call, asked, (rows[size - 1].created_at, rows[size - 1].id))
    return told


@operation(
    "secretsmanager",
    way=Way.CHANGE,
    on=secret_named,
    journal=("secret_id", "version_stage", "remove_from_version_id", "move_to_version_id"),
    raises=(NoSuchSecret, MarkedForDeletion, InvalidParameter, LimitExceeded),
    keys={"secretsmanager:VersionStage": "version_stage"},
)
def update_secret_version_stage(
    call: Call,
    *,
    secret_id: str,  # noqa: ARG001 - read by the target
    version_stage: str,
    remove_from_version_id: str | None = None,
    move_to_version_id: str | None = None,
) -> Reply:
    """Move a label from one version to another, put it on one, or take it away.

    Raises NoSuchSecret, NoSuchValue, MarkedForDeletion, InvalidParameter, LimitExceeded.
    Source: Secrets Manager API, UpdateSecretVersionStage.
    """
    secret = changeable_secret(call)
    for version_id in (move_to_version_id, remove_from_version_id):
        if version_id is not None and secret_versions.find(call.tx, secret.arn, version_id) is None:
            raise NoSuchValue(what=f"VersionId: {version_id}")
    if version_stage == CURRENT and move_to_version_id is not None:
        _refuse_empty(call, secret, move_to_version_id)
    had = secret_labels.of(call.tx, secret.arn)
    after = labels.moved(had, version_stage, source=remove_from_version_id, target=move_to_version_id)
    if after != had:
        secret_labels.put(call.tx, secret.arn, after)
        writing.note_change(call.asking, secret)
    return telling.named(secret)


def _refuse_empty(call: Call, secret: Secret, version_id: str) -> None:
    version = secret_versions.find(call.tx, secret.arn, version_id)
    if version is not None and version.sealed is None:
        raise EmptyVersion


def _listed(version: Version, stages: list[str] | None) -> dict[str, Any]:
    told = {
        "VersionId": version.id,
        "CreatedDate": version.created_at,
        "KmsKeyIds": [version.kms_key_id or telling.DEFAULT_KEY],
    }
    return {**told, "VersionStages": stages} if stages else told
