"""A rotation's life: begun, tried, over, or failed and tried again. Who calls rotators is told elsewhere.

An attempt is counted when it is taken, and one that takes too long is overtaken by the next: only the last counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from watchword.services.operation import Asking
from watchword.services.secretsmanager import access_key_rotator, labels, rotation_rules, rotators, values, writing
from watchword.services.secretsmanager.refusals import AnotherUser, RotationNotComplete
from watchword.services.secretsmanager.targets import CURRENT, PENDING
from watchword.store import secret_labels, secret_rotations, secret_versions, secrets
from watchword.store.secret_rotations import Kind, Rotation
from watchword.store.secret_versions import Version
from watchword.store.secrets import Secret

TAKES = 300
"""Seconds after which an attempt is taken for lost: longer than all its steps may take."""
SOONEST, LATEST = 5, 3_600
"""Seconds until a rotation that failed is tried again; twice as many after each failure."""
NOT_FINISHED = "the rotator has not moved AWSCURRENT to the new version"


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that has been taken: to be made with nobody else making it."""

    secret: Secret
    rotation: Rotation

    @property
    def steps(self) -> tuple[str, ...]:
        """What the rotator is to be called for."""
        return (rotators.TEST,) if self.rotation.under_way == Kind.TEST else rotators.STEPS


def refuse_incomplete(asking: Asking, secret: Secret) -> None:
    """Refuse to rotate what is being rotated; a rotation that waits is tried again now.

    Raises RotationNotComplete.   Source: Secrets Manager API, RotateSecret.
    """
    kept = secret_labels.of(asking.tx, secret.arn)
    if kept.get(PENDING) not in (None, kept.get(CURRENT)):
        asking.tx.even_if_refused(lambda tx: secret_rotations.hasten(tx, secret.arn, int(asking.now)))
        raise RotationNotComplete


def begin(asking: Asking, secret: Secret, token: str, kind: Kind) -> None:
    """Make room for the version that a rotator is to make, as AWSPENDING; for a test, a copy of the current one.

    Raises RotationNotComplete, TooManyLabels, TooManyVersions, DecryptionFailure.
    """
    refuse_incomplete(asking, secret)
    kept = secret_labels.of(asking.tx, secret.arn)
    after = labels.attached(kept, token, [PENDING])
    version = _empty(asking, secret, token) if kind is Kind.ROTATION else _copy(asking, secret, kept, token)
    writing.make_room(asking, secret, version)
    secret_labels.put(asking.tx, secret.arn, after)
    secret_rotations.put(asking.tx, Rotation(secret.arn, token, kind, due_at=int(asking.now)))
    writing.note_change(asking, secret)


def begin_due(asking: Asking, secret: Secret, token: str) -> None:
    """Begin the rotation that a schedule says.

    Raises what `begin` raises.
    """
    put_off(asking, secret)
    last = secret_rotations.of(asking.tx, secret.arn)
    if rotators.is_ours(secret.rotator_arn or "") and last is not None:
        begun = replace(last, version_id=token, under_way=Kind.ROTATION, attempts=0, failure=None)
        secret_rotations.put(asking.tx, replace(begun, due_at=int(asking.now)))
    else:
        begin(asking, secret, token, Kind.ROTATION)


def put_off(asking: Asking, secret: Secret) -> None:
    """Have a secret rotated with the next window."""
    rules = rotation_rules.read(msgspec.json.decode(secret.rotation_rules or "{}"), asking.now)
    secrets.change(asking.tx, secret.arn, next_rotation_at=rules.opens(asking.now))


def take(asking: Asking, rotation: Rotation) -> Attempt | None:
    """Take an attempt, unless it is not due any more. One whose version has lost its label is given up.

    Who took AWSPENDING away by hand has done away with the rotation.
    """
    kept = secret_rotations.of(asking.tx, rotation.secret_arn)
    secret = secrets.by_arn(asking.tx, rotation.secret_arn, int(asking.now))
    if kept is None or kept != rotation or secret is None:
        return None
    if not rotators.is_ours(secret.rotator_arn or "") and not _labelled(asking, kept):
        secret_rotations.put(asking.tx, replace(kept, under_way=None, due_at=None, failure="it was given up"))
        return None
    taken = replace(kept, attempts=kept.attempts + 1, due_at=int(asking.now) + TAKES, failure=None)
    secret_rotations.put(asking.tx, taken)
    return Attempt(secret, taken)


