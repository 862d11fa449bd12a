"""GetWebIdentityToken: a signed proof of who the caller is, for services that are not here."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from watchword.crypto.jose.signing import ALGORITHMS, sign
from watchword.domain.principal import PrincipalType
from watchword.domain.refusal import Refusal
from watchword.services.deciding.layers import overriding
from watchword.services.operation import Asking, Call, Need, Reply, Target, Way, everything, operation
from watchword.services.sts import session_tags
from watchword.services.sts.refusals import DuplicateTagKeys, Invalid, TagKeyReserved
from watchword.store import token_issuers

DEFAULT_SECONDS = 300
"""Source: STS API, GetWebIdentityToken, DurationSeconds."""
LARGEST_PAYLOAD = 6_144
"""Characters of the claims. AWS documents that there is a limit, not which."""
NAMESPACE = "https://sts.amazonaws.com/"
"""Source: IAM User Guide, "Understanding token claims"."""


class FederationDisabled(Refusal):
    """Source: sts model, OutboundWebIdentityFederationDisabledException (403)."""

    code, status = "OutboundWebIdentityFederationDisabledException", 403
    text = "Outbound web identity federation is not enabled for your account."


class DurationEscalation(Refusal):
    """A token must not outlive the session that it is got with.  Source: sts model (403)."""

    code, status = "SessionDurationEscalationException", 403
    text = "The requested token duration would extend the session beyond its original expiration time."


class PayloadTooLarge(Refusal):
    """Source: sts model, JWTPayloadSizeExceededException (400)."""

    code = "JWTPayloadSizeExceededException"
    text = "The requested token payload size exceeds the maximum allowed size."


class AlgorithmUnknown(Invalid):
    """Source: STS API, GetWebIdentityToken, SigningAlgorithm."""

    text = (
        "1 validation error detected: Value '{algorithm}' at 'signingAlgorithm' failed to satisfy constraint: "
        "Member must satisfy enum value set: [RS256, ES384]"
    )


def _for_how_long(asking: Asking) -> Target:
    """AWS authorises it on no resource; policies may ask how long the token lives, whether that was said or not."""
    seconds = asking.parameters.get("duration_seconds") or DEFAULT_SECONDS
    return replace(everything(asking), keys=lambda: {"sts:durationseconds": str(seconds)})


def _tagging(asking: Asking, _target: Target) -> Sequence[Need]:
    return (Need("sts:TagGetWebIdentityToken"),) if asking.parameters.get("tags") else ()


@operation(
    "sts",
    way=Way.READ,
    on=_for_how_long,
    journal=("audience", "duration_seconds", "signing_algorithm", "tags"),
    told=("Expiration",),
    raises=(
        AlgorithmUnknown,
        DuplicateTagKeys,
        TagKeyReserved,
        FederationDisabled,
        DurationEscalation,
        PayloadTooLarge,
    ),
    keys={
        "sts:IdentityTokenAudience": "audience",
        "sts:SigningAlgorithm": "signing_algorithm",
    },
    also=_tagging,
)
def get_web_identity_token(
    call: Call,
    *,
    audience: Sequence[str],
    duration_seconds: int | None = None,
    signing_algorithm: str,
    tags: session_tags.Passed | None = None,
) -> Reply:
    """Give a JWT that tells who the caller is, signed with a key that the account's issuer publishes.

    Raises AlgorithmUnknown, DuplicateTagKeys, TagKeyReserved, FederationDisabled, DurationEscalation, PayloadTooLarge.
    Source: STS API, GetWebIdentityToken.
    """
    if signing_algorithm not in ALGORITHMS:
        raise AlgorithmUnknown(algorithm=signing_algorithm)
    passed = session_tags.read(tags, None).tags
    issuer = token_issuers.of(call.tx, call.account)
    if issuer is None or not issuer.enabled:
        raise FederationDisabled
    expires_at = call.now + (DEFAULT_SECONDS if duration_seconds is None else duration_seconds)
    session = call.caller.session
    if session is not None and expires_at > session.expires_at:
        raise DurationEscalation
    claims = {
        "iss": call.asking.tools.issuer_url(issuer.id),
        "aud": audience[0] if len(audience) == 1 else list(audience),
        "sub": _subject(call),
        "iat": call.now,
        "exp": expires_at,
        "jti": str(uuid.UUID(bytes=call.random(16), version=4)),
        NAMESPACE: _identity(call, passed),
    }
    if len(msgspec.json.encode(claims)) > LARGEST_PAYLOAD:
        raise PayloadTooLarge
    key = next(key for key in token_issuers.keys(call.tx, issuer.id) if key.algorithm == signing_algorithm)
    private = call.vault.open(key.sealed_private_jwk, to=key.id)
    token = sign(claims, algorithm=signing_algorithm, key_id=key.id, private_jwk=private)
    return {"WebIdentityToken": token, "Expiration": expires_at}


def _subject(call: Call) -> str:
    """A role session is told by its role.  Source: IAM User Guide, "Understanding token claims", sub."""
    principal = call.caller.principal
    return principal.issuer_arn if principal.type is PrincipalType.ASSUMED_ROLE else principal.arn


def _identity(call: Call, passed: Mapping[str, str]) -> Mapping[str, Any]:
    """Write AWS's own claims; what there is nothing to tell of is left out."""
    organization = call.directory.organization(call.account)
    told: dict[str, Any] = {
        "aws_account": call.account,
        "org_id": organization.id if organization else None,
        "ou_path": f"{organization.id}/{organization.root_id}/" if organization else None,
        "principal_tags": _principal_tags(call),
        "request_tags": dict(passed),
    }
    return {name: value for name, value in told.items() if value}


def _principal_tags(call: Call) -> Mapping[str, str]:
    principal, session = call.caller.principal, call.caller.session
    own: Mapping[str, str] = {}
    if principal.unique_id != principal.account:
        is_role = principal.type is PrincipalType.ASSUMED_ROLE
        known = call.directory.role(principal.unique_id) if is_role else call.directory.user(principal.unique_id)
        own = known.tags if known else {}
    return overriding(own, dict(session.tags) if session else {})
