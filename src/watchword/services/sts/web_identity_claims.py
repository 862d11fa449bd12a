"""What the claims of a verified token come to: who it is, for whom the token is, and what passes into the session.

Source: IAM User Guide, "Available keys for AWS OIDC federation" and "Passing session tags using
AssumeRoleWithWebIdentity"; OpenID Connect Core 1.0, sections 2 and 3.1.3.7.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from watchword.services.known import KnownOidcProvider
from watchword.services.operation import ContextValue
from watchword.services.sts import web_identity_tags
from watchword.services.sts.session_tags import SessionTags
from watchword.services.sts.web_identity_refusals import (
    ClaimInvalid,
    IdentityTokenExpired,
    MissingClaim,
    TokenNotYetValid,
    WrongAudience,
)

Claims = Mapping[str, Any]

LEEWAY = 60
"""Seconds that a provider's clock may be ahead of ours. A token that has expired has expired."""
LONGEST_SUBJECT = 255
"""Characters.  Source: OpenID Connect Core 1.0, section 2."""
SOURCE_IDENTITY = "https://aws.amazon.com/source_identity"
SOURCE_IDENTITY_SHAPE = re.compile(r"[A-Za-z0-9_+=,.@-]{2,64}")
KEYS = (
    "email",
    "actor",
    "actor_id",
    "enterprise_id",
    "environment",
    "job_workflow_ref",
    "ref",
    "repository",
    "repository_id",
    "repository_owner_id",
    "workflow",
)
"""Further claims that conditions can ask for. AWS has them from single providers; here any may make them."""


@dataclass(frozen=True, slots=True)
class WebIdentity:
    """Somebody whom a provider vouches for; `keys` are context keys by lower-case name."""

    provider: KnownOidcProvider
    subject: str
    audience: str
    keys: Mapping[str, ContextValue]
    tags: SessionTags
    source_identity: str


def identity_of(claims: Claims, provider: KnownOidcProvider, now: float) -> WebIdentity:
    """Judge the claims of a token that `provider` signed, at `now` (epoch seconds).

    Raises IdentityTokenExpired, TokenNotYetValid, MissingClaim, ClaimInvalid, WrongAudience, and what reading its
    tags raises.
    """
    _check_times(claims, now)
    audience = _audience(claims, provider)
    subject = _text(claims, "sub")
    return WebIdentity(
        provider=provider,
        subject=subject,
        audience=audience,
        keys=_keys(claims, provider.url.lower(), audience, subject),
        tags=web_identity_tags.read(claims),
        source_identity=_source_identity(claims),
    )


def _check_times(claims: Claims, now: float) -> None:
    """Whole seconds only.  Source: STS API, WebIdentityToken: "an integer or a long integer"."""
    expires = _moment(claims, "exp")
    if expires is None:
        raise MissingClaim(claim="exp")
    if int(now) >= expires:
        raise IdentityTokenExpired(now=int(now), expires=expires)
    for claim in ("nbf", "iat"):
        begins = _moment(claims, claim)
        if begins is not None and begins > now + LEEWAY:
            raise TokenNotYetValid(now=int(now), begins=begins)


def _moment(claims: Claims, name: str) -> int | None:
    value = claims.get(name)
    if value is not None and type(value) is not int:
        raise ClaimInvalid(claim=name, problem="it must be an integer")
    return value


def _audience(claims: Claims, provider: KnownOidcProvider) -> str:
    """Give the registered client that the token is for: the authorised party where one is named, else the audience."""
    audiences = _audiences(claims)
    if claims.get("azp") is not None:
        audiences = (_text(claims, "azp"),)
    for audience in audiences:
        if audience in provider.client_ids:
            return audience
    raise WrongAudience


def _audiences(claims: Claims) -> tuple[str, ...]:
    value = claims.get("aud")
    audiences = value if isinstance(value, list) else [value]
    if value is None or not audiences:
        raise MissingClaim(claim="aud")
    if not all(isinstance(audience, str) for audience in audiences):
        raise ClaimInvalid(claim="aud", problem="it must be a string or a list of strings")
    return tuple(audiences)


def _text(claims: Claims, name: str) -> str:
    value = claims.get(name)
    if value is None or value == "":
        raise MissingClaim(claim=name)
    if not isinstance(value, str) or len(value) > LONGEST_SUBJECT or not value.isprintable():
        raise ClaimInvalid(claim=name, problem=f"it must be a string of up to {LONGEST_SUBJECT} characters")
    return value


def _keys(claims: Claims, issuer: str, audience: str, subject: str) -> dict[str, ContextValue]:
    """Give the context keys; `oaud` is the audience where another party was authorised to use the token."""
    keys: dict[str, ContextValue] = {f"{issuer}:{name}": claims[name] for name in KEYS if _is_text(claims.get(name))}
    methods = claims.get("amr")
    if isinstance(methods, list) and all(map(_is_text, methods)):
        keys[f"{issuer}:amr"] = tuple(methods)
    elif isinstance(methods, str):
        keys[f"{issuer}:amr"] = (methods,)
    if claims.get("azp") is not None:
        other = _audiences(claims)
        keys[f"{issuer}:oaud"] = other if len(other) > 1 else other[0]
    return keys | {f"{issuer}:aud": audience, f"{issuer}:sub": subject}


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _source_identity(claims: Claims) -> str:
    value = claims.get(SOURCE_IDENTITY)
    if value is None:
        return ""
    if not isinstance(value, str) or SOURCE_IDENTITY_SHAPE.fullmatch(value) is None:
        problem = "it must have 2 to 64 letters, digits and characters of _+=,.@-"
        raise ClaimInvalid(claim=SOURCE_IDENTITY, problem=problem)
    return value
