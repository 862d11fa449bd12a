"""Inline policies of users, groups and roles: put, tell, list and delete."""

from __future__ import annotations

from watchword.policy import Kind, MalformedPolicy, policy_size
from watchword.services.iam import paging
from watchword.services.iam.policy_documents import check, encoded
from watchword.services.iam.policy_refusals import InlineSizeReached, NoSuchInlinePolicy, NoSuchRole
from watchword.services.iam.refusals import InvalidMarker, NoSuchGroup, NoSuchUser
from watchword.services.iam.role_targets import changeable_role, found_role, role_named
from watchword.services.iam.service_linked_role_refusals import ProtectedRole
from watchword.services.iam.targets import found_group, found_user, group_named, user_named
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import inline_policies


@operation(
    "iam",
    way=Way.CHANGE,
    on=user_named,
    journal=("user_name", "policy_name", "policy_document"),
    raises=(NoSuchUser, MalformedPolicy, InlineSizeReached),
)
def put_user_policy(
    call: Call,
    *,
    user_name: str,  # noqa: ARG001 - read by the target
    policy_name: str,
    policy_document: str,
) -> Reply:
    """Give what a document allows to a user alone, in place of the one of that name.

    Raises NoSuchUser, MalformedPolicy, InlineSizeReached.   Source: IAM API, PutUserPolicy.
    """
    user = found_user(call)
    limit = call.quotas.user_policy_size
    reached = InlineSizeReached(limit=limit, kind="user", name=user.name)
    return _put(call, user.id, policy_name, policy_document, limit=limit, reached=reached)


@operation(
    "iam",
    way=Way.READ,
    on=user_named,
    journal=("user_name", "policy_name"),
    raises=(NoSuchUser, NoSuchInlinePolicy),
)
def get_user_policy(call: Call, *, user_name: str, policy_name: str) -> Reply:  # noqa: ARG001 - read by the target
    """Tell one inline policy of a user.

    Raises NoSuchUser, NoSuchInlinePolicy.   Source: IAM API, GetUserPolicy.
    """
    user = found_user(call)
    return {"UserName": user.name, **_told(call, user.id, policy_name, kind="user")}


