"""Replicas: a secret's copies in other regions, each a row of its own there, changed in the transaction of the primary.

Values are sealed anew for each region: what is sealed opens for its own row alone.
"""

from __future__ import annotations

from dataclasses import replace

from watchword.services.operation import Asking
from watchword.services.secretsmanager import values
from watchword.services.secretsmanager.arns import in_region
from watchword.store import secret_labels, secret_replicas, secret_tags, secret_versions, secrets
from watchword.store.secret_replicas import FAILED, IN_SYNC, Replica
from watchword.store.secret_versions import Version
from watchword.store.secrets import Secret


def carry(asking: Asking, arn: str) -> None:
    """Bring every replica of a secret to where the secret itself stands.

    Raises DecryptionFailure.
    """
    replicas = [one for one in secret_replicas.of(asking.tx, arn) if one.status == IN_SYNC]
    primary = secrets.by_arn(asking.tx, arn, int(asking.now)) if replicas else None
    if primary is not None:
        for replica in replicas:
            _mirror(asking, primary, replica)


def make(asking: Asking, primary: Secret, region: str, kms_key_id: str | None, *, force: bool) -> None:
    """Begin to replicate a secret to a region, or try again; what stands in the way is told as the replica's status.

    Raises DecryptionFailure.
    """
    reason = _obstacle(asking, primary, region, force=force)
    replica = Replica(region, kms_key_id, FAILED if reason else IN_SYNC, reason or None)
    secret_replicas.put(asking.tx, primary.arn, replica)
    if not reason:
        _mirror(asking, primary, replica)


def drop(asking: Asking, primary: Secret, replica: Replica) -> None:
    """End replication to a region, and remove what was replicated there."""
    if replica.status == IN_SYNC:
        copy = secrets.by_arn(asking.tx, in_region(primary.arn, replica.region), int(asking.now))
        if copy is not None:
            secrets.remove(asking.tx, copy)
    secret_replicas.remove(asking.tx, primary.arn, [replica.region])


def _obstacle(asking: Asking, primary: Secret, region: str, *, force: bool) -> str:
    """Tell why a secret cannot be replicated to a region; empty if it can, what was in the way removed by then."""
    tx, now = asking.tx, int(asking.now)
    secrets.make_way(tx, primary.account, region, primary.name, now)
    other = secrets.named(tx, primary.account, region, primary.name, now)
    if other is None or (other.is_replica and other.arn == in_region(primary.arn, region)):
        return ""
    if not force:
        return f"Replication failed: Secret name {primary.name} already exists in region {region}."
    if other.is_replica or secret_replicas.of(tx, other.arn):
        return f"Replication failed: Secret name {primary.name} is replicated itself in region {region}."
    secrets.remove(tx, other)
    return ""


def _mirror(asking: Asking, primary: Secret, replica: Replica) -> None:
    tx, arn = asking.tx, in_region(primary.arn, replica.region)
    copy = replace(
        primary, arn=arn, region=replica.region, kms_key_id=replica.kms_key_id, next_rotation_at=None
    )  # rotated where the primary is
    if secrets.by_arn(tx, arn, int(asking.now)) is None:
        secrets.add(tx, copy)
    else:
        secrets.replace_with(tx, copy)
    secret_tags.put(tx, arn, secret_tags.of(tx, primary.arn))
    _mirror_versions(asking, primary, copy)
    secret_labels.put(tx, arn, secret_labels.of(tx, primary.arn))


def _mirror_versions(asking: Asking, primary: Secret, copy: Secret) -> None:
    """Bring over what is not there yet: a version with a value never changes."""
    theirs = {version.id: version for version in secret_versions.of(asking.tx, copy.arn)}
    for version in secret_versions.of(asking.tx, primary.arn):
        had = theirs.pop(version.id, None)
        if had is None:
            secret_versions.add(asking.tx, _sealed_anew(asking, version, copy))
        elif had.sealed is None and version.sealed is not None:
            secret_versions.fill(asking.tx, _sealed_anew(asking, version, copy))
    for version_id in theirs:
        secret_versions.remove(asking.tx, copy.arn, version_id)


def _sealed_anew(asking: Asking, version: Version, copy: Secret) -> Version:
    value = values.opened(asking, copy.account, version)
    sealed = None if value is None else values.sealed(asking, copy.account, copy.arn, version.id, value)
    return replace(version, secret_arn=copy.arn, sealed=sealed, kms_key_id=copy.kms_key_id)
