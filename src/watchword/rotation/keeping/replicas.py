"""A secret in other regions: replicated, and confirmed there before anything rests on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from watchword.rotation.keeping.place import Changing, Place, Unkept

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager.type_defs import ReplicaRegionTypeTypeDef

    from watchword.rotation.records import Kept

PATIENCE = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between two looks at the replicas: half a minute; another run looks again."""
IN_SYNC, FAILED = "InSync", "Failed"


def confirm(place: Place, kept: Kept, change: Changing, pause: Callable[[float], None]) -> None:
    """See that the version is current, and that every region that the rules name has it.

    Raises Unkept, and botocore's errors.
    """
    wanted = [region for region in dict.fromkeys(place.terms.regions) if region != place.region]
    statuses = _statuses(place, kept)
    missing = [region for region in wanted if region not in statuses]
    if missing:
        adding = [_replica(place, region) for region in missing]
        change(
            "replicate secret",
            lambda: place.secrets.replicate_secret_to_regions(SecretId=kept.arn, AddReplicaRegions=adding),
            again=True,
        )
        statuses = _statuses(place, kept)
    for seconds in PATIENCE:
        if all(_status(statuses, region) in {IN_SYNC, FAILED} for region in wanted):
            break
        pause(seconds)
        statuses = _statuses(place, kept)
    behind = [_told(statuses, region) for region in wanted if _status(statuses, region) != IN_SYNC]
    if behind:
        raise Unkept(
            f"the secret `{kept.name}` has not reached {', '.join(behind)}: the old key stays until it has; mend the "
            "replica, or take the region out of the rules"
        )


def _statuses(place: Place, kept: Kept) -> dict[str, Mapping[str, Any]]:
    told = place.secrets.describe_secret(SecretId=kept.arn)
    if "AWSCURRENT" not in told.get("VersionIdsToStages", {}).get(kept.version, []):
        raise Unkept(f"the secret `{kept.name}` is not current yet; another run looks again")
    return {one.get("Region", ""): one for one in told.get("ReplicationStatus", [])}


def _status(statuses: Mapping[str, Mapping[str, Any]], region: str) -> str:
    return str(statuses.get(region, {}).get("Status", ""))


def _told(statuses: Mapping[str, Mapping[str, Any]], region: str) -> str:
    one = statuses.get(region, {})
    why = one.get("StatusMessage") or one.get("Status") or "not replicated"
    return f"{region} ({why})"


def _replica(place: Place, region: str) -> ReplicaRegionTypeTypeDef:
    """Seal a replica by the same multi-Region key, as it stands there; or else by the service's own."""
    key = place.terms.kms_key
    if ":key/mrk-" not in key:
        return {"Region": region}
    parts = key.split(":")
    parts[3] = region
    return {"Region": region, "KmsKeyId": ":".join(parts)}
