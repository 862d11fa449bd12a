"""Principals: whom a resource or trust policy names, and how directly it names the one who asks.

How directly decides which implicit denies still count. A service or a federated provider that acts without an account
comes as a Principal of type ANONYMOUS whose `arn` is its name; one whom a provider vouches for has the provider's.
Source: IAM User Guide, "AWS JSON policy elements: Principal" and "Policy evaluation logic".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import IntEnum

from watchword.domain.principal import Principal, PrincipalType

_ARN_PARTS = 6
_VOUCHED_FOR = frozenset((PrincipalType.WEB_IDENTITY_USER, PrincipalType.SAML_USER))


class Strength(IntEnum):
    """How directly a policy names a principal, the most direct last."""

    NONE = 0
    ACCOUNT = 1
    USER_OF_SESSION = 2
    ROLE_OF_SESSION = 3
    DIRECT = 4


Naming = Callable[[Principal], Strength]


def names(principals: dict[str, tuple[str, ...]], *, excepts: bool) -> Naming:
    """Compile Principal or NotPrincipal to how directly it names somebody.

    NotPrincipal names everybody directly but those it lists, in whatever way it lists them.
    """
    listed = _listed(principals)
    if not excepts:
        return listed
    return lambda principal: Strength.NONE if listed(principal) else Strength.DIRECT


def _listed(principals: dict[str, tuple[str, ...]]) -> Naming:
    if "*" in principals.get("AWS", ()):
        # Whom a provider vouches for must be let in by that provider's name: `*` means everybody with an AWS identity.
        return lambda principal: Strength.NONE if principal.type in _VOUCHED_FOR else Strength.DIRECT
    tests = [_aws(value) for value in principals.get("AWS", ())]
    others = frozenset(
        _texts(principals[name] for name in ("Federated", "Service", "CanonicalUser") if name in principals)
    )

    def strength(principal: Principal) -> Strength:
        if principal.arn in others:
            return Strength.DIRECT
        return max((test(principal) for test in tests), default=Strength.NONE)

    return strength


def _texts(lists: Iterable[tuple[str, ...]]) -> Iterable[str]:
    for values in lists:
        yield from values


def _aws(value: str) -> Naming:
    """Compile one value of `AWS`."""
    if value.isdigit():
        return _account(value)
    if value.startswith(("AIDA", "AROA")):
        return _unique(value)
    parts = value.split(":", _ARN_PARTS - 1)
    if len(parts) == _ARN_PARTS and parts[2] == "iam":
        if parts[5] == "root":
            return _account(parts[4])
        if parts[5].startswith("role/"):
            return _role(value)
        if parts[5].startswith("user/"):
            return _user(value)
    return lambda principal: Strength.DIRECT if principal.arn == value else Strength.NONE


def _account(account: str) -> Naming:
    return lambda principal: Strength.ACCOUNT if principal.account == account else Strength.NONE


def _unique(value: str) -> Naming:
    """An id of a user or a role: what a name becomes once the policy is kept, so that a new bearer inherits nothing."""
    return lambda principal: (
        _BY_ID.get(principal.type, Strength.NONE) if principal.unique_id == value else Strength.NONE
    )


_BY_ID = {
    PrincipalType.USER: Strength.DIRECT,
    PrincipalType.ASSUMED_ROLE: Strength.ROLE_OF_SESSION,
    PrincipalType.FEDERATED_USER: Strength.USER_OF_SESSION,
}


def _role(value: str) -> Naming:
    """A session of the role; the path is not compared, and role names are unique without regard to case."""
    wanted = _without_path(value, "role/").lower()

    def strength(principal: Principal) -> Strength:
        if principal.type is not PrincipalType.ASSUMED_ROLE:
            return Strength.NONE
        issuer = principal.issuer_arn
        same = issuer == value or _without_path(issuer, "role/").lower() == wanted
        return Strength.ROLE_OF_SESSION if same else Strength.NONE

    return strength


def _user(value: str) -> Naming:
    """The user, by the whole ARN; or a federated user whose session the user began."""
    wanted = _without_path(value, "user/")

    def strength(principal: Principal) -> Strength:
        if principal.type is PrincipalType.FEDERATED_USER:
            same = _without_path(principal.issuer_arn, "user/") == wanted
            return Strength.USER_OF_SESSION if same else Strength.NONE
        return Strength.DIRECT if principal.arn == value else Strength.NONE

    return strength


def _without_path(arn: str, kind: str) -> str:
    """Leave out the path of a user's or role's ARN: partition, account and name say who it is."""
    head, found, path = arn.partition(f":{kind}")
    return f"{head}:{kind}{path.rpartition('/')[2]}" if found else arn
