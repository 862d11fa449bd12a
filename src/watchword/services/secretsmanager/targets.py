"""Which secret a request means, and what policies see of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from watchword.services.deciding.held_secrets import held_target
from watchword.services.operation import Asking, Call, ContextValue, Target
from watchword.services.secretsmanager.arns import Meant, meant_by, mint_suffix, service_arn
from watchword.services.secretsmanager.refusals import InvalidParameter, MarkedForDeletion, NoSuchSecret, OnReplica
from watchword.store import secrets
from watchword.store.secrets import Secret

CURRENT, PREVIOUS, PENDING = "AWSCURRENT", "AWSPREVIOUS", "AWSPENDING"


def secret_named(asking: Asking) -> Target:
    """The secret that the parameter `SecretId` means."""
    return target_of(asking, asking.parameters["secret_id"])


def secret_read(asking: Asking) -> Target:
    """The same for a reading of its value."""
    parameters = asking.parameters
    keys = version_keys(parameters.get("version_id"), parameters.get("version_stage"))
    return target_of(asking, parameters["secret_id"], keys)


def secret_replicated(asking: Asking) -> Target:
    """The same for a request that names regions to replicate to."""
    return target_of(asking, asking.parameters["secret_id"], replica_regions(asking))


def secret_rotated(asking: Asking) -> Target:
    """The same for a request that has it rotated."""
    modifies = "true" if asking.parameters.get("rotation_rules") else "false"
    return target_of(asking, asking.parameters["secret_id"], {"secretsmanager:modifyrotationrules": modifies})


def secret_perhaps(asking: Asking) -> Target:
    """The same where a secret need not be named."""
    secret_id = asking.parameters.get("secret_id")
    return Target("*", asking.caller.account) if secret_id is None else target_of(asking, secret_id)


def secret_to_create(asking: Asking) -> Target:
    """The secret that is to be, with the ARN that it will have; a denial names it as the request does.

    Raises InvalidParameter.
    """
    check_tags(asking)
    name, account = asking.parameters["name"], asking.caller.account
    arn = service_arn(account, asking.region, f"{name}-{mint_suffix(asking.tools.random)}")
    keys = replica_regions(asking)
    return Target(arn, account, keys=lambda: keys, called=name)


def target_of(asking: Asking, secret_id: str, keys: Mapping[str, ContextValue] | None = None) -> Target:
    """Find a secret; `keys` are context keys that the request tells.

    One that does not exist is a target too, so that who may not ask does not learn of that.

    Raises InvalidParameter.
    """
    check_tags(asking)
    meant = meant_by(secret_id, asking.caller.account, asking.region)
    secret = None if meant is None else _found(asking, meant)
    told = dict(keys or {})
    if secret is None:
        return _nothing(asking, secret_id, meant, told)
    if secret.account == asking.caller.account:
        return held_target(asking.tx, secret, told)
    # Another account is never told an ARN that it did not know, nor that there is a secret which it cannot be let have.
    if secret.resource_policy is None:
        return _nothing(asking, secret_id, meant, told)
    return replace(held_target(asking.tx, secret, told), called=secret_id)


def check_tags(asking: Asking) -> None:
    """See that tags have keys before any policy asks for them: the model does not demand it.

    Raises InvalidParameter.
    """
    if any("Key" not in tag for tag in asking.parameters.get("tags") or ()):
        raise InvalidParameter(message="Each tag must have a key.")


def found_secret(call: Call) -> Secret:
    """Give the secret that the request is about, whether or not it is to be deleted.

    Raises NoSuchSecret.
    """
    secret: Secret | None = call.target.subject
    if secret is None:
        raise NoSuchSecret
    return secret


def live_secret(call: Call) -> Secret:
    """Give the secret that the request is about.

    Raises NoSuchSecret, MarkedForDeletion.
    """
    secret = found_secret(call)
    if secret.gone_at is not None:
        raise MarkedForDeletion
    return secret


def changeable_secret(call: Call) -> Secret:
    """Give the secret that the request is about, to be changed: replicas change with their primary only.

    Raises NoSuchSecret, MarkedForDeletion, OnReplica.
    """
    secret = live_secret(call)
    if secret.is_replica:
        raise OnReplica
    return secret


def version_keys(version_id: str | None, version_stage: str | None) -> Mapping[str, ContextValue]:
    """Tell which version is read, as context keys: a reading that names none asks for the current one."""
    stage = CURRENT if version_id is None and version_stage is None else version_stage
    return {"secretsmanager:versionid": version_id, "secretsmanager:versionstage": stage}


def replica_regions(asking: Asking) -> Mapping[str, ContextValue]:
    """Tell the regions that a request names, as a context key."""
    regions = asking.parameters.get("add_replica_regions")
    if not regions:
        return {}
    return {"secretsmanager:addreplicaregions": tuple(one.get("Region", "") for one in regions)}


def _found(asking: Asking, meant: Meant) -> Secret | None:
    """Look in the region that was asked; an ARN of another is no secret there."""
    if meant.region != asking.region:
        return None
    now = int(asking.now)
    if meant.arn:
        return secrets.by_arn(asking.tx, meant.arn, now)
    return secrets.named(asking.tx, meant.account, meant.region, meant.name, now)


def _nothing(asking: Asking, secret_id: str, meant: Meant | None, keys: Mapping[str, ContextValue]) -> Target:
    if meant is None:
        return Target(
            service_arn(asking.caller.account, asking.region, secret_id), asking.caller.account, called=secret_id
        )
    arn = service_arn(meant.account, meant.region, meant.name)
    return Target(arn, meant.account, keys=lambda: {**keys, "secretsmanager:secretid": arn}, called=secret_id)
