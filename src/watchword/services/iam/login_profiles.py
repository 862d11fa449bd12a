"""Login profiles: the passwords that administrators give to users, and take away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from watchword.services.iam.account_refusals import (
    LoginProfileExists,
    NoLoginProfile,
    PasswordNeeded,
    PasswordNotTaken,
    PasswordPolicyViolation,
)
from watchword.services.iam.hashing import made_first
from watchword.services.iam.passwords import chosen, to_choose
from watchword.services.iam.refusals import NamelessCaller, NoSuchUser
from watchword.services.iam.targets import Root, found_owner, found_user, user_named, user_or_caller
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import login_profiles
from watchword.store.login_profiles import LoginProfile
from watchword.store.users import User


@operation(
    "iam",
    way=Way.CHANGE,
    on=user_or_caller,
    journal=("user_name", "password_reset_required"),
    told=("LoginProfile.UserName", "LoginProfile.CreateDate", "LoginProfile.PasswordResetRequired"),
    raises=(
        NamelessCaller,
        NoSuchUser,
        PasswordNeeded,
        PasswordNotTaken,
        LoginProfileExists,
        PasswordPolicyViolation,
    ),
    asks=made_first(to_choose),
)
def create_login_profile(
    call: Call,
    *,
    user_name: str | None = None,  # noqa: ARG001 - read by the target
    password: str | None = None,
    password_reset_required: bool | None = None,
) -> Reply:
    """Give a user its first password; or, in a session of AssumeRoot, let root set one.

    Raises NamelessCaller, NoSuchUser, PasswordNeeded, PasswordNotTaken, LoginProfileExists, PasswordPolicyViolation.
    Source: IAM API, CreateLoginProfile.
    """
    owner = _owner(call)
    if isinstance(owner, Root):
        return _for_root(call, owner, password)
    if password is None:
        raise PasswordNeeded
    if login_profiles.of(call.tx, owner.id) is not None:
        raise LoginProfileExists(name=owner.name)
    made = chosen(call, owner, password, None)
    profile = LoginProfile(owner.id, made, bool(password_reset_required), created_at=call.now, changed_at=call.now)
    login_profiles.add(call.tx, profile)
    return {"LoginProfile": _told(owner, profile.created_at, reset_required=profile.reset_required)}


@operation(
    "iam",
    way=Way.READ,
    on=user_or_caller,
    journal=("user_name",),
    raises=(NamelessCaller, NoSuchUser, NoLoginProfile),
)
def get_login_profile(call: Call, *, user_name: str | None = None) -> Reply:  # noqa: ARG001 - read by the target
    """Tell since when a user has a password.

    Raises NamelessCaller, NoSuchUser, NoLoginProfile.   Source: IAM API, GetLoginProfile.
    """
    owner = _owner(call)
    if isinstance(owner, Root):
        return {"LoginProfile": _told(owner, _since(call, owner), reset_required=False)}
    profile = _profile(call, owner)
    return {"LoginProfile": _told(owner, profile.created_at, reset_required=profile.reset_required)}


@operation(
    "iam",
    way=Way.CHANGE,
    on=user_named,
    journal=("user_name", "password_reset_required"),
    raises=(NoSuchUser, NoLoginProfile, PasswordPolicyViolation),
    asks=made_first(to_choose),
)
def update_login_profile(
    call: Call,
    *,
    user_name: str,  # noqa: ARG001 - read by the target
    password: str | None = None,
    password_reset_required: bool | None = None,
) -> Reply:
    """Give a user another password, or say whether it must set one itself when it next signs in.

    Raises NoSuchUser, NoLoginProfile, PasswordPolicyViolation.   Source: IAM API, UpdateLoginProfile.
    """
    user = found_user(call)
    profile = _profile(call, user)
    if password is not None:
        login_profiles.change_password(call.tx, profile, chosen(call, user, password, profile), at=call.now)
    if password_reset_required is not None:
        login_profiles.require_reset(call.tx, user.id, required=password_reset_required)
    return {}


@operation(
    "iam",
    way=Way.CHANGE,
    on=user_or_caller,
    journal=("user_name",),
    raises=(NamelessCaller, NoSuchUser, NoLoginProfile),
)
def delete_login_profile(call: Call, *, user_name: str | None = None) -> Reply:  # noqa: ARG001 - read by the target
    """Take a user's password away, with those that it had before. Its access keys go on.

    Raises NamelessCaller, NoSuchUser, NoLoginProfile.   Source: IAM API, DeleteLoginProfile.
    """
    owner = _owner(call)
    if isinstance(owner, Root):
        _since(call, owner)
        login_profiles.remove_of_root(call.tx, owner.account)
    else:
        login_profiles.remove(call.tx, _profile(call, owner).user_id)
    return {}


def _owner(call: Call) -> User | Root:
    """Give the user that is meant; or root, which may leave its name out only in a session of AssumeRoot.

    Raises NoSuchUser, NamelessCaller.   Source: IAM API, CreateLoginProfile, UserName.
    """
    owner = found_owner(call)
    session = call.caller.session
    # No other session of root has a policy: AssumeRoot's is limited by the policy of its task.
    if isinstance(owner, Root) and not (session and session.policy_arns):
        raise NamelessCaller
    return owner


def _for_root(call: Call, root: Root, password: str | None) -> Reply:
    if password is not None:
        raise PasswordNotTaken
    if login_profiles.of_root(call.tx, root.account) is not None:
        raise LoginProfileExists(name=root.name)
    login_profiles.add_for_root(call.tx, root.account, at=call.now)
    return {"LoginProfile": _told(root, call.now, reset_required=False)}


def _since(call: Call, root: Root) -> int:
    since = login_profiles.of_root(call.tx, root.account)
    if since is None:
        raise NoLoginProfile(name=root.name)
    return since


def _profile(call: Call, user: User) -> LoginProfile:
    profile = login_profiles.of(call.tx, user.id)
    if profile is None:
        raise NoLoginProfile(name=user.name)
    return profile


def _told(owner: User | Root, created_at: int, *, reset_required: bool) -> Mapping[str, Any]:
    return {"UserName": owner.name, "CreateDate": created_at, "PasswordResetRequired": reset_required}
