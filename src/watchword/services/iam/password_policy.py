"""The password policy of an account: told, set, and given up for AWS's default; and what it leaves to users."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from watchword.domain.principal import PrincipalType
from watchword.policy import Kind, Policy
from watchword.services.compiling import compiled
from watchword.services.iam.account_refusals import NoPasswordPolicy
from watchword.services.operation import Asking, Call, Reply, Target, Way, everything, operation
from watchword.store import password_policy
from watchword.store.password_policy import PasswordPolicy

_OWN_PASSWORDS = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["iam:ChangePassword", "iam:GetAccountPasswordPolicy"],
        "Resource": "*",
    },
}


def left_to_users(asking: Asking, target: Target) -> Target:
    """Let users do to a target what the account's password policy leaves to them, unless a policy denies it.

    For targets that are the user itself, or nobody's. Source: IAM API, PasswordPolicy, AllowUsersToChangePassword:
    permissions that are applied at the account level for all users.
    """
    if asking.caller.principal.type is not PrincipalType.USER:
        return target
    policy = password_policy.of(asking.tx, asking.caller.account)
    return replace(target, policy=_own_passwords()) if policy and policy.users_may_change else target


def to_read(asking: Asking) -> Target:
    """The target of GetAccountPasswordPolicy, which users may be allowed by the policy itself."""
    return left_to_users(asking, everything(asking))


@operation("iam", way=Way.READ, on=to_read, raises=(NoPasswordPolicy,))
def get_account_password_policy(call: Call) -> Reply:
    """Tell the account's own password policy.

    Raises NoPasswordPolicy.   Source: IAM API, GetAccountPasswordPolicy.
    """
    policy = password_policy.of(call.tx, call.account)
    if policy is None:
        raise NoPasswordPolicy(account=call.account)
    return {"PasswordPolicy": _told(policy)}


@operation(
    "iam",
    way=Way.CHANGE,
    journal=(
        "minimum_password_length",
        "require_symbols",
        "require_numbers",
        "require_uppercase_characters",
        "require_lowercase_characters",
        "allow_users_to_change_password",
        "max_password_age",
        "password_reuse_prevention",
        "hard_expiry",
    ),
)
def update_account_password_policy(
    call: Call,
    *,
    minimum_password_length: int | None = None,
    require_symbols: bool | None = None,
    require_numbers: bool | None = None,
    require_uppercase_characters: bool | None = None,
    require_lowercase_characters: bool | None = None,
    allow_users_to_change_password: bool | None = None,
    max_password_age: int | None = None,
    password_reuse_prevention: int | None = None,
    hard_expiry: bool | None = None,
) -> Reply:
    """Set the account's password policy, whole: what is not given goes back to its default.

    Source: IAM API, UpdateAccountPasswordPolicy.
    """
    policy = PasswordPolicy(
        minimum_length=minimum_password_length or PasswordPolicy().minimum_length,
        symbols=bool(require_symbols),
        numbers=bool(require_numbers),
        uppercase=bool(require_uppercase_characters),
        lowercase=bool(require_lowercase_characters),
        users_may_change=bool(allow_users_to_change_password),
        max_age_days=max_password_age or 0,
        reuse_prevention=password_reuse_prevention or 0,
        hard_expiry=hard_expiry,
    )
    password_policy.put(call.tx, call.account, policy)
    return {}


@operation("iam", way=Way.CHANGE, raises=(NoPasswordPolicy,))
def delete_account_password_policy(call: Call) -> Reply:
    """Go back to AWS's default policy.

    Raises NoPasswordPolicy.   Source: IAM API, DeleteAccountPasswordPolicy.
    """
    if not password_policy.remove(call.tx, call.account):
        raise NoPasswordPolicy(account=call.account)
    return {}


def _own_passwords() -> Policy:
    return compiled(json.dumps(_OWN_PASSWORDS), Kind.RESOURCE, "account password policy")


def _told(policy: PasswordPolicy) -> Mapping[str, Any]:
    told: dict[str, Any] = {
        "MinimumPasswordLength": policy.minimum_length,
        "RequireSymbols": policy.symbols,
        "RequireNumbers": policy.numbers,
        "RequireUppercaseCharacters": policy.uppercase,
        "RequireLowercaseCharacters": policy.lowercase,
        "AllowUsersToChangePassword": policy.users_may_change,
        "ExpirePasswords": policy.max_age_days > 0,
    }
    if policy.max_age_days:
        told["MaxPasswordAge"] = policy.max_age_days
    if policy.reuse_prevention:
        told["PasswordReusePrevention"] = policy.reuse_prevention
    if policy.hard_expiry is not None:
        told["HardExpiry"] = policy.hard_expiry
    return told
