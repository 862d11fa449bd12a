"""Tagging, for users, roles and policies alike: what a request may pass, and how tags are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from watchword.services.iam import paging
from watchword.services.iam.refusals import DuplicateTagKeys, LimitExceeded, ReservedTag
from watchword.services.operation import Asking, Call, Need, Reply, Target
from watchword.store import tags as kept

Passed = Sequence[Mapping[str, str]]
"""The Tags parameter: each with `Key` and `Value`."""

RESERVED = "aws:"


def read(passed: Passed | None) -> dict[str, str]:
    """Give the tags of a request by key.

    Raises DuplicateTagKeys, ReservedTag.   Source: IAM User Guide, "Rules for tagging in IAM and AWS STS".
    """
    tags = {tag["Key"]: tag["Value"] for tag in passed or ()}
    if len({key.lower() for key in tags}) != len(passed or ()):
        raise DuplicateTagKeys
    if any(text.lower().startswith(RESERVED) for tag in tags.items() for text in tag):
        raise ReservedTag
    return tags


def put(call: Call, target_id: str, passed: Passed | None, *, quota: str) -> None:
    """Lay a request's tags over those that a user, role or policy has; `quota` is AWS's name of their limit.

    Raises DuplicateTagKeys, ReservedTag, LimitExceeded.
    """
    tags = read(passed)
    had = {key.lower() for key in kept.of(call.tx, target_id)}
    if len(had | {key.lower() for key in tags}) > call.quotas.tags_per_resource:
        raise LimitExceeded(quota=quota, limit=call.quotas.tags_per_resource)
    kept.put(call.tx, target_id, tags)


def listed(call: Call, target_id: str, marker: str | None, max_items: int | None) -> Reply:
    """Reply with one page of the tags of a user, role or policy, by key.

    Raises InvalidMarker.
    """
    page = paging.page(call, "Tags", marker, max_items)
    # A position is a count: a key may be longer than a marker. There are few enough to read them all.
    rows = list(enumerate(told(kept.of(call.tx, target_id)), start=1))[int(page.after or 0) :]
    return page.reply(rows[: page.fetch], tell=lambda row: row[1], position=lambda row: str(row[0]))


def told(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Write tags as replies hold them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def needed_to_tag(action: str) -> Callable[[Asking, Target], Sequence[Need]]:
    """Ask for leave to tag, too, when something is created with tags.

    Source: IAM User Guide, "Tags for AWS IAM resources", permissions.
    """
    return lambda asking, _target: (Need(action),) if asking.parameters.get("tags") else ()
