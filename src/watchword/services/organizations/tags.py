"""Tags on accounts, units, the root and policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.organizations import membership, paging, tagging
from watchword.services.organizations.belongings import belongs
from watchword.services.organizations.policy_refusals import NoSuchTarget
from watchword.services.organizations.refusals import (
    DuplicateTagKey,
    InvalidNextToken,
    NoOrganization,
    NotManagement,
    SystemTag,
    TargetNotSupported,
    TooManyTags,
)
from watchword.store import organization_policies, organization_tags
from watchword.store.organizations import Organization


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.delegable("resource_id"),
    journal=("resource_id", "tags"),
    raises=(NoOrganization, NotManagement, NoSuchTarget, TargetNotSupported, DuplicateTagKey, SystemTag, TooManyTags),
)
def tag_resource(call: Call, *, resource_id: str, tags: Sequence[Mapping[str, str]]) -> Reply:
    """Lay tags over those that something of the organization has.

    Raises NoOrganization, NotManagement, NoSuchTarget, TargetNotSupported, DuplicateTagKey, SystemTag, TooManyTags.
    Source: Organizations API, TagResource.
    """
    _see(call, membership.managed(call), resource_id, changes=True)
    tagging.put(call, resource_id, tags)
    return {}


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.delegable("resource_id"),
    journal=("resource_id", "tag_keys"),
    raises=(NoOrganization, NotManagement, NoSuchTarget, TargetNotSupported, SystemTag),
)
def untag_resource(call: Call, *, resource_id: str, tag_keys: Sequence[str]) -> Reply:
    """Take tags away; keys that are not there are passed over.

    Raises NoOrganization, NotManagement, NoSuchTarget, TargetNotSupported, SystemTag.
    Source: Organizations API, UntagResource.
    """
    _see(call, membership.managed(call), resource_id, changes=True)
    tagging.check_keys(tag_keys)
    organization_tags.remove(call.tx, resource_id, tag_keys)
    return {}


@operation(
    "organizations",
    way=Way.READ,
    on=membership.reading("resource_id"),
    journal=("resource_id", "next_token"),
    raises=(NoOrganization, NotManagement, NoSuchTarget, InvalidNextToken),
)
def list_tags_for_resource(call: Call, *, resource_id: str, next_token: str | None = None) -> Reply:
    """List the tags of something of the organization, all of them: there are fifty at most.

    Raises NoOrganization, NotManagement, NoSuchTarget, InvalidNextToken.
    Source: Organizations API, ListTagsForResource.
    """
    _see(call, membership.readable(call), resource_id, changes=False)
    paging.page(call, "tags", next_token, None)
    return {"Tags": tagging.told(organization_tags.of(call.tx, resource_id))}


def _see(call: Call, organization: Organization, named: str, *, changes: bool) -> None:
    """See that an id names something of the organization.

    Raises NoSuchTarget, and TargetNotSupported for a change of what is AWS's own.
    """
    if not belongs(call.tx, organization, named, call.now):
        raise NoSuchTarget
    if changes and named in organization_policies.AWSS:
        raise TargetNotSupported