def rotate_key(asking: Asking, attempt: Attempt) -> access_key_rotator.Plan:
    """Rotate an access key for a user for whom somebody had leave when the rotation was set up.

    Raises AnotherUser, and what `access_key_rotator.rotate` raises.
    """
    secret, last = attempt.secret, attempt.rotation
    user = access_key_rotator.user_of(asking, secret)
    if user is not None and user.id != last.user_id:
        raise AnotherUser
    made, plan = access_key_rotator.rotate(asking, secret, last.version_id, last)
    secret_rotations.put(asking.tx, made)
    note_rotated(asking, secret)
    return plan


def settle(asking: Asking, attempt: Attempt, failure: str) -> str | None:
    """Keep what came of an attempt; gives why it failed, empty if it did not, and None if it was overtaken."""
    tx, rotation = asking.tx, attempt.rotation
    secret = secrets.by_arn(tx, rotation.secret_arn, int(asking.now))
    if secret is None or secret_rotations.of(tx, rotation.secret_arn) != rotation:
        return None
    if rotation.under_way == Kind.TEST:
        forget_test(asking, secret, rotation)
        secret_rotations.put(tx, replace(rotation, under_way=None, due_at=None, failure=failure or None))
        return failure
    if not failure and secret_labels.of(tx, secret.arn).get(CURRENT) != rotation.version_id:
        failure = NOT_FINISHED
    if failure:
        wait = min(LATEST, SOONEST * 2 ** min(rotation.attempts - 1, 20))
        secret_rotations.put(tx, replace(rotation, due_at=int(asking.now) + wait, failure=failure))
        return failure
    secret_rotations.put(tx, replace(rotation, under_way=None, due_at=None))
    _take_label_off(asking, secret, rotation)
    note_rotated(asking, secret)
    return ""


def note_rotated(asking: Asking, secret: Secret) -> None:
    """Note that a secret was rotated now, and when it is to be rotated next.

    Raises DecryptionFailure.
    """
    at = int(asking.now)
    rules = secret.rotation_rules if secret.rotation_enabled else None
    opens = rotation_rules.read(msgspec.json.decode(rules), at).opens(at) if rules else None
    secrets.change(asking.tx, secret.arn, rotated_at=at, next_rotation_at=opens)
    writing.note_change(asking, secret)


def cancel(asking: Asking, secret: Secret) -> str | None:
    """Give up the rotation under way, if any; gives the version that it was to make. Its label stays, as on AWS."""
    last = secret_rotations.of(asking.tx, secret.arn)
    if last is None or last.under_way is None:
        return None
    if last.under_way == Kind.TEST:
        forget_test(asking, secret, last)
    secret_rotations.put(asking.tx, replace(last, under_way=None, due_at=None))
    return last.version_id


def forget_test(asking: Asking, secret: Secret, rotation: Rotation) -> None:
    """Remove the version that a test had to itself, unless somebody has put it to use."""
    _take_label_off(asking, secret, rotation)
    if rotation.version_id not in secret_labels.of(asking.tx, secret.arn).values():
        secret_versions.remove(asking.tx, secret.arn, rotation.version_id)
    writing.note_change(asking, secret)


def _take_label_off(asking: Asking, secret: Secret, rotation: Rotation) -> None:
    kept = secret_labels.of(asking.tx, secret.arn)
    if kept.get(PENDING) == rotation.version_id:
        del kept[PENDING]
        secret_labels.put(asking.tx, secret.arn, kept)


def _labelled(asking: Asking, rotation: Rotation) -> bool:
    kept = secret_labels.of(asking.tx, rotation.secret_arn)
    return rotation.version_id in (kept.get(PENDING), kept.get(CURRENT))


def _empty(asking: Asking, secret: Secret, token: str) -> Version:
    return Version(secret.arn, token, None, is_binary=False, kms_key_id=secret.kms_key_id, created_at=int(asking.now))


def _copy(asking: Asking, secret: Secret, kept: labels.Labels, token: str) -> Version:
    empty = _empty(asking, secret, token)
    current = secret_versions.find(asking.tx, secret.arn, kept.get(CURRENT, ""))
    value = values.opened(asking, secret.account, current) if current else None
    if value is None:
        return empty
    sealed = values.sealed(asking, secret.account, secret.arn, token, value)
    return replace(empty, sealed=sealed, is_binary=value.is_binary)
