"""Groups: create, tell with their members, list, rename and delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from watchword.domain.ids import Prefix, mint_unique_id
from watchword.services.iam import paging
from watchword.services.iam import users as iam_users
from watchword.services.iam.refusals import DeleteConflict, GroupExists, InvalidMarker, LimitExceeded, NoSuchGroup
from watchword.services.iam.targets import found_group, group_named, renamed, to_create, under_path
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import attachments, groups, inline_policies
from watchword.store.groups import Group


@operation(
    "iam",
    way=Way.CHANGE,
    on=to_create("group"),
    journal=("path", "group_name"),
    told=("Group.Path", "Group.GroupName", "Group.GroupId", "Group.Arn", "Group.CreateDate"),
    raises=(GroupExists, LimitExceeded),
)
def create_group(call: Call, *, group_name: str, path: str | None = None) -> Reply:
    """Make a group, with nobody in it.

    Raises GroupExists, LimitExceeded.   Source: IAM API, CreateGroup.
    """
    if groups.named(call.tx, call.account, group_name) is not None:
        raise GroupExists(name=group_name)
    if groups.count(call.tx, call.account) >= call.quotas.groups_per_account:
        raise LimitExceeded(quota="GroupsPerAccount", limit=call.quotas.groups_per_account)
    group = Group(mint_unique_id(Prefix.GROUP, call.random), call.account, group_name, path or "/", call.now)
    groups.add(call.tx, group)
    return {"Group": listed(group)}


@operation(
    "iam",
    way=Way.READ,
    on=group_named,
    journal=("group_name", "marker", "max_items"),
    raises=(NoSuchGroup, InvalidMarker),
)
def get_group(
    call: Call,
    *,
    group_name: str,  # noqa: ARG001 - read by the target
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """Tell of a group, and list its users: pages go by unique id, and each is in the order of names.

    Raises NoSuchGroup, InvalidMarker.   Source: IAM API, GetGroup.
    """
    group = found_group(call)
    page = paging.page(call, "Users", marker, max_items)
    found = groups.members(call.tx, group.id, after=page.after, limit=page.fetch)
    reply = page.reply(found, tell=iam_users.listed, position=lambda user: user.id)
    members = sorted(reply["Users"], key=lambda user: user["UserName"].lower())
    return {**reply, "Group": listed(group), "Users": members}


@operation(
    "iam", way=Way.READ, on=under_path("group"), journal=("path_prefix", "marker", "max_items"), raises=(InvalidMarker,)
)
def list_groups(
    call: Call, *, path_prefix: str | None = None, marker: str | None = None, max_items: int | None = None
) -> Reply:
    """List groups by name, those under a path if one is given.

    Raises InvalidMarker.   Source: IAM API, ListGroups.
    """
    page = paging.page(call, "Groups", marker, max_items)
    found = groups.page(call.tx, call.account, path_prefix=path_prefix or "/", after=page.after, limit=page.fetch)
    return page.reply(found, tell=listed, position=position)


@operation(
    "iam",
    way=Way.CHANGE,
    on=group_named,
    journal=("group_name", "new_path", "new_group_name"),
    raises=(NoSuchGroup, GroupExists),
    also=renamed("group"),
)
def update_group(
    call: Call,
    *,
    group_name: str,  # noqa: ARG001 - read by the target
    new_path: str | None = None,
    new_group_name: str | None = None,
) -> Reply:
    """Give a group another name or path. Its members and policies stay with it.

    Raises NoSuchGroup, GroupExists.   Source: IAM API, UpdateGroup.
    """
    group = found_group(call)
    name = new_group_name or group.name
    holder = groups.named(call.tx, call.account, name)
    if holder is not None and holder.id != group.id:
        raise GroupExists(name=name)
    groups.rename(call.tx, group.id, name=name, path=new_path or group.path)
    return {}


@operation("iam", way=Way.CHANGE, on=group_named, journal=("group_name",), raises=(NoSuchGroup, DeleteConflict))
def delete_group(call: Call, *, group_name: str) -> Reply:  # noqa: ARG001 - read by the target
    """Delete a group that has neither users nor policies left.

    Raises NoSuchGroup, DeleteConflict.   Source: IAM API, DeleteGroup.
    """
    group = found_group(call)
    if groups.has_members(call.tx, group.id):
        raise DeleteConflict(first="remove users from group")
    if attachments.count_of(call.tx, group.id):
        raise DeleteConflict(first="detach all policies")
    if inline_policies.has_any(call.tx, group.id):
        raise DeleteConflict(first="delete policies")
    groups.remove(call.tx, group.id)
    return {}


def listed(group: Group) -> Mapping[str, Any]:
    """Write a group as every reply holds it."""
    return {
        "Path": group.path,
        "GroupName": group.name,
        "GroupId": group.id,
        "Arn": group.arn,
        "CreateDate": group.created_at,
    }


def position(group: Group) -> str:
    """Where a listing of groups by name goes on past this one."""
    return group.name.lower()
