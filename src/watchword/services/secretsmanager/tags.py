"""Tags on secrets: attach, take away. Their keys differ by letter case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.secretsmanager import judging, writing
from watchword.services.secretsmanager.refusals import InvalidParameter, MarkedForDeletion, NoSuchSecret
from watchword.services.secretsmanager.targets import changeable_secret, secret_named
from watchword.store import secret_tags

Passed = Sequence[Mapping[str, str]]
"""The Tags parameter: each with `Key` and `Value`."""

RESERVED = "aws:"


@operation(
    "secretsmanager",
    way=Way.CHANGE,
    on=secret_named,
    journal=("secret_id", "tags"),
    raises=(NoSuchSecret, MarkedForDeletion, InvalidParameter),
)
def tag_resource(call: Call, *, secret_id: str, tags: Passed) -> Reply:  # noqa: ARG001 - read by the target
    """Lay tags over those that a secret has.

    Raises NoSuchSecret, MarkedForDeletion, InvalidParameter, AccessDenied.   Source: Secrets Manager API, TagResource.
    """
    secret = changeable_secret(call)
    after = within_limit(call, {**secret_tags.of(call.tx, secret.arn), **read(tags)})
    judging.refuse_loss(call, "secretsmanager:TagResource", after)
    secret_tags.put(call.tx, secret.arn, after)
    writing.note_change(call.asking, secret)
    return {}


@operation(
    "secretsmanager",
    way=Way.CHANGE,
    on=secret_named,
    journal=("secret_id", "tag_keys"),
    raises=(NoSuchSecret, MarkedForDeletion, InvalidParameter),
)
def untag_resource(call: Call, *, secret_id: str, tag_keys: Sequence[str]) -> Reply:  # noqa: ARG001 - as above
    """Take tags away by key; those that are not there are passed over.

    Raises NoSuchSecret, MarkedForDeletion, InvalidParameter, AccessDenied.
    Source: Secrets Manager API, UntagResource.
    """
    secret = changeable_secret(call)
    had = secret_tags.of(call.tx, secret.arn)
    after = {key: value for key, value in had.items() if key not in tag_keys}
    if after != had:
        judging.refuse_loss(call, "secretsmanager:UntagResource", after)
        secret_tags.put(call.tx, secret.arn, after)
        writing.note_change(call.asking, secret)
    return {}


def read(passed: Passed | None) -> dict[str, str]:
    """Give the tags of a request by key.

    Raises InvalidParameter.   Source: AWS General Reference, "Tag naming and usage conventions".
    """
    tags = {tag["Key"]: tag.get("Value", "") for tag in passed or ()}
    if len(tags) != len(passed or ()):
        raise InvalidParameter(message="Tag keys must be unique.")
    if any(key.lower().startswith(RESERVED) for key in tags):
        raise InvalidParameter(message="Tag keys can't start with aws:, which is reserved for AWS use.")
    return tags


def within_limit(call: Call, tags: Mapping[str, str]) -> Mapping[str, str]:
    """Give the tags that a secret is to have back, if there are not too many.

    Raises InvalidParameter.
    """
    limit = call.quotas.tags_per_resource
    if len(tags) > limit:
        raise InvalidParameter(message=f"A secret can have {limit} tags at most.")
    return tags
