"""Secrets as replies hold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from watchword.services.secretsmanager import rotation_rules
from watchword.services.secretsmanager.refusals import InvalidParameter
from watchword.store.secret_replicas import Replica
from watchword.store.secrets import Secret

DAY = 24 * 3600
DEFAULT_KEY = "DefaultEncryptionKey"
"""What AWS calls the key of versions whose secret names none.  Source: recorded, ListSecretVersionIds."""


def named(secret: Secret) -> dict[str, Any]:
    """Write which secret it is."""
    return {"ARN": secret.arn, "Name": secret.name}


def detailed(secret: Secret, *, accessed_at: int, tags: Mapping[str, str]) -> dict[str, Any]:
    """Write all that DescribeSecret and ListSecrets tell alike: what has no value is left out."""
    told: dict[str, Any] = {
        **named(secret),
        "Description": secret.description or None,
        "KmsKeyId": secret.kms_key_id,
        "RotationEnabled": secret.rotation_enabled,
        "RotationLambdaARN": secret.rotator_arn,
        "RotationRules": msgspec.json.decode(secret.rotation_rules) if secret.rotation_rules else None,
        "LastRotatedDate": secret.rotated_at,
        "LastChangedDate": secret.changed_at,
        "LastAccessedDate": day_of(accessed_at) if accessed_at else None,
        "DeletedDate": secret.deleted_at,
        "NextRotationDate": _rotated_by(secret),
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()] or None,
        "OwningService": secret.owning_service,
        "CreatedDate": secret.created_at,
        "PrimaryRegion": secret.primary_region,
    }
    return {name: value for name, value in told.items() if value is not None}


def _rotated_by(secret: Secret) -> int | None:
    """Tell by when a secret will be rotated: the end of the next window.

    Source: Secrets Manager API, DescribeSecret, NextRotationDate.
    """
    opens = secret.next_rotation_at
    if opens is None or secret.rotation_rules is None:
        return None
    return rotation_rules.read(msgspec.json.decode(secret.rotation_rules), opens).closes(opens)


def day_of(instant: int) -> int:
    """Give the day of an instant.  Source: secretsmanager model, LastAccessedDate: "at the date level"."""
    return instant - instant % DAY


def replicated(replicas: list[Replica], accessed: Mapping[str, int]) -> list[dict[str, Any]]:
    """Write how replication stands; `accessed` tells when each region's copy was last read."""
    return [_replica(replica, accessed.get(replica.region)) for replica in replicas]


def key_named(kms_key_id: str | None) -> str | None:
    """Read which key a request names; an empty text is the one that AWS manages."""
    return kms_key_id or None


def refuse_foreign(given: Mapping[str, Any]) -> None:
    """Refuse what only AWS has: secrets that a partner holds, and replicas in other accounts.

    Raises InvalidParameter.
    """
    for name, value in given.items():
        if value:
            raise InvalidParameter(message=f"{name} is not offered here: leave it out.")


def _replica(replica: Replica, accessed_at: int | None) -> dict[str, Any]:
    told = {
        "Region": replica.region,
        "KmsKeyId": replica.kms_key_id,
        "Status": replica.status,
        "StatusMessage": replica.message,
        "LastAccessedDate": day_of(accessed_at) if accessed_at else None,
    }
    return {name: value for name, value in told.items() if value is not None}
