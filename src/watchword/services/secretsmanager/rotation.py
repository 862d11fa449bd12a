"""Rotation: RotateSecret sets it up and starts it, CancelRotateSecret turns it off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from watchword.domain.arn import iam_arn
from watchword.services.operation import Asking, Call, Need, Reply, Target, Way, operation
from watchword.services.secretsmanager import access_key_rotator, rotating, rotation_rules, rotators, telling, writing
from watchword.services.secretsmanager.refusals import (
    DecryptionFailure,
    InvalidParameter,
    InvalidRequest,
    LimitExceeded,
    MarkedForDeletion,
    NoRotator,
    NoSuchSecret,
    TokenInUse,
)
from watchword.services.secretsmanager.targets import CURRENT, PREVIOUS, changeable_secret, secret_named, secret_rotated
from watchword.store import secret_labels, secret_rotations, secret_versions, secrets, tags
from watchword.store.secret_rotations import Kind, Rotation
from watchword.store.secrets import Secret

INVOKE = "lambda:InvokeFunction"
KEY_ACTIONS = ("iam:CreateAccessKey", "iam:DeleteAccessKey", "iam:GetAccessKeyLastUsed")
"""What our rotator does with a user's keys: who has it do so needs leave for each of these."""


def _further(asking: Asking, target: Target) -> Sequence[Need]:
    """Who has a secret rotated must be let call the rotator, and do what ours does, in its own right.

    Those are the rights that scheduled rotations go by from then on, too.
    Source: Secrets Manager API, RotateSecret, "Required permissions".
    """
    secret: Secret | None = target.subject
    arn = asking.parameters.get("rotation_lambda_arn") or (secret.rotator_arn if secret else None)
    owner = rotators.account_of(arn or "")
    if secret is None or arn is None or not owner:
        return ()
    needs = [Need(INVOKE, Target(arn, owner))]
    if rotators.is_ours(arn) and secret.gone_at is None:
        user = _user(asking, secret)
        needs += [Need(action, user) for action in KEY_ACTIONS]
    return needs


@operation(
    "secretsmanager",
    way=Way.CHANGE,
    on=secret_rotated,
    journal=("secret_id", "client_request_token", "rotation_lambda_arn", "rotation_rules", "rotate_immediately"),
    told=("ARN", "VersionId"),
    raises=(NoSuchSecret, MarkedForDeletion, InvalidParameter, InvalidRequest, LimitExceeded, DecryptionFailure),
    keys={
        "secretsmanager:RotationLambdaARN": "rotation_lambda_arn",
        "secretsmanager:RotateImmediately": "rotate_immediately",
        "secretsmanager:ExternalSecretRotationRoleArn": "external_secret_rotation_role_arn",
    },
    also=_further,
)
def rotate_secret(
    call: Call,
    *,
    secret_id: str,  # noqa: ARG001 - read by the target
    client_request_token: str | None = None,
    rotation_lambda_arn: str | None = None,
    rotation_rules: Mapping[str, Any] | None = None,
    external_secret_rotation_metadata: Sequence[Mapping[str, Any]] | None = None,
    external_secret_rotation_role_arn: str | None = None,
    rotate_immediately: bool | None = None,
) -> Reply:
    """Have a secret rotated, now unless it is said otherwise, and from now on by its schedule.

    A rotator elsewhere is called afterwards, and what it does can be seen in the versions and on record; ours is done
    when this is answered, or nothing has changed.

    Raises NoSuchSecret, MarkedForDeletion, InvalidParameter, InvalidRequest, AccessDenied, LimitExceeded,
    DecryptionFailure.   Source: Secrets Manager API, RotateSecret.
    """
    foreign = {
        "ExternalSecretRotationMetadata": external_secret_rotation_metadata,
        "ExternalSecretRotationRoleArn": external_secret_rotation_role_arn,
    }
    telling.refuse_foreign(foreign)
    secret, token = changeable_secret(call), writing.token_of(client_request_token)
    last, at_once = secret_rotations.of(call.tx, secret.arn), rotate_immediately is not False
    told = {**telling.named(secret), **({"VersionId": token} if at_once else {})}
    if _asked_again(call, last, token):
        return told
    rotating.refuse_incomplete(call.asking, secret)
    if secret_versions.find(call.tx, secret.arn, token) is not None:
        raise TokenInUse(token=token)
    secret = _set_up(call, secret, rotation_lambda_arn, rotation_rules)
    if rotators.is_ours(secret.rotator_arn or ""):
        _rotate_key(call, secret, token, last, at_once=at_once)
    else:
        rotating.begin(call.asking, secret, token, Kind.ROTATION if at_once else Kind.TEST)
    return told


