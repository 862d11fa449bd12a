"""What operations on users and groups act on, as policies see it, and what was found there.

A user or group that does not exist stands for itself under the root path, so that whoever may not act on it learns
nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from watchword.domain.arn import iam_arn
from watchword.domain.principal import PrincipalType
from watchword.services.iam.refusals import NamelessCaller, NoSuchGroup, NoSuchUser
from watchword.services.operation import Asking, Call, Need, Resolver, Target
from watchword.store import groups, tags, users
from watchword.store.groups import Group
from watchword.store.users import User


@dataclass(frozen=True, slots=True)
class Root:
    """The root of an account, where an operation on a user may also act on it."""

    account: str

    name = "root"

    @property
    def id(self) -> str:
        return self.account

    @property
    def arn(self) -> str:
        return iam_arn(self.account, "root")


def user_named(asking: Asking) -> Target:
    """The user that `UserName` names."""
    account, name = asking.caller.account, asking.parameters["user_name"]
    user = users.named(asking.tx, account, name)
    return Target(iam_arn(account, f"user/{name}"), account) if user is None else on_user(asking, user)


def user_or_caller(asking: Asking) -> Target:
    """The user that `UserName` names; without it, the user (or root) that signed.

    Raises NamelessCaller for a session of a role or of a federated user.
    """
    if asking.parameters.get("user_name") is not None:
        return user_named(asking)
    principal = asking.caller.principal
    if principal.type is PrincipalType.ROOT:
        root = Root(principal.account)
        return Target(root.arn, root.account, subject=root)
    user = users.by_id(asking.tx, principal.unique_id) if principal.type is PrincipalType.USER else None
    if user is None:
        raise NamelessCaller
    return on_user(asking, user)


def group_named(asking: Asking) -> Target:
    """The group that `GroupName` names."""
    account, name = asking.caller.account, asking.parameters["group_name"]
    group = groups.named(asking.tx, account, name)
    return Target(iam_arn(account, f"group/{name}") if group is None else group.arn, account, subject=group)


def to_create(kind: str) -> Resolver:
    """The `user`, `group` or `role` (`kind`) that is about to be made."""

    def made(asking: Asking) -> Target:
        account, name = asking.caller.account, asking.parameters[f"{kind}_name"]
        return Target(iam_arn(account, f"{kind}{asking.parameters.get('path') or '/'}{name}"), account)

    return made


def under_path(kind: str) -> Resolver:
    """All users, groups or roles (`kind`) under a path.  Source: what AWS's AccessDenied names for ListUsers."""

    def listed(asking: Asking) -> Target:
        account = asking.caller.account
        return Target(iam_arn(account, f"{kind}{asking.parameters.get('path_prefix') or '/'}"), account)

    return listed


def on_user(asking: Asking, user: User) -> Target:
    """One user, found."""
    tx = asking.tx
    return Target(
        user.arn,
        user.account,
        tags=lambda: tags.of(tx, user.id),
        keys=lambda: boundary_key(user.boundary_arn),
        subject=user,
    )


def boundary_key(arn: str | None) -> dict[str, str]:
    """Tell policies which boundary a user or role has now, where a request brings none of its own."""
    return {"iam:permissionsboundary": arn} if arn else {}


def renamed(kind: str) -> Callable[[Asking, Target], Sequence[Need]]:
    """Ask for leave on the name that a `user` or `group` (`kind`) is to have, too.

    Source: IAM API, UpdateUser and UpdateGroup, on renaming.
    """

    def needed(asking: Asking, target: Target) -> Sequence[Need]:
        found = target.subject
        if not isinstance(found, User | Group):
            return ()
        name = asking.parameters.get(f"new_{kind}_name") or found.name
        path = asking.parameters.get("new_path") or found.path
        arn = iam_arn(found.account, f"{kind}{path}{name}")
        return () if arn == target.arn else (Need(f"iam:Update{kind.title()}", replace(target, arn=arn)),)

    return needed


def found_user(call: Call) -> User:
    """Give the user that the request was allowed on.

    Raises NoSuchUser.
    """
    if not isinstance(call.target.subject, User):
        raise NoSuchUser(name=call.asking.parameters["user_name"])
    return call.target.subject


def found_owner(call: Call) -> User | Root:
    """Give the user, or root, that the request was allowed on.

    Raises NoSuchUser.
    """
    return call.target.subject if isinstance(call.target.subject, Root) else found_user(call)


def found_group(call: Call) -> Group:
    """Give the group that the request was allowed on.

    Raises NoSuchGroup.
    """
    if not isinstance(call.target.subject, Group):
        raise NoSuchGroup(name=call.asking.parameters["group_name"])
    return call.target.subject
