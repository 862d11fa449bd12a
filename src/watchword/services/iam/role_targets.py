"""What operations on roles act on, as policies see it, and what was found there. Users and groups have `targets`."""

from __future__ import annotations

from watchword.domain.arn import iam_arn
from watchword.services.iam.policy_refusals import NoSuchRole
from watchword.services.iam.targets import boundary_key
from watchword.services.operation import Asking, Call, Target
from watchword.store import roles, tags
from watchword.store.roles import Role


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
