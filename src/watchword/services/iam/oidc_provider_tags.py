"""The tags of an OpenID Connect provider."""

from __future__ import annotations

from collections.abc import Sequence

from watchword.services.iam import tagging
from watchword.services.iam.oidc_refusals import NoSuchProvider, TagsFull
from watchword.services.iam.oidc_targets import existing_provider, found_provider
from watchword.services.iam.policy_refusals import UnreadableArn
from watchword.services.iam.refusals import DuplicateTagKeys, InvalidMarker, LimitExceeded, ReservedTag
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import tags as kept


def put_tags(call: Call, arn: str, passed: tagging.Passed | None) -> None:
    """Lay a request's tags over those that a provider has.

    Raises DuplicateTagKeys, ReservedTag, TagsFull: AWS has words of its own for this quota.
    """
    try:
        tagging.put(call, arn, passed, quota="TagsPerOpenIDConnectProvider")
    except LimitExceeded as error:
        raise TagsFull from error


@operation(
    "iam",
    way=Way.CHANGE,
    on=existing_provider,
    journal=("open_id_connect_provider_arn", "tags"),
    raises=(UnreadableArn, NoSuchProvider, DuplicateTagKeys, ReservedTag, TagsFull),
)
def tag_open_id_connect_provider(
    call: Call,
    *,
    open_id_connect_provider_arn: str,  # noqa: ARG001 - read by the target
    tags: tagging.Passed,
) -> Reply:
    """Lay tags over those that a provider has.

    Raises UnreadableArn, NoSuchProvider, DuplicateTagKeys, ReservedTag, TagsFull.
    Source: IAM API, TagOpenIDConnectProvider.
    """
    put_tags(call, found_provider(call).arn, tags)
    return {}


@operation(
    "iam",
    way=Way.CHANGE,
    on=existing_provider,
    journal=("open_id_connect_provider_arn", "tag_keys"),
    raises=(UnreadableArn, NoSuchProvider),
)
def untag_open_id_connect_provider(
    call: Call,
    *,
    open_id_connect_provider_arn: str,  # noqa: ARG001 - read by the target
    tag_keys: Sequence[str],
) -> Reply:
    """Take tags away from a provider; keys that it does not have are passed over.

    Raises UnreadableArn, NoSuchProvider.   Source: IAM API, UntagOpenIDConnectProvider.
    """
    kept.remove(call.tx, found_provider(call).arn, tag_keys)
    return {}


@operation(
    "iam",
    way=Way.READ,
    on=existing_provider,
    journal=("open_id_connect_provider_arn", "marker", "max_items"),
    raises=(UnreadableArn, NoSuchProvider, InvalidMarker),
)
def list_open_id_connect_provider_tags(
    call: Call,
    *,
    open_id_connect_provider_arn: str,  # noqa: ARG001 - read by the target
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List a provider's tags by key.

    Raises UnreadableArn, NoSuchProvider, InvalidMarker.   Source: IAM API, ListOpenIDConnectProviderTags.
    """
    return tagging.listed(call, found_provider(call).arn, marker, max_items)
