"""The permissions boundary of a role: set and lift it."""

from __future__ import annotations

from watchword.services.iam.boundaries import boundary_named
from watchword.services.iam.policy_refusals import NoRoleBoundary, NoSuchBoundary, NoSuchRole, UnreadableArn
from watchword.services.iam.role_targets import changeable_role, role_named
from watchword.services.iam.service_linked_role_refusals import ProtectedRole
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import roles


@operation(
    "iam",
    way=Way.CHANGE,
    on=role_named,
    journal=("role_name", "permissions_boundary"),
    raises=(NoSuchRole, ProtectedRole, UnreadableArn, NoSuchBoundary),
    keys={"iam:PermissionsBoundary": "permissions_boundary"},
)
def put_role_permissions_boundary(
    call: Call,
    *,
    role_name: str,  # noqa: ARG001 - read by the target
    permissions_boundary: str,
) -> Reply:
    """Bound what a role's sessions may do by a managed policy, in place of the one that did.

    Raises NoSuchRole, ProtectedRole, UnreadableArn, NoSuchBoundary.   Source: IAM API, PutRolePermissionsBoundary.
    """
    role = changeable_role(call)
    roles.set_boundary(call.tx, role.id, boundary_named(call, permissions_boundary))
    return {}


@operation(
    "iam", way=Way.CHANGE, on=role_named, journal=("role_name",), raises=(NoSuchRole, ProtectedRole, NoRoleBoundary)
)
def delete_role_permissions_boundary(call: Call, *, role_name: str) -> Reply:  # noqa: ARG001 - read by the target
    """Lift a role's permissions boundary.

    Raises NoSuchRole, ProtectedRole, NoRoleBoundary.   Source: IAM API, DeleteRolePermissionsBoundary.
    """
    role = changeable_role(call)
    if role.boundary_arn is None:
        raise NoRoleBoundary(name=role.name)
    roles.set_boundary(call.tx, role.id, None)
    return {}
