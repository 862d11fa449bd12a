"""What a supposed request would act on: resources that this authority holds, with their tags and trust policies."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from watchword.crypto.tokens import Session
from watchword.domain.arn import Arn
from watchword.services.deciding import held_secrets
from watchword.services.deciding.layers import overriding
from watchword.services.operation import Asking, ContextValue, Target
from watchword.services.watchword.refusals import InvalidParameter
from watchword.services.watchword.supposed import Supposed
from watchword.store import (
    instance_profiles,
    policies,
    roles,
    saml_providers,
    secrets,
    server_certificates,
    tags,
    users,
)
from watchword.store.tx import Tx

EVERY = "*"
_ACCOUNT = re.compile(r"[0-9]{12}")
_BY_TRUST = re.compile(r"sts:(assumerole.*|tagsession|setsourceidentity)")
"""What a role's trust policy has a say in."""


class Held(NamedTuple):
    """A resource that is here: whose tags it has, and the permissions boundary that it may have."""

    tags_of: str
    boundary: str = ""


def target(asking: Asking, supposed: Supposed, action: str, arn: str) -> Target:
    """Say what a supposed request would act on.

    Raises InvalidParameter for what is no ARN, and for a role to assume that is not named.
    """
    by_trust = _BY_TRUST.fullmatch(action.lower()) is not None
    if arn == EVERY:
        if by_trust:
            raise InvalidParameter(message="A role's trust policy has a say in this: name the role by ResourceArn.")
        return Target(EVERY, supposed.caller.account)
    try:
        parsed = Arn.parse(arn)
    except ValueError as error:
        raise InvalidParameter(message=f"{error}.") from error
    owner = parsed.account if _ACCOUNT.fullmatch(parsed.account) else supposed.caller.account
    if by_trust and parsed.service == "iam" and parsed.resource.startswith("role/"):
        return _role_to_assume(asking, supposed, arn, owner)
    if parsed.service == "secretsmanager":
        return _secret(asking, supposed, parsed, arn, owner)
    held = _held(asking.tx, parsed, arn) if owner == asking.caller.account else None
    if held is None:
        return Target(arn, owner)
    keys: dict[str, ContextValue] = {"iam:permissionsboundary": held.boundary} if held.boundary else {}
    tx = asking.tx
    return Target(arn, owner, lambda: tags.of(tx, held.tags_of), lambda: keys)


def _role_to_assume(asking: Asking, supposed: Supposed, arn: str, owner: str) -> Target:
    """A role that does not exist trusts nobody, as in the real request."""
    role = asking.directory.role_by_arn(arn)
    if role is None:
        return Target(arn, owner, trust=True)
    passed_on = _passed_on(supposed.caller.session)
    return Target(arn, owner, lambda: overriding(role.tags, passed_on), policy=role.trust, trust=True)


def _secret(asking: Asking, supposed: Supposed, parsed: Arn, arn: str, owner: str) -> Target:
    """A secret, by its whole ARN or by what a caller may write for it. Abroad it is one only if it has a policy.

    Another account must not learn by asking that there is a secret which it cannot be let have.
    """
    now, name = int(asking.now), parsed.resource.partition(":")[2]
    secret = secrets.by_arn(asking.tx, arn, now) or secrets.named(asking.tx, owner, parsed.region, name, now)
    abroad = owner != supposed.caller.account
    if secret is None or (abroad and secret.resource_policy is None):
        return Target(arn, owner, keys=lambda: {"secretsmanager:secretid": arn})
    return replace(held_secrets.held_target(asking.tx, secret, {}), arn=arn if abroad else secret.arn)


def _passed_on(session: Session | None) -> Mapping[str, str]:
    """Give the tags that a session hands down to those assumed from it."""
    if session is None:
        return {}
    passing = {key.lower() for key in session.transitive_tag_keys}
    return {key: value for key, value in session.tags if key.lower() in passing}


def _held(tx: Tx, parsed: Arn, arn: str) -> Held | None:
    if parsed.service != "iam":
        return None
    kind, _, rest = parsed.resource.partition("/")
    look = _LOOKS.get(kind)
    return look(tx, parsed.account, rest.rsplit("/", 1)[-1], arn) if look else None


def _user(tx: Tx, account: str, name: str, arn: str) -> Held | None:
    user = users.named(tx, account, name)
    return Held(user.id, user.boundary_arn or "") if user and user.arn == arn else None


def _role(tx: Tx, account: str, name: str, arn: str) -> Held | None:
    role = roles.named(tx, account, name)
    return Held(role.id, role.boundary_arn or "") if role and role.arn == arn else None


def _policy(tx: Tx, _account: str, _name: str, arn: str) -> Held | None:
    policy = policies.by_arn(tx, arn)
    return Held(policy.id) if policy else None


def _instance_profile(tx: Tx, account: str, name: str, arn: str) -> Held | None:
    profile = instance_profiles.named(tx, account, name)
    return Held(profile.id) if profile and profile.arn == arn else None


def _certificate(tx: Tx, account: str, name: str, arn: str) -> Held | None:
    certificate = server_certificates.named(tx, account, name)
    return Held(certificate.id) if certificate and certificate.arn == arn else None


def _saml_provider(tx: Tx, _account: str, _name: str, arn: str) -> Held | None:
    provider = saml_providers.by_arn(tx, arn)
    return Held(provider.id) if provider else None


def _by_arn(_tx: Tx, _account: str, _name: str, arn: str) -> Held | None:
    """These hold their tags under their ARN."""
    return Held(arn)


_LOOKS: Mapping[str, Callable[[Tx, str, str, str], Held | None]] = {
    "instance-profile": _instance_profile,
    "mfa": _by_arn,
    "oidc-provider": _by_arn,
    "policy": _policy,
    "role": _role,
    "saml-provider": _saml_provider,
    "server-certificate": _certificate,
    "user": _user,
}
