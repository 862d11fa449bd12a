"""Organizational units: a tree of accounts' places, five deep below the root."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from watchword.services.operation import Call, Reply, Way, operation
from watchword.services.organizations import account_told, closing, drawing, membership, paging, tagging
from watchword.services.organizations.refusals import (
    DuplicateTagKey,
    InvalidNextToken,
    NoOrganization,
    NotManagement,
    SystemTag,
    TooManyTags,
)
from watchword.services.organizations.unit_refusals import (
    DuplicateUnit,
    NoSuchParent,
    NoSuchUnit,
    TooDeep,
    TooManyUnits,
    UnitNotEmpty,
)
from watchword.store import organization_policy_attachments, organization_tags, organization_units
from watchword.store.organization_units import Unit
from watchword.store.organizations import Organization

DEEPEST, MOST = 5, 2_000
"""Levels below the root, and units of one organization.  Source: Organizations User Guide, "Quotas"."""


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.management("parent_id"),
    journal=("parent_id", "name", "tags"),
    told=("OrganizationalUnit.Id",),
    also=tagging.needed_to_tag(),
    raises=(
        NoOrganization,
        NotManagement,
        NoSuchParent,
        DuplicateUnit,
        TooDeep,
        TooManyUnits,
        DuplicateTagKey,
        SystemTag,
        TooManyTags,
    ),
)
def create_organizational_unit(
    call: Call, *, parent_id: str, name: str, tags: Sequence[Mapping[str, str]] | None = None
) -> Reply:
    """Make a unit in the root or in another unit.

    Raises NoOrganization, NotManagement, NoSuchParent, DuplicateUnit, TooDeep, TooManyUnits, DuplicateTagKey,
    SystemTag, TooManyTags.   Source: Organizations API, CreateOrganizationalUnit.
    """
    organization = membership.managed(call)
    path = path_of(call, organization, parent_id)
    if path is None:
        raise NoSuchParent
    unit_id = f"ou-{organization.root_id.removeprefix('r-')}-{drawing.drawn(call.random, 8)}"
    unit = Unit(unit_id, organization.id, parent_id, f"{path}/{unit_id}", name, call.now)
    if unit.depth > DEEPEST:
        raise TooDeep(limit=DEEPEST)
    if organization_units.named(call.tx, organization.id, parent_id, name) is not None:
        raise DuplicateUnit
    if organization_units.count(call.tx, organization.id) >= MOST:
        raise TooManyUnits(limit=MOST)
    organization_units.add(call.tx, unit)
    organization_policy_attachments.begin(call.tx, organization.id, unit.id, call.now)
    tagging.put(call, unit.id, tags)
    return {"OrganizationalUnit": _told(organization, unit)}


@operation(
    "organizations",
    way=Way.READ,
    on=membership.reading("organizational_unit_id"),
    journal=("organizational_unit_id",),
    raises=(NoOrganization, NotManagement, NoSuchUnit),
)
def describe_organizational_unit(call: Call, *, organizational_unit_id: str) -> Reply:
    """Tell of one unit.

    Raises NoOrganization, NotManagement, NoSuchUnit.   Source: Organizations API, DescribeOrganizationalUnit.
    """
    organization = membership.readable(call)
    return {"OrganizationalUnit": _told(organization, _named(call, organization, organizational_unit_id))}


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.management("organizational_unit_id"),
    journal=("organizational_unit_id", "name"),
    raises=(NoOrganization, NotManagement, NoSuchUnit, DuplicateUnit),
)
def update_organizational_unit(call: Call, *, organizational_unit_id: str, name: str | None = None) -> Reply:
    """Give a unit another name.

    Raises NoOrganization, NotManagement, NoSuchUnit, DuplicateUnit.
    Source: Organizations API, UpdateOrganizationalUnit.
    """
    organization = membership.managed(call)
    unit = _named(call, organization, organizational_unit_id)
    if name is not None and name != unit.name:
        if organization_units.named(call.tx, organization.id, unit.parent_id, name) is not None:
            raise DuplicateUnit
        organization_units.rename(call.tx, unit, name)
        unit = _named(call, organization, organizational_unit_id)
    return {"OrganizationalUnit": _told(organization, unit)}


@operation(
    "organizations",
    way=Way.CHANGE,
    on=membership.management("organizational_unit_id"),
    journal=("organizational_unit_id",),
    raises=(NoOrganization, NotManagement, NoSuchUnit, UnitNotEmpty),
)
def delete_organizational_unit(call: Call, *, organizational_unit_id: str) -> Reply:
    """Drop a unit that nothing stands in.

    Raises NoOrganization, NotManagement, NoSuchUnit, UnitNotEmpty.
    Source: Organizations API, DeleteOrganizationalUnit.
    """
    organization = membership.managed(call)
    unit = _named(call, organization, organizational_unit_id)
    closing.let_go(call, organization)
    if not organization_units.is_empty(call.tx, unit):
        raise UnitNotEmpty
    organization_policy_attachments.end(call.tx, organization.id, unit.id)
    organization_tags.clear(call.tx, unit.id)
    organization_units.remove(call.tx, unit)
    return {}


@operation(
    "organizations",
    way=Way.READ,
    on=membership.reading("parent_id"),
    journal=("parent_id", "next_token", "max_results"),
    raises=(NoOrganization, NotManagement, NoSuchParent, InvalidNextToken),
)
def list_organizational_units_for_parent(
    call: Call, *, parent_id: str, next_token: str | None = None, max_results: int | None = None
) -> Reply:
    """List the units right below the root or a unit by their ids.

    Raises NoOrganization, NotManagement, NoSuchParent, InvalidNextToken.
    Source: Organizations API, ListOrganizationalUnitsForParent.
    """
    organization = membership.readable(call)
    if path_of(call, organization, parent_id) is None:
        raise NoSuchParent
    page = paging.page(call, f"units of {parent_id}", next_token, max_results)
    found = organization_units.below(call.tx, organization.id, parent_id, after=page.after, limit=page.fetch)
    return page.reply(
        "OrganizationalUnits", found, tell=lambda one: _told(organization, one), position=lambda one: one.id
    )


def path_of(call: Call, organization: Organization, parent_id: str) -> str | None:
    """Give the path of the root or a unit; None for what is neither."""
    if parent_id == organization.root_id:
        return parent_id
    unit = organization_units.by_id(call.tx, organization.id, parent_id)
    return None if unit is None else unit.path


def _named(call: Call, organization: Organization, unit_id: str) -> Unit:
    unit = organization_units.by_id(call.tx, organization.id, unit_id)
    if unit is None:
        raise NoSuchUnit
    return unit


def _told(organization: Organization, unit: Unit) -> dict[str, Any]:
    return {
        "Id": unit.id,
        "Arn": membership.arn(organization, "ou", unit.id),
        "Name": unit.name,
        "Path": account_told.whole_path(organization, unit.path),
    }
