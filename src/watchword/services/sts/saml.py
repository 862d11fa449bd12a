"""AssumeRoleWithSAML: a role's permissions, for whom a SAML provider vouches.

1 find the provider, 2 verify its response and read what was signed, 3 see that it is for here and now, 4 see that it
gives the role that is asked for, 5 ask the role's trust policy, 6 issue.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from watchword.crypto.saml import check_validity, read_response
from watchword.crypto.saml import refusals as saml
from watchword.domain.principal import Principal, PrincipalType
from watchword.domain.refusal import InvalidIdentityToken
from watchword.policy import MalformedPolicy
from watchword.services.deciding.layers import overriding
from watchword.services.directory import Miss
from watchword.services.known import KnownRole, KnownSamlProvider
from watchword.services.operation import Asking, Call, Caller, Need, Reply, Target, Way, operation
from watchword.services.sts import credentials, packing, role_sessions, session_policies, session_tags
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
from watchword.services.sts.saml_claims import Claims, read_claims
from watchword.services.sts.saml_keys import context_keys
from watchword.services.sts.saml_refusals import NotEntitled, ProviderUnknown
from watchword.services.sts.session_policies import Descriptors

PROVIDER_ARN = re.compile(r"arn:[a-z-]+:iam::[0-9]{12}:saml-provider/[\w.-]{1,128}", re.ASCII)


def vouched_for(asking: Asking) -> Caller:
    """Say whom the response of a request vouches for: steps 1 to 3.

    Providers keep real time, which no sandbox moves. Verifying takes milliseconds, a hostile response some more, so
    that it is never done on the event loop.
    Raises RequestArnInvalid, ProviderUnknown, Miss, and the refusals of `crypto.saml` and of `saml_claims`.
    """
    asked = asking.parameters
    if (
        role_sessions.ROLE_ARN.fullmatch(asked["role_arn"]) is None
        or PROVIDER_ARN.fullmatch(asked["principal_arn"]) is None
    ):
        raise RequestArnInvalid
    if asking.transaction is None:
        raise Miss("saml_assertion")
    provider = asking.directory.saml_provider(asked["principal_arn"])  # 1
    if provider is None:
        raise ProviderUnknown
    claims = _claims(asking, provider, asked["saml_assertion"])
    assertion = claims.assertion
    who = f"{provider.arn}:{assertion.recipient}:{assertion.subject}"
    principal = Principal(PrincipalType.SAML_USER, "", provider.arn, who, "", provider.arn, assertion.subject)
    return Caller(principal, "", vouched=claims)


def _claims(asking: Asking, provider: KnownSamlProvider, response: str) -> Claims:
    now = asking.tools.clock.real()
    if provider.valid_until <= now:
        raise saml.MetadataExpired
    assertion = read_response(response, provider.metadata)  # 2
    check_validity(assertion, provider_id=provider.id, now=now)  # 3
    if not assertion.subject:
        raise NotEntitled
    return read_claims(assertion, provider, most_tags=asking.tools.quotas.session_tags)


def _role(asking: Asking) -> Target:
    """Name the role, if the response gives it: step 4. One that does not exist trusts nobody.

    Raises NotEntitled.
    """
    asked, claims = asking.parameters, _of(asking.caller)
    arn = asked["role_arn"]
    if frozenset((arn, asked["principal_arn"])) not in claims.pairs:
        raise NotEntitled
    role = asking.directory.role_by_arn(arn)

    def tags() -> Mapping[str, str]:
        return overriding(role.tags, claims.tags) if role else {}

    return Target(
        arn,
        role.account if role else arn.split(":")[4],
        tags,
        keys=lambda: context_keys(claims),
        request_tags=lambda: claims.tags,
        policy=role.trust if role else None,
        trust=True,
        subject=role,
    )


def _further(asking: Asking, _target: Target) -> Sequence[Need]:
    claims = _of(asking.caller)
    return (
        *((Need("sts:TagSession"),) if claims.tags else ()),
        *((Need("sts:SetSourceIdentity"),) if claims.source_identity else ()),
    )


@operation(
    "sts",
    way=Way.MEMORY,
    on=_role,
    asks=vouched_for,
    journal=("role_arn", "principal_arn", "policy_arns", "policy", "duration_seconds"),
    told=(
        *credentials.TOLD,
        "AssumedRoleUser.AssumedRoleId",
        "AssumedRoleUser.Arn",
        "PackedPolicySize",
        "Subject",
        "SubjectType",
        "Issuer",
        "Audience",
        "NameQualifier",
        "SourceIdentity",
    ),
    raises=(
        RequestArnInvalid,
        InvalidIdentityToken,
        saml.ResponseExpired,
        saml.SignInRejected,
        NotEntitled,
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
    also=_further,
)
def assume_role_with_saml(
    call: Call,
    *,
    role_arn: str,  # noqa: ARG001 - the target's subject is the role
    principal_arn: str,  # noqa: ARG001 - read by `vouched_for`, as is the next
    saml_assertion: str,  # noqa: ARG001
    policy_arns: Descriptors | None = None,
    policy: str | None = None,
    duration_seconds: int | None = None,
    minimum_session_token_size: int | None = None,  # noqa: ARG001 - a token is as long as what it carries
) -> Reply:
    """Give temporary credentials of a role to whom a SAML provider vouches for.

    Raises whatever `raises` names, and what is more precise than InvalidIdentityToken and ResponseExpired.
    Source: STS API, AssumeRoleWithSAML.
    """
    role: KnownRole = call.target.subject
    claims = _of(call.caller)
    assertion = claims.assertion
    limits = Limits(
        session_policies.read(call, role.account, policy, policy_arns),
        session_tags.read([{"Key": key, "Value": value} for key, value in claims.tags.items()], claims.transitive_keys),
        claims.source_identity,
    )
    packed = packing.percentage(limits.policies, limits.tags)
    seconds = _lifetime(role, duration_seconds, claims, call.asking.tools.clock.real())
    reply = role_sessions.issue(
        call,
        claims.session_name,
        seconds=seconds,
        limits=limits,
        packed=packed,
        vouched=Vouched(assertion.recipient, assertion.subject_type, claims.name_qualifier),
    )
    return {
        **reply,
        "Subject": assertion.subject,
        "SubjectType": assertion.subject_type,
        "Issuer": assertion.issuer,
        "Audience": assertion.recipient,
        "NameQualifier": claims.name_qualifier,
    }


def _lifetime(role: KnownRole, asked: int | None, claims: Claims, now: float) -> int:
    """Give the session's seconds: as asked, and no longer than the provider lets it last.

    Raises RoleDurationExceeded.   Source: STS API, AssumeRoleWithSAML, DurationSeconds; IAM User Guide, "Configure SAML
    assertions for the authentication response", SessionDuration, which only shortens what is asked of this operation.
    """
    limits = [role_sessions.lifetime(role, asked)]
    if claims.longest is not None:
        limits.append(claims.longest)
    if claims.assertion.session_until is not None:
        limits.append(max(1, int(claims.assertion.session_until - now)))
    return min(limits)


def _of(caller: Caller) -> Claims:
    if not isinstance(caller.vouched, Claims):
        msg = "nobody vouches for the caller of AssumeRoleWithSAML"
        raise TypeError(msg)
    return caller.vouched
