"""The resource policy of a secret: put, get, list, delete, validate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from watchword.policy import Kind, parse
from watchword.services.compiling import compiled
from watchword.services.deciding.held_secrets import POLICY_NAME
from watchword.services.operation import Asking, Call, Need, Reply, Target, Way, operation
from watchword.services.secretsmanager import judging, paging, principals, telling, writing
from watchword.services.secretsmanager.public_access import is_public
from watchword.services.secretsmanager.refusals import (
    InvalidNextToken,
    InvalidParameter,
    MalformedPolicy,
    MarkedForDeletion,
    NoSuchPolicy,
    NoSuchSecret,
    PublicPolicy,
)
from watchword.services.secretsmanager.targets import (
    changeable_secret,
    live_secret,
    secret_named,
    secret_perhaps,
)
from watchword.store import secrets

PUT = "secretsmanager:PutResourcePolicy"


@operation(
    "secretsmanager",
    way=Way.CHANGE,
    on=secret_named,
    journal=("secret_id", "resource_policy", "policy_name", "block_public_policy"),
    raises=(NoSuchSecret, MarkedForDeletion, InvalidParameter, MalformedPolicy, PublicPolicy),
    keys={"secretsmanager:BlockPublicPolicy": "block_public_policy"},
)
def put_resource_policy(
    call: Call,
    *,
    secret_id: str,  # noqa: ARG001 - read by the target
    resource_policy: str,
    policy_name: str | None = None,
    block_public_policy: bool | None = None,
) -> Reply:
    """Give a secret a policy of its own, in the place of the one it has.

    Raises NoSuchSecret, MarkedForDeletion, InvalidParameter, MalformedPolicy, PublicPolicy.
    Source: Secrets Manager API, PutResourcePolicy.
    """
    secret = changeable_secret(call)
    _check_name(policy_name)
    kept = principals.pinned(call.tx, resource_policy)
    if block_public_policy and is_public(parse(kept, Kind.RESOURCE)):
        raise PublicPolicy
    secrets.change(call.tx, secret.arn, resource_policy=kept)
    writing.note_change(call.asking, secret)
    return {**telling.named(secret), "PolicyName": POLICY_NAME}


@operation(
    "secretsmanager",
    way=Way.READ,
    on=secret_named,
    journal=("secret_id", "policy_name"),
    raises=(NoSuchSecret, NoSuchPolicy, MarkedForDeletion),
)
def get_resource_policy(call: Call, *, secret_id: str, policy_name: str | None = None) -> Reply:  # noqa: ARG001
    """Tell the policy of a secret, if it has one.

    Raises NoSuchSecret, NoSuchPolicy, MarkedForDeletion.   Source: Secrets Manager API, GetResourcePolicy.
    """
    secret = live_secret(call)
    if policy_name not in (None, POLICY_NAME):
        raise NoSuchPolicy
    if secret.resource_policy is None:
        return telling.named(secret)
    text = principals.told(call.tx, secret.resource_policy)
    return {**telling.named(secret), "ResourcePolicy": text, "PolicyName": POLICY_NAME}


@operation(
    "secretsmanager",
    way=Way.READ,
    on=secret_named,
    journal=("secret_id", "max_results", "next_token"),
    raises=(NoSuchSecret, MarkedForDeletion, InvalidNextToken),
)
def list_resource_policies(
    call: Call,
    *,
    secret_id: str,  # noqa: ARG001 - read by the target
    max_results: int | None = None,  # noqa: ARG001 - there is one at most
    next_token: str | None = None,
) -> Reply:
    """List the names of a secret's policies: the one that it may have.

    Raises NoSuchSecret, MarkedForDeletion, InvalidNextToken.   Source: Secrets Manager API, ListResourcePolicies.
    """
    secret = live_secret(call)
    paging.opened(call, ("ListResourcePolicies", secret.arn), next_token)  # none is ever handed out
    return {"ResourcePolicies": [] if secret.resource_policy is None else [{"PolicyName": POLICY_NAME}]}


@operation(
    "secretsmanager",
    way=Way.CHANGE,
    on=secret_named,
    journal=("secret_id", "policy_name"),
    raises=(NoSuchSecret, MarkedForDeletion, InvalidParameter),
)
def delete_resource_policy(call: Call, *, secret_id: str, policy_name: str | None = None) -> Reply:  # noqa: ARG001
    """Take the policy of a secret away, if it has one.

    Raises NoSuchSecret, MarkedForDeletion, InvalidParameter.   Source: Secrets Manager API, DeleteResourcePolicy.
    """
    secret = changeable_secret(call)
    _check_name(policy_name)
    if secret.resource_policy is not None:
        secrets.change(call.tx, secret.arn, resource_policy=None)
        writing.note_change(call.asking, secret)
    return {**telling.named(secret), "PolicyName": POLICY_NAME}


def _further(_asking: Asking, _target: Target) -> Sequence[Need]:
    """Source: Secrets Manager API, ValidateResourcePolicy, "Required permissions"."""
    return (Need(PUT),)


@operation(
    "secretsmanager",
    way=Way.READ,
    on=secret_perhaps,
    journal=("secret_id", "resource_policy"),
    raises=(NoSuchSecret, MarkedForDeletion, MalformedPolicy),
    also=_further,
)
def validate_resource_policy(call: Call, *, secret_id: str | None = None, resource_policy: str) -> Reply:
    """Tell whether a policy lets in everybody, or keeps out who asks.

    Raises NoSuchSecret, MarkedForDeletion, MalformedPolicy.   Source: Secrets Manager API, ValidateResourcePolicy.
    """
    kept = principals.pinned(call.tx, resource_policy)
    errors = []
    if is_public(parse(kept, Kind.RESOURCE)):
        errors.append({"CheckName": "PublicAccess", "ErrorMessage": "The resource policy grants broad access."})
    if secret_id is not None:
        live_secret(call)
        errors += _locked_out(call, kept)
    return {"PolicyValidationPassed": not errors, "ValidationErrors": errors}


def _locked_out(call: Call, policy: str) -> list[dict[str, str]]:
    after = replace(call.target, policy=compiled(policy, Kind.RESOURCE, POLICY_NAME))
    if not judging.is_locked_out(call.asking, PUT, after):
        return []
    return [{"CheckName": "LockOut", "ErrorMessage": "The resource policy would keep you from changing it again."}]


def _check_name(policy_name: str | None) -> None:
    if policy_name not in (None, POLICY_NAME):
        raise InvalidParameter(message=f"You can only use the policy name {POLICY_NAME}.")
