"""The permissions boundary of a user: set and lift it."""

from __future__ import annotations

from watchword.services.iam.boundaries import boundary_named
from watchword.services.iam.policy_refusals import NoSuchBoundary, UnreadableArn
from watchword.services.iam.refusals import NoBoundary, NoSuchUser
from watchword.services.iam.targets import found_user, user_named
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import users


@operation(
    "iam",
    way=Way.CHANGE,
    on=user_named,
    journal=("user_name", "permissions_boundary"),
    raises=(NoSuchUser, UnreadableArn, NoSuchBoundary),
    keys={"iam:PermissionsBoundary": "permissions_boundary"},
)
def put_user_permissions_boundary(
    call: Call,
    *,
    user_name: str,  # noqa: ARG001 - read by the target
    permissions_boundary: str,
) -> Reply:
    """Bound what a user may do by a managed policy, in place of the one that did.

    Raises NoSuchUser, UnreadableArn, NoSuchBoundary.   Source: IAM API, PutUserPermissionsBoundary.
    """
    user = found_user(call)
    users.set_boundary(call.tx, user.id, boundary_named(call, permissions_boundary))
    return {}


@operation("iam", way=Way.CHANGE, on=user_named, journal=("user_name",), raises=(NoSuchUser, NoBoundary))
def delete_user_permissions_boundary(call: Call, *, user_name: str) -> Reply:  # noqa: ARG001 - read by the target
    """Lift a user's permissions boundary.

    Raises NoSuchUser, NoBoundary.   Source: IAM API, DeleteUserPermissionsBoundary.
    """
    user = found_user(call)
    if user.boundary_arn is None:
        raise NoBoundary(name=user.name)
    users.set_boundary(call.tx, user.id, None)
    return {}
