"""Users: create, tell, list, rename and delete. Their tags, keys, groups and boundaries have files of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from watchword.domain.ids import Prefix, mint_unique_id
from watchword.services.iam import boundaries, paging, tagging
from watchword.services.iam.policy_refusals import NoSuchBoundary, UnreadableArn
from watchword.services.iam.refusals import (
    DeleteConflict,
    DuplicateTagKeys,
    InvalidMarker,
    LimitExceeded,
    NamelessCaller,
    NoSuchUser,
    ReservedTag,
    UserExists,
)
from watchword.services.iam.targets import (
    Root,
    found_owner,
    found_user,
    renamed,
    to_create,
    under_path,
    user_named,
    user_or_caller,
)
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import (
    access_keys,
    accounts,
    attachments,
    groups,
    inline_policies,
    login_profiles,
    mfa_devices,
    service_credentials,
    signing_certificates,
    ssh_keys,
    users,
)
from watchword.store import tags as kept_tags
from watchword.store.tx import Tx
from watchword.store.users import User


@operation(
    "iam",
    way=Way.CHANGE,
    on=to_create("user"),
    journal=("path", "user_name", "permissions_boundary", "tags"),
    told=("User.Path", "User.UserName", "User.UserId", "User.Arn", "User.CreateDate"),
    raises=(DuplicateTagKeys, ReservedTag, UserExists, UnreadableArn, NoSuchBoundary, LimitExceeded),
    keys={"iam:PermissionsBoundary": "permissions_boundary"},
    also=tagging.needed_to_tag("iam:TagUser"),
)
def create_user(
    call: Call,
    *,
    user_name: str,
    path: str | None = None,
    permissions_boundary: str | None = None,
    tags: tagging.Passed | None = None,
) -> Reply:
    """Make a user. It can do nothing until it is given keys and policies.

    Raises DuplicateTagKeys, ReservedTag, UserExists, UnreadableArn, NoSuchBoundary, LimitExceeded.
    Source: IAM API, CreateUser.
    """
    tagging.read(tags)
    if users.named(call.tx, call.account, user_name) is not None:
        raise UserExists(name=user_name)
    bound = None if permissions_boundary is None else boundaries.boundary_named(call, permissions_boundary)
    if users.count(call.tx, call.account) >= call.quotas.users_per_account:
        raise LimitExceeded(quota="UsersPerAccount", limit=call.quotas.users_per_account)
    user_id = mint_unique_id(Prefix.USER, call.random)
    user = User(user_id, call.account, user_name, path or "/", bound, call.now)
    users.add(call.tx, user)
    tagging.put(call, user_id, tags, quota="TagsPerUser")
    return {"User": _whole(call, user)}


@operation("iam", way=Way.READ, on=user_or_caller, journal=("user_name",), raises=(NamelessCaller, NoSuchUser))
def get_user(call: Call, *, user_name: str | None = None) -> Reply:  # noqa: ARG001 - read by the target
    """Tell of a user; without a name, of the caller.

    Raises NamelessCaller, NoSuchUser.   Source: IAM API, GetUser.
    """
    owner = found_owner(call)
    return {"User": listed_root(call, owner) if isinstance(owner, Root) else _whole(call, owner)}


@operation(
    "iam", way=Way.READ, on=under_path("user"), journal=("path_prefix", "marker", "max_items"), raises=(InvalidMarker,)
)
def list_users(
    call: Call, *, path_prefix: str | None = None, marker: str | None = None, max_items: int | None = None
) -> Reply:
    """List users by name, those under a path if one is given.

    Raises InvalidMarker.   Source: IAM API, ListUsers.
    """
    page = paging.page(call, "Users", marker, max_items)
    found = users.page(call.tx, call.account, path_prefix=path_prefix or "/", after=page.after, limit=page.fetch)
    return page.reply(found, tell=listed, position=position, reached=found.reached)


@operation(
    "iam",
    way=Way.CHANGE,
    on=user_named,
    journal=("user_name", "new_path", "new_user_name"),
    raises=(NoSuchUser, UserExists),
    also=renamed("user"),
)
def update_user(
    call: Call,
    *,
    user_name: str,  # noqa: ARG001 - read by the target
    new_path: str | None = None,
    new_user_name: str | None = None,
) -> Reply:
    """Give a user another name or path. Its keys, sessions, groups and policies stay with it.

    Raises NoSuchUser, UserExists.   Source: IAM API, UpdateUser.
    """
    user = found_user(call)
    name = new_user_name or user.name
    holder = users.named(call.tx, call.account, name)
    if holder is not None and holder.id != user.id:
        raise UserExists(name=name)
    users.rename(call.tx, user.id, name=name, path=new_path or user.path)
    return {}


@operation("iam", way=Way.CHANGE, on=user_named, journal=("user_name",), raises=(NoSuchUser, DeleteConflict))
def delete_user(call: Call, *, user_name: str) -> Reply:  # noqa: ARG001 - read by the target
    """Delete a user that has nothing left. Its sessions open nothing from that moment.

    Raises NoSuchUser, DeleteConflict.   Source: IAM API, DeleteUser.
    """
    user = found_user(call)
    for holds, first in HINDRANCES:
        if holds(call.tx, user.id):
            raise DeleteConflict(first=first)
    users.remove(call.tx, user.id)
    return {}


HINDRANCES: Sequence[tuple[Callable[[Tx, str], int], str]] = (
    (attachments.count_of, "detach all policies"),
    (inline_policies.has_any, "delete policies"),
    (access_keys.count, "delete access keys"),
    (groups.count_of, "remove users from group"),
    (login_profiles.count_of_user, "delete login profile"),
    (mfa_devices.count_of_owner, "delete MFA device"),
    (signing_certificates.count_of_user, "delete certificates"),
    (ssh_keys.count_of_user, "delete SSH public keys"),
    (service_credentials.count_of_user, "remove referenced objects"),
)
"""What a user must not hold any more to be deleted, and what AWS says of it, in its order."""


def listed(user: User) -> Mapping[str, Any]:
    """Write a user as listings hold it.  Source: IAM API, ListUsers: without tags and boundary."""
    return {
        "Path": user.path,
        "UserName": user.name,
        "UserId": user.id,
        "Arn": user.arn,
        "CreateDate": user.created_at,
    }


def position(user: User) -> str:
    """Where a listing of users by name goes on past this one."""
    return user.name.lower()


def _whole(call: Call, user: User) -> Mapping[str, Any]:
    whole = {**listed(user), **boundaries.told(user.boundary_arn)}
    had = kept_tags.of(call.tx, user.id)
    return {**whole, "Tags": tagging.told(had)} if had else whole


def listed_root(call: Call, root: Root) -> Mapping[str, Any]:
    """Write root in the shape of a user, whose path and name the shape requires."""
    account = accounts.by_id(call.tx, root.account)
    return {
        "Path": "/",
        "UserName": root.name,
        "UserId": root.account,
        "Arn": root.arn,
        "CreateDate": account.created_at if account else 0,
    }
