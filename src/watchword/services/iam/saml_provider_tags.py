"""The tags of a SAML provider."""

from __future__ import annotations

from collections.abc import Sequence

from watchword.services.iam import tagging
from watchword.services.iam.policy_refusals import UnreadableArn
from watchword.services.iam.refusals import DuplicateTagKeys, InvalidMarker, LimitExceeded, ReservedTag
from watchword.services.iam.saml_providers import TAG_QUOTA
from watchword.services.iam.saml_refusals import NoSuchSamlProvider
from watchword.services.iam.saml_targets import existing_provider, found_provider
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import tags as kept


@operation(
    "iam",
    way=Way.CHANGE,
    on=existing_provider,
    journal=("saml_provider_arn", "tags"),
    raises=(UnreadableArn, NoSuchSamlProvider, DuplicateTagKeys, ReservedTag, LimitExceeded),
)
def tag_saml_provider(
    call: Call,
    *,
    saml_provider_arn: str,  # noqa: ARG001 - read by the target
    tags: tagging.Passed,
) -> Reply:
    """Lay tags over those that a SAML provider has.

    Raises UnreadableArn, NoSuchSamlProvider, DuplicateTagKeys, ReservedTag, LimitExceeded.
    Source: IAM API, TagSAMLProvider.
    """
    tagging.put(call, found_provider(call).id, tags, quota=TAG_QUOTA)
    return {}


@operation(
    "iam",
    way=Way.CHANGE,
    on=existing_provider,
    journal=("saml_provider_arn", "tag_keys"),
    raises=(UnreadableArn, NoSuchSamlProvider),
)
def untag_saml_provider(
    call: Call,
    *,
    saml_provider_arn: str,  # noqa: ARG001 - read by the target
    tag_keys: Sequence[str],
) -> Reply:
    """Take tags away from a SAML provider; those that it does not have are passed over.

    Raises UnreadableArn, NoSuchSamlProvider.   Source: IAM API, UntagSAMLProvider.
    """
    kept.remove(call.tx, found_provider(call).id, tag_keys)
    return {}


@operation(
    "iam",
    way=Way.READ,
    on=existing_provider,
    journal=("saml_provider_arn", "marker", "max_items"),
    raises=(UnreadableArn, NoSuchSamlProvider, InvalidMarker),
)
def list_saml_provider_tags(
    call: Call,
    *,
    saml_provider_arn: str,  # noqa: ARG001 - read by the target
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List a SAML provider's tags by key.

    Raises UnreadableArn, NoSuchSamlProvider, InvalidMarker.   Source: IAM API, ListSAMLProviderTags.
    """
    return tagging.listed(call, found_provider(call).id, marker, max_items)
