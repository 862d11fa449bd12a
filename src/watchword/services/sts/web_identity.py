"""AssumeRoleWithWebIdentity: a role's permissions, for whom a registered OpenID provider vouches and its trust lets in.

Nobody signs: the caller is who the token is about. It has no account and no policies, so that the role's trust policy
alone decides, and the session that it gets begins a chain with no key in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from watchword.domain.principal import Principal, PrincipalType
from watchword.policy import MalformedPolicy
from watchword.services.known import KnownRole
from watchword.services.operation import Asking, Call, Caller, ContextValue, Need, Reply, Target, Way, operation
from watchword.services.sts import credentials, packing, role_sessions, session_policies
from watchword.services.sts.credentials import Limits, Vouched
from watchword.services.sts.refusals import (
    DuplicateTagKeys,
    PackedPolicyTooLarge,
    RequestArnInvalid,
    RoleDurationExceeded,
    SessionPolicyTooLong,
    SessionPolicyUnknown,
    TagKeyReserved,
    TooManySessionPolicies,
    TransitiveKeyNotPassed,
)
from watchword.services.sts.session_policies import Descriptors
from watchword.services.sts.web_identity_claims import WebIdentity
from watchword.services.sts.web_identity_refusals import (
    AccessTokenNotTaken,
    CertificateUnknown,
    ClaimInvalid,
    IdentityTokenExpired,
    IdpUnreachable,
    KeyNotFound,
    MissingClaim,
    NoSuchProvider,
    NotAToken,
    SignatureInvalid,
    TokenNotYetValid,
    WrongAudience,
)
from watchword.services.sts.web_identity_token import identified


def _vouched_for(asking: Asking) -> Caller:
    """Say who asks: the provider stands for them in policies, and their id names them as CloudTrail does.

    Raises Miss, Outside, RequestArnInvalid, AccessTokenNotTaken, and the refusals of the token.
    """
    asked = asking.parameters
    named = role_sessions.ROLE_ARN.fullmatch(asked["role_arn"])
    if named is None:
        raise RequestArnInvalid
    if asked.get("provider_id") is not None:
        raise AccessTokenNotTaken(provider=asked["provider_id"])
    identity = identified(asking, named[1], asked["web_identity_token"])
    arn = identity.provider.arn
    user_id = f"{arn}:{identity.audience}:{identity.subject}"
    who = Principal(PrincipalType.WEB_IDENTITY_USER, "", arn, user_id, "", arn, identity.subject)
    return Caller(who, "", vouched=identity)


def _role(asking: Asking) -> Target:
    """Name the role; one that does not exist trusts nobody."""
    arn = asking.parameters["role_arn"]
    identity: WebIdentity = asking.caller.vouched
    role = asking.directory.role_by_arn(arn)

    def keys() -> Mapping[str, ContextValue]:
        return {
            **identity.keys,
            "sts:sourceidentity": identity.source_identity or None,
            "sts:transitivetagkeys": identity.tags.transitive or None,
        }

    def request_tags() -> Mapping[str, str]:
        return identity.tags.tags

    if role is None:
        return Target(arn, arn.split(":")[4], keys=keys, request_tags=request_tags, trust=True)
    return Target(
        role.arn,
        role.account,
        tags=lambda: role.tags,
        keys=keys,
        request_tags=request_tags,
        policy=role.trust,
        trust=True,
        subject=role,
    )


def _further(asking: Asking, _target: Target) -> Sequence[Need]:
    identity: WebIdentity = asking.caller.vouched
    return (
        *((Need("sts:TagSession"),) if identity.tags.tags else ()),
        *((Need("sts:SetSourceIdentity"),) if identity.source_identity else ()),
    )


@operation(
    "sts",
    way=Way.MEMORY,
    asks=_vouched_for,
    on=_role,
    journal=("role_arn", "role_session_name", "provider_id", "policy_arns", "policy", "duration_seconds"),
    told=(
        *credentials.TOLD,
        "PackedPolicySize",
        "SubjectFromWebIdentityToken",
        "Audience",
        "Provider",
        "AssumedRoleUser.AssumedRoleId",
        "AssumedRoleUser.Arn",
        "SourceIdentity",
    ),
    raises=(
        RequestArnInvalid,
        AccessTokenNotTaken,
        NotAToken,
        MissingClaim,
        NoSuchProvider,
        IdpUnreachable,
        CertificateUnknown,
        KeyNotFound,
        SignatureInvalid,
        IdentityTokenExpired,
        TokenNotYetValid,
        ClaimInvalid,
        WrongAudience,
        DuplicateTagKeys,
        TagKeyReserved,
        TransitiveKeyNotPassed,
        MalformedPolicy,
        SessionPolicyTooLong,
        SessionPolicyUnknown,
        TooManySessionPolicies,
        PackedPolicyTooLarge,
        RoleDurationExceeded,
    ),
    keys={"sts:RoleSessionName": "role_session_name"},
    also=_further,
)
def assume_role_with_web_identity(
    call: Call,
    *,
    role_arn: str,  # noqa: ARG001 - the target's subject is the role
    role_session_name: str,
    web_identity_token: str,  # noqa: ARG001 - the caller is whom it is about
    provider_id: str | None = None,  # noqa: ARG001 - refused on the way
    policy_arns: Descriptors | None = None,
    policy: str | None = None,
    duration_seconds: int | None = None,
    minimum_session_token_size: int | None = None,  # noqa: ARG001 - a token is as long as what it carries
) -> Reply:
    """Give temporary credentials of a role. They may outlive the token, which has only shown who asks.

    Raises whatever `raises` names.   Source: STS API, AssumeRoleWithWebIdentity.
    """
    role: KnownRole = call.target.subject
    identity: WebIdentity = call.caller.vouched
    policies = session_policies.read(call, role.account, policy, policy_arns)
    packed = packing.percentage(policies, identity.tags)
    seconds = role_sessions.lifetime(role, duration_seconds)
    limits = Limits(policies, identity.tags, identity.source_identity)
    reply = role_sessions.issue(
        call, role_session_name, seconds=seconds, limits=limits, packed=packed, vouched=Vouched(identity.audience)
    )
    reply["SubjectFromWebIdentityToken"] = identity.subject
    reply["Audience"] = identity.audience
    reply["Provider"] = identity.provider.arn  # as recorded from AWS; its documentation speaks of the issuer
    return reply
