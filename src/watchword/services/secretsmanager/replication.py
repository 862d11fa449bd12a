"""Replication to other regions: begin, end, and make a replica a secret of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.secretsmanager import copies, telling
from watchword.services.secretsmanager.arns import in_region
from watchword.services.secretsmanager.refusals import (
    InvalidParameter,
    InvalidRequest,
    MarkedForDeletion,
    NoSuchSecret,
)
from watchword.services.secretsmanager.targets import changeable_secret, live_secret, secret_named, secret_replicated
from watchword.store import secret_replicas, secrets
from watchword.store.secrets import Secret

Regions = Sequence[Mapping[str, Any]]


@operation(
    "secretsmanager",
    way=Way.CHANGE,
    on=secret_replicated,
    journal=("secret_id", "add_replica_regions", "force_overwrite_replica_secret"),
    raises=(NoSuchSecret, MarkedForDeletion, InvalidParameter, InvalidRequest),
    keys={"secretsmanager:ForceOverwriteReplicaSecret": "force_overwrite_replica_secret"},
)
def replicate_secret_to_regions(
    call: Call,
    *,
    secret_id: str,  # noqa: ARG001 - read by the target
    add_replica_regions: Regions,
    force_overwrite_replica_secret: bool | None = None,
) -> Reply:
    """Replicate a secret to more regions; where that fails, the region's status tells why.

    Raises NoSuchSecret, MarkedForDeletion, InvalidParameter, InvalidRequest.
    Source: Secrets Manager API, ReplicateSecretToRegions.
    """
    secret = changeable_secret(call)
    status = begin(call, secret, add_replica_regions, force=bool(force_overwrite_replica_secret))
    return {"ARN": secret.arn, "ReplicationStatus": status}


@operation(
    "secretsmanager",
    way=Way.CHANGE,
    on=secret_named,
    journal=("secret_id", "remove_replica_regions"),
    raises=(NoSuchSecret, MarkedForDeletion, InvalidParameter, InvalidRequest),
)
def remove_regions_from_replication(
    call: Call,
    *,
    secret_id: str,  # noqa: ARG001 - read by the target
    remove_replica_regions: Sequence[str],
) -> Reply:
    """End replication to regions, and delete the replicas there at once.

    Raises NoSuchSecret, MarkedForDeletion, InvalidParameter, InvalidRequest.
    Source: Secrets Manager API, RemoveRegionsFromReplication.
    """
    secret = changeable_secret(call)
    replicas = {replica.region: replica for replica in secret_replicas.of(call.tx, secret.arn)}
    for region in dict.fromkeys(remove_replica_regions):
        if region not in replicas:
            raise InvalidParameter(message=f"The secret is not replicated to region {region}.")
        copies.drop(call.asking, secret, replicas[region])
    secrets.change(call.tx, secret.arn, changed_at=call.now)
    return {"ARN": secret.arn, "ReplicationStatus": _status(call, secret)}


@operation(
    "secretsmanager",
    way=Way.CHANGE,
    on=secret_named,
    journal=("secret_id",),
    raises=(NoSuchSecret, MarkedForDeletion, InvalidRequest),
)
def stop_replication_to_replica(call: Call, *, secret_id: str) -> Reply:  # noqa: ARG001 - read by the target
    """Make a replica a secret of its own, in its own region.

    Raises NoSuchSecret, MarkedForDeletion, InvalidRequest.   Source: Secrets Manager API, StopReplicationToReplica.
    """
    secret = live_secret(call)
    if not secret.is_replica or secret.primary_region is None:
        raise InvalidRequest(message="You can't stop replication to a secret that is not a replica.")
    secret_replicas.remove(call.tx, in_region(secret.arn, secret.primary_region), [secret.region])
    not_rotated = {"rotation_enabled": None, "rotator_arn": None, "rotation_rules": None, "rotated_at": None}
    secrets.change(call.tx, secret.arn, primary_region=secret.region, changed_at=call.now, **not_rotated)
    return {"ARN": secret.arn}


def begin(call: Call, secret: Secret, regions: Regions, *, force: bool) -> list[dict[str, Any]]:
    """Replicate a secret to regions, and tell how it stands with all of its replicas.

    Raises InvalidParameter, DecryptionFailure.
    """
    wanted = [(one.get("Region", ""), one.get("KmsKeyId") or None) for one in regions]
    names = [region for region, _ in wanted]
    if "" in names or secret.region in names or len(set(names)) != len(names):
        raise InvalidParameter(message="Invalid replica region.")
    primary = replace(secret, primary_region=secret.region, changed_at=call.now)
    secrets.change(call.tx, secret.arn, primary_region=primary.primary_region, changed_at=call.now)
    for region, kms_key_id in wanted:
        copies.make(call.asking, primary, region, kms_key_id, force=force)
    return _status(call, secret)


def _status(call: Call, secret: Secret) -> list[dict[str, Any]]:
    return telling.replicated(secret_replicas.of(call.tx, secret.arn), {})
