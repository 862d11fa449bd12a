"""Tags on what an organization has: what a request may pass, and how they are kept and told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from watchword.services.operation import Asking, Call, Need, Target
from watchword.services.organizations.refusals import DuplicateTagKey, SystemTag, TooManyTags
from watchword.store import organization_tags

Passed = Sequence[Mapping[str, str]]
"""The Tags parameter: each with `Key` and `Value`."""

RESERVED = "aws:"


def read(call: Call, passed: Passed | None) -> dict[str, str]:
    """Give the tags of a request by key.

    Raises DuplicateTagKey, SystemTag, TooManyTags.   Source: Organizations User Guide, "Tagging".
    """
    tags = {tag["Key"]: tag["Value"] for tag in passed or ()}
    if len(tags) != len(passed or ()):
        raise DuplicateTagKey
    check_keys(tags)
    if len(tags) > call.quotas.tags_per_resource:
        raise TooManyTags(limit=call.quotas.tags_per_resource)
    return tags


def check_keys(keys: Mapping[str, str] | Sequence[str]) -> None:
    """Refuse keys that are AWS's own.

    Raises SystemTag.
    """
    if any(key.lower().startswith(RESERVED) for key in keys):
        raise SystemTag


def put(call: Call, resource_id: str, passed: Passed | None) -> None:
    """Lay a request's tags over those that a resource has.

    Raises DuplicateTagKey, SystemTag, TooManyTags.
    """
    lay(call, resource_id, read(call, passed))


def lay(call: Call, resource_id: str, tags: Mapping[str, str]) -> None:
    """Lay tags that were read over those that a resource has.

    Raises TooManyTags.
    """
    if tags:
        if len(organization_tags.of(call.tx, resource_id).keys() | tags.keys()) > call.quotas.tags_per_resource:
            raise TooManyTags(limit=call.quotas.tags_per_resource)
        organization_tags.put(call.tx, resource_id, tags)


def told(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Write tags as replies hold them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def needed_to_tag() -> Callable[[Asking, Target], Sequence[Need]]:
    """Ask for leave to tag, too, when something is made with tags.  Source: Organizations API, CreateAccount."""
    return lambda asking, _target: (Need("organizations:TagResource"),) if asking.parameters.get("tags") else ()
