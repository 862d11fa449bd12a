"""Passwords: how one is chosen, and ChangePassword, by which users change their own. Root's is not among them."""

from __future__ import annotations

from collections.abc import Iterator

from watchword.domain.principal import PrincipalType
from watchword.services.iam.account_refusals import (
    NoLoginProfile,
    PasswordPolicyViolation,
    WrongPassword,
    WrongUserType,
)
from watchword.services.iam.hashing import HASHES, Recipe, Wanted, made_first
from watchword.services.iam.password_policy import left_to_users
from watchword.services.iam.password_rules import unmet
from watchword.services.iam.refusals import NoSuchUser
from watchword.services.iam.targets import found_user, on_user
from watchword.services.operation import Asking, Call, Reply, Target, Way, operation
from watchword.store import account_aliases, login_profiles, password_policy, users
from watchword.store.login_profiles import LoginProfile
from watchword.store.tx import Tx
from watchword.store.users import User


def chosen(call: Call, user: User, password: str, profile: LoginProfile | None) -> str:
    """Hash a password that the account's policy allows the user, who may have one (`profile`) already.

    Raises PasswordPolicyViolation.
    """
    policy = password_policy.of(call.tx, user.account)
    broken = unmet(password, policy, account_aliases.names(call.tx, user.account))
    if broken:
        raise PasswordPolicyViolation(message=broken)
    remembered = login_profiles.remembered(call.tx, user.id, policy.reuse_prevention) if policy else []
    if any([HASHES.match(call.asking, password, made) for made in remembered]):  # noqa: C419 - all of them: time tells nothing
        message = f"Password should not be one of the last {len(remembered)} passwords"
        raise PasswordPolicyViolation(message=message)
    return HASHES.of(call.asking, password, _recipe(call.asking, user.name, profile))


def to_choose(asking: Asking) -> Iterator[Wanted]:
    """Tell which hashes CreateLoginProfile and UpdateLoginProfile need: one, whoever it is for and if at all."""
    password = asking.parameters.get("password")
    if password is not None:
        name = asking.parameters.get("user_name")
        user = _caller(asking) if name is None else users.named(asking.tx, asking.caller.account, name)
        yield from _to_choose(asking, user, password, name or "")


def to_change(asking: Asking) -> Iterator[Wanted]:
    """Tell which hashes ChangePassword needs."""
    user = _caller(asking)
    profile = login_profiles.of(asking.tx, user.id) if user else None
    if profile is not None:
        yield asking.parameters["old_password"], Recipe.of(profile.password_hash)
        yield from _to_choose(asking, user, asking.parameters["new_password"], "")


def oneself(asking: Asking) -> Target:
    """The user that signed, who may be allowed to by the account's password policy alone.

    Raises WrongUserType for root and for sessions of roles.
    """
    user = _caller(asking)
    if asking.caller.principal.type is not PrincipalType.USER:
        raise WrongUserType
    if user is None:
        raise NoSuchUser(name=asking.caller.principal.name)
    return left_to_users(asking, on_user(asking, user))


@operation(
    "iam",
    way=Way.CHANGE,
    on=oneself,
    raises=(WrongUserType, NoSuchUser, NoLoginProfile, WrongPassword, PasswordPolicyViolation),
    asks=made_first(to_change),
)
def change_password(call: Call, *, old_password: str, new_password: str) -> Reply:
    """Let a user change its own password, an expired one too. It need not be changed again at the next sign-in.

    Raises WrongUserType, NoSuchUser, NoLoginProfile, WrongPassword, PasswordPolicyViolation.
    Source: IAM API, ChangePassword; PasswordPolicy, HardExpiry.
    """
    user = found_user(call)
    profile = login_profiles.of(call.tx, user.id)
    if profile is None:
        raise NoLoginProfile(name=user.name)
    if not HASHES.match(call.asking, old_password, profile.password_hash):
        raise WrongPassword
    made = chosen(call, user, new_password, profile)
    login_profiles.change_password(call.tx, profile, made, at=call.now)
    login_profiles.require_reset(call.tx, user.id, required=False)
    return {}


def _caller(asking: Asking) -> User | None:
    principal = asking.caller.principal
    return users.by_id(asking.tx, principal.unique_id) if principal.type is PrincipalType.USER else None


def _recipe(asking: Asking, name: str, profile: LoginProfile | None) -> Recipe:
    """Say how a user's next password is hashed: with its salt, and the costs of today."""
    if profile is None:
        return HASHES.draw(asking, name.lower())
    return Recipe(Recipe.of(profile.password_hash).salt)


def _to_choose(asking: Asking, user: User | None, password: str, name: str) -> Iterator[Wanted]:
    profile = login_profiles.of(asking.tx, user.id) if user else None
    yield password, _recipe(asking, user.name if user else name, profile)
    if user is not None and profile is not None:
        yield from ((password, recipe) for recipe in _remembered(asking.tx, user, profile))


def _remembered(tx: Tx, user: User, profile: LoginProfile) -> set[Recipe]:
    """Give the recipes of remembered passwords that differ from today's: none, unless the costs were changed."""
    policy = password_policy.of(tx, user.account)
    made = login_profiles.remembered(tx, user.id, policy.reuse_prevention) if policy else []
    return {Recipe.of(each) for each in made} - {Recipe(Recipe.of(profile.password_hash).salt)}
