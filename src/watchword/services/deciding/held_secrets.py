"""What policies see of a secret that is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from watchword.policy import Kind
from watchword.services.compiling import compiled
from watchword.services.operation import ContextValue, Target
from watchword.store import secret_tags
from watchword.store.secrets import Secret
from watchword.store.tx import Tx

POLICY_NAME = "default"


def held_target(tx: Tx, secret: Secret, keys: Mapping[str, ContextValue]) -> Target:
    """Tell what policies see of a secret; `keys` are context keys that the request tells."""
    tags = cache(lambda: secret_tags.of(tx, secret.arn))
    policy = None if secret.resource_policy is None else compiled(secret.resource_policy, Kind.RESOURCE, POLICY_NAME)
    return Target(
        secret.arn,
        secret.account,
        tags=tags,
        keys=lambda: {**_keys(secret, tags), **keys},
        policy=policy,
        subject=secret,
    )


def _keys(secret: Secret, tags: Callable[[], Mapping[str, str]]) -> Mapping[str, ContextValue]:
    """Source: Service Authorization Reference, "Condition keys for AWS Secrets Manager"."""
    return {
        **{f"secretsmanager:resourcetag/{name.lower()}": value for name, value in tags().items()},
        "secretsmanager:secretid": secret.arn,
        "secretsmanager:secretprimaryregion": secret.primary_region or secret.region,
        "secretsmanager:resource/allowrotationlambdaarn": secret.rotator_arn,
    }