@operation(
    "secretsmanager",
    way=Way.CHANGE,
    on=secret_named,
    journal=("secret_id",),
    told=("ARN", "VersionId"),
    raises=(NoSuchSecret, MarkedForDeletion, InvalidParameter),
)
def cancel_rotate_secret(call: Call, *, secret_id: str) -> Reply:  # noqa: ARG001 - read by the target
    """Turn rotation off, and give up the one under way; the labels stay as they are.

    Raises NoSuchSecret, MarkedForDeletion, InvalidParameter.   Source: Secrets Manager API, CancelRotateSecret.
    """
    secret = changeable_secret(call)
    version_id = rotating.cancel(call.asking, secret)
    if secret.rotation_enabled:
        secrets.change(call.tx, secret.arn, rotation_enabled=False, next_rotation_at=None)
    writing.note_change(call.asking, secret)
    return {**telling.named(secret), **({"VersionId": version_id} if version_id else {})}


def _asked_again(call: Call, last: Rotation | None, token: str) -> bool:
    """Tell whether a request comes back whose rotation is under way, or has been made."""
    if last is None or last.version_id != token:
        return False
    labels = secret_labels.of(call.tx, last.secret_arn)
    return last.under_way is not None or token in (labels.get(CURRENT), labels.get(PREVIOUS))


def _set_up(call: Call, secret: Secret, rotator_arn: str | None, rules: Mapping[str, Any] | None) -> Secret:
    """Keep what is passed of a rotation's configuration; what is not, stays.

    Raises NoRotator, CannotInvoke, InvalidParameter.
    """
    arn = rotator_arn or secret.rotator_arn
    if not arn:
        raise NoRotator
    rotators.check(call.asking, secret, arn)
    kept = secret.rotation_rules if rules is None else msgspec.json.encode(rules).decode()
    opens = rotation_rules.read(msgspec.json.decode(kept), call.now).opens(call.now) if kept else None
    set_up: dict[str, Any] = {
        "rotation_enabled": True,
        "rotator_arn": arn,
        "rotation_rules": kept,
        "next_rotation_at": opens,
    }
    secrets.change(call.tx, secret.arn, **set_up)
    return replace(secret, **set_up)


def _rotate_key(call: Call, secret: Secret, token: str, last: Rotation | None, *, at_once: bool) -> None:
    """Rotate an access key, or only see that it could be; from now on for the user whom the secret names now.

    Raises what `access_key_rotator.rotate` raises.
    """
    if not at_once:
        plan = access_key_rotator.planned(call.asking, secret, last)
        kept = last if last and last.user_id == plan.user.id else Rotation(secret.arn, token, user_id=plan.user.id)
        secret_rotations.put(call.tx, replace(kept, version_id=token, under_way=None, due_at=None, failure=None))
        writing.note_change(call.asking, secret)
        return
    made, plan = access_key_rotator.rotate(call.asking, secret, token, last)
    secret_rotations.put(call.tx, made)
    rotating.note_rotated(call.asking, secret)
    call.noted.update(key_record(made, plan))


def key_record(made: Rotation, plan: access_key_rotator.Plan) -> dict[str, str]:
    """Say for the record which key was made for whom, and which went."""
    told = {"AccessKey.AccessKeyId": made.key_id or "", "AccessKey.UserName": plan.user.name}
    return {**told, **({"RemovedAccessKeyId": ", ".join(plan.leaving)} if plan.leaving else {})}


def _user(asking: Asking, secret: Secret) -> Target:
    """The user whose key a secret holds, whether or not there is one; a denial does not tell what the secret holds.

    Raises NotAnAccessKey, DecryptionFailure.
    """
    held, tx = access_key_rotator.held(asking, secret), asking.tx
    called = f"the user that {secret.name} names"
    user = access_key_rotator.user_of(asking, secret)
    if user is None:
        return Target(iam_arn(secret.account, f"user/{held.user_name}"), secret.account, called=called)
    boundary = {"iam:permissionsboundary": user.boundary_arn} if user.boundary_arn else {}
    return Target(user.arn, user.account, lambda: tags.of(tx, user.id), lambda: boundary, called=called)
