"""Who is in which group."""

from __future__ import annotations

from watchword.services.iam import groups as iam_groups
from watchword.services.iam import paging
from watchword.services.iam.refusals import InvalidMarker, LimitExceeded, NoSuchGroup, NoSuchUser, NotAMember
from watchword.services.iam.targets import found_group, found_user, group_named, user_named
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import groups, users
from watchword.store.users import User


@operation(
    "iam",
    way=Way.CHANGE,
    on=group_named,
    journal=("group_name", "user_name"),
    raises=(NoSuchGroup, NoSuchUser, LimitExceeded),
)
def add_user_to_group(call: Call, *, group_name: str, user_name: str) -> Reply:  # noqa: ARG001 - read by the target
    """Put a user into a group; one that is in it already stays so.

    Raises NoSuchGroup, NoSuchUser, LimitExceeded.   Source: IAM API, AddUserToGroup.
    """
    group, user = found_group(call), _user(call, user_name)
    if groups.is_member(call.tx, group.id, user.id):
        return {}
    if groups.count_of(call.tx, user.id) >= call.quotas.groups_per_user:
        raise LimitExceeded(quota="GroupsPerUser", limit=call.quotas.groups_per_user)
    groups.join(call.tx, group.id, user.id)
    return {}


@operation(
    "iam",
    way=Way.CHANGE,
    on=group_named,
    journal=("group_name", "user_name"),
    raises=(NoSuchGroup, NoSuchUser, NotAMember),
)
def remove_user_from_group(call: Call, *, group_name: str, user_name: str) -> Reply:  # noqa: ARG001 - as above
    """Take a user out of a group.

    Raises NoSuchGroup, NoSuchUser, NotAMember.   Source: IAM API, RemoveUserFromGroup.
    """
    group, user = found_group(call), _user(call, user_name)
    if not groups.leave(call.tx, group.id, user.id):
        raise NotAMember(user=user.name, group=group.name)
    return {}


@operation(
    "iam",
    way=Way.READ,
    on=user_named,
    journal=("user_name", "marker", "max_items"),
    raises=(NoSuchUser, InvalidMarker),
)
def list_groups_for_user(
    call: Call,
    *,
    user_name: str,  # noqa: ARG001 - read by the target
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List the groups that a user is in, by name.

    Raises NoSuchUser, InvalidMarker.   Source: IAM API, ListGroupsForUser.
    """
    page = paging.page(call, "Groups", marker, max_items)
    found = groups.groups_of(call.tx, found_user(call).id, after=page.after, limit=page.fetch)
    return page.reply(found, tell=iam_groups.listed, position=iam_groups.position)


def _user(call: Call, name: str) -> User:
    user = users.named(call.tx, call.account, name)
    if user is None:
        raise NoSuchUser(name=name)
    return user
