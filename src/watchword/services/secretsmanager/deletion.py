"""Deletion: at once, or at the end of days in which it can be taken back."""

from __future__ import annotations

from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.secretsmanager import telling
from watchword.services.secretsmanager.refusals import (
    AlreadyScheduled,
    InvalidParameter,
    NoSuchSecret,
    OnReplica,
    StillReplicated,
)
from watchword.services.secretsmanager.targets import found_secret, secret_named
from watchword.store import secret_replicas, secrets
from watchword.store.secrets import Secret

DAY = 24 * 3600
FEWEST_DAYS, MOST_DAYS = 7, 30
"""Of the recovery window; as many as possible where none are named.  Source: Secrets Manager API, DeleteSecret."""


@operation(
    "secretsmanager",
    way=Way.CHANGE,
    on=secret_named,
    journal=("secret_id", "recovery_window_in_days", "force_delete_without_recovery"),
    told=("ARN", "DeletionDate"),
    raises=(NoSuchSecret, AlreadyScheduled, InvalidParameter),
    keys={
        "secretsmanager:RecoveryWindowInDays": "recovery_window_in_days",
        "secretsmanager:ForceDeleteWithoutRecovery": "force_delete_without_recovery",
    },
)
def delete_secret(
    call: Call,
    *,
    secret_id: str,
    recovery_window_in_days: int | None = None,
    force_delete_without_recovery: bool | None = None,
) -> Reply:
    """Let a secret go after a recovery window; until then nobody reads it. With force, at once and for good.

    Who forces the deletion of what does not exist is told that it is done.

    Raises NoSuchSecret, AlreadyScheduled, InvalidParameter.   Source: Secrets Manager API, DeleteSecret.
    """
    days = _window(recovery_window_in_days, force=bool(force_delete_without_recovery))
    if call.target.subject is None and not days:
        which = "ARN" if secret_id.startswith("arn:") else "Name"
        return {which: secret_id, "DeletionDate": call.now}
    secret = found_secret(call)
    _refuse_replicated(call, secret)
    if not days:
        secrets.remove(call.tx, secret)
        return {**telling.named(secret), "DeletionDate": call.now}
    if secret.gone_at is not None:
        raise AlreadyScheduled
    gone_at = call.now + days * DAY
    secrets.change(call.tx, secret.arn, deleted_at=call.now, gone_at=gone_at, changed_at=call.now)
    return {**telling.named(secret), "DeletionDate": gone_at}


@operation("secretsmanager", way=Way.CHANGE, on=secret_named, journal=("secret_id",), raises=(NoSuchSecret,))
def restore_secret(call: Call, *, secret_id: str) -> Reply:  # noqa: ARG001 - read by the target
    """Take a scheduled deletion back; a secret that was not to be deleted stays as it is.

    Raises NoSuchSecret.   Source: Secrets Manager API, RestoreSecret.
    """
    secret = found_secret(call)
    if secret.gone_at is not None:
        secrets.change(call.tx, secret.arn, deleted_at=None, gone_at=None, changed_at=call.now)
    return telling.named(secret)


def _window(days: int | None, *, force: bool) -> int:
    """Give the days of the recovery window, 0 for none."""
    if force:
        if days is not None:
            raise InvalidParameter(
                message="You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays."
            )
        return 0
    if days is None:
        return MOST_DAYS
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        raise InvalidParameter(
            message=f"The RecoveryWindowInDays value must be between {FEWEST_DAYS} and {MOST_DAYS} days (inclusive)."
        )
    return days


def _refuse_replicated(call: Call, secret: Secret) -> None:
    if secret.is_replica:
        raise OnReplica
    regions = [replica.region for replica in secret_replicas.of(call.tx, secret.arn)]
    if regions:
        raise StillReplicated(arn=secret.arn, regions=", ".join(regions))
