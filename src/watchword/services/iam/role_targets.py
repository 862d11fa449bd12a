"""What operations on roles act on, as policies see it, and what was found there. Users and groups have `targets`."""

from __future__ import annotations

from watchword.domain.arn import iam_arn
from watchword.services.iam.policy_refusals import NoSuchRole
from watchword.services.iam.service_linked_role_refusals import ProtectedRole
from watchword.services.iam.targets import boundary_key
from watchword.services.operation import Asking, Call, Target
from watchword.store import roles, tags
from watchword.store.roles import Role

LINKED_PATH = "/aws-service-role/"
"""The path of service-linked roles. No other role is made under it, so it tells them apart."""


def role_named(asking: Asking) -> Target:
    """The role that `RoleName` names; one that does not exist stands for itself under the root path."""
    account, name = asking.caller.account, asking.parameters["role_name"]
    tx, role = asking.tx, roles.named(asking.tx, account, name)
    if role is None:
        return Target(iam_arn(account, f"role/{name}"), account)
    return Target(
        role.arn,
        account,
        tags=lambda: tags.of(tx, role.id),
        keys=lambda: boundary_key(role.boundary_arn),
        subject=role,
    )


def found_role(call: Call) -> Role:
    """Give the role that the request was allowed on.

    Raises NoSuchRole.
    """
    if not isinstance(call.target.subject, Role):
        raise NoSuchRole(name=call.asking.parameters["role_name"])
    return call.target.subject


def changeable_role(call: Call) -> Role:
    """Give the role that the request was allowed on, to change what it may do, whom it trusts, or that it is there.

    Raises NoSuchRole, ProtectedRole.
    """
    role = found_role(call)
    refuse_linked(role)
    return role


def is_linked(role: Role) -> bool:
    """Tell whether a role is a service's own."""
    return role.path.startswith(LINKED_PATH)


def refuse_linked(role: Role) -> None:
    """Keep a service-linked role as its service has it.

    Raises ProtectedRole.
    """
    if is_linked(role):
        raise ProtectedRole(name=role.name)