@operation(
    "iam",
    way=Way.READ,
    on=user_named,
    journal=("user_name", "marker", "max_items"),
    raises=(NoSuchUser, InvalidMarker),
)
def list_user_policies(
    call: Call,
    *,
    user_name: str,  # noqa: ARG001 - read by the target
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List the names of a user's inline policies.

    Raises NoSuchUser, InvalidMarker.   Source: IAM API, ListUserPolicies.
    """
    return _list(call, found_user(call).id, marker, max_items)


@operation(
    "iam",
    way=Way.CHANGE,
    on=user_named,
    journal=("user_name", "policy_name"),
    raises=(NoSuchUser, NoSuchInlinePolicy),
)
def delete_user_policy(call: Call, *, user_name: str, policy_name: str) -> Reply:  # noqa: ARG001 - as above
    """Delete one inline policy of a user.

    Raises NoSuchUser, NoSuchInlinePolicy.   Source: IAM API, DeleteUserPolicy.
    """
    return _delete(call, found_user(call).id, policy_name, kind="user")


@operation(
    "iam",
    way=Way.CHANGE,
    on=group_named,
    journal=("group_name", "policy_name", "policy_document"),
    raises=(NoSuchGroup, MalformedPolicy, InlineSizeReached),
)
def put_group_policy(
    call: Call,
    *,
    group_name: str,  # noqa: ARG001 - read by the target
    policy_name: str,
    policy_document: str,
) -> Reply:
    """Give what a document allows to all users of a group, in place of the one of that name.

    Raises NoSuchGroup, MalformedPolicy, InlineSizeReached.   Source: IAM API, PutGroupPolicy.
    """
    group = found_group(call)
    limit = call.quotas.group_policy_size
    reached = InlineSizeReached(limit=limit, kind="group", name=group.name)
    return _put(call, group.id, policy_name, policy_document, limit=limit, reached=reached)


@operation(
    "iam",
    way=Way.READ,
    on=group_named,
    journal=("group_name", "policy_name"),
    raises=(NoSuchGroup, NoSuchInlinePolicy),
)
def get_group_policy(call: Call, *, group_name: str, policy_name: str) -> Reply:  # noqa: ARG001 - read by the target
    """Tell one inline policy of a group.

    Raises NoSuchGroup, NoSuchInlinePolicy.   Source: IAM API, GetGroupPolicy.
    """
    group = found_group(call)
    return {"GroupName": group.name, **_told(call, group.id, policy_name, kind="group")}


@operation(
    "iam",
    way=Way.READ,
    on=group_named,
    journal=("group_name", "marker", "max_items"),
    raises=(NoSuchGroup, InvalidMarker),
)
def list_group_policies(
    call: Call,
    *,
    group_name: str,  # noqa: ARG001 - read by the target
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List the names of a group's inline policies.

    Raises NoSuchGroup, InvalidMarker.   Source: IAM API, ListGroupPolicies.
    """
    return _list(call, found_group(call).id, marker, max_items)


@operation(
    "iam",
    way=Way.CHANGE,
    on=group_named,
    journal=("group_name", "policy_name"),
    raises=(NoSuchGroup, NoSuchInlinePolicy),
)
def delete_group_policy(call: Call, *, group_name: str, policy_name: str) -> Reply:  # noqa: ARG001 - as above
    """Delete one inline policy of a group.

    Raises NoSuchGroup, NoSuchInlinePolicy.   Source: IAM API, DeleteGroupPolicy.
    """
    return _delete(call, found_group(call).id, policy_name, kind="group")


@operation(
    "iam",
    way=Way.CHANGE,
    on=role_named,
    journal=("role_name", "policy_name", "policy_document"),
    raises=(NoSuchRole, ProtectedRole, MalformedPolicy, InlineSizeReached),
)
def put_role_policy(
    call: Call,
    *,
    role_name: str,  # noqa: ARG001 - read by the target
    policy_name: str,
    policy_document: str,
) -> Reply:
    """Give what a document allows to a role's sessions, live ones too, in place of the one of that name.

    Raises NoSuchRole, ProtectedRole, MalformedPolicy, InlineSizeReached.   Source: IAM API, PutRolePolicy.
    """
    role = changeable_role(call)
    limit = call.quotas.role_policy_size
    reached = InlineSizeReached(limit=limit, kind="role", name=role.name)
    return _put(call, role.id, policy_name, policy_document, limit=limit, reached=reached)


@operation(
    "iam",
    way=Way.READ,
    on=role_named,
    journal=("role_name", "policy_name"),
    raises=(NoSuchRole, NoSuchInlinePolicy),
)
def get_role_policy(call: Call, *, role_name: str, policy_name: str) -> Reply:  # noqa: ARG001 - read by the target
    """Tell one inline policy of a role.

    Raises NoSuchRole, NoSuchInlinePolicy.   Source: IAM API, GetRolePolicy.
    """
    role = found_role(call)
    return {"RoleName": role.name, **_told(call, role.id, policy_name, kind="role")}


@operation(
    "iam",
    way=Way.READ,
    on=role_named,
    journal=("role_name", "marker", "max_items"),
    raises=(NoSuchRole, InvalidMarker),
)
def list_role_policies(
    call: Call,
    *,
    role_name: str,  # noqa: ARG001 - read by the target
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List the names of a role's inline policies.

    Raises NoSuchRole, InvalidMarker.   Source: IAM API, ListRolePolicies.
    """
    return _list(call, found_role(call).id, marker, max_items)


@operation(
    "iam",
    way=Way.CHANGE,
    on=role_named,
    journal=("role_name", "policy_name"),
    raises=(NoSuchRole, ProtectedRole, NoSuchInlinePolicy),
)
def delete_role_policy(call: Call, *, role_name: str, policy_name: str) -> Reply:  # noqa: ARG001 - as above
    """Delete one inline policy of a role.

    Raises NoSuchRole, ProtectedRole, NoSuchInlinePolicy.   Source: IAM API, DeleteRolePolicy.
    """
    return _delete(call, changeable_role(call).id, policy_name, kind="role")


def _put(call: Call, target_id: str, name: str, document: str, *, limit: int, reached: InlineSizeReached) -> Reply:
    others = inline_policies.documents(call.tx, target_id)
    others.pop(name, None)
    check(document, Kind.IDENTITY, limit=limit - sum(map(policy_size, others.values())), reached=reached)
    inline_policies.put(call.tx, target_id, name, document)
    return {}


def _told(call: Call, target_id: str, name: str, *, kind: str) -> Reply:
    document = inline_policies.document(call.tx, target_id, name)
    if document is None:
        raise NoSuchInlinePolicy(kind=kind, name=name)
    return {"PolicyName": name, "PolicyDocument": encoded(document)}


def _list(call: Call, target_id: str, marker: str | None, max_items: int | None) -> Reply:
    page = paging.page(call, "PolicyNames", marker, max_items)
    rows = inline_policies.page(call.tx, target_id, after=page.after, limit=page.fetch)
    return page.reply(rows, tell=str, position=str)


def _delete(call: Call, target_id: str, name: str, *, kind: str) -> Reply:
    if not inline_policies.remove(call.tx, target_id, name):
        raise NoSuchInlinePolicy(kind=kind, name=name)
    return {}
