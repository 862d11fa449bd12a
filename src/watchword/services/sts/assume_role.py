"""AssumeRole: a role's permissions, for whom its trust policy lets in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from watchword.crypto.tokens import Session
from watchword.domain.principal import PrincipalType
from watchword.policy import MalformedPolicy
from watchword.services.deciding.layers import overriding
from watchword.services.known import KnownRole
from watchword.services.operation import Asking, Call, Need, Reply, Target, Way, operation
from watchword.services.sts import credentials, mfa, packing, role_sessions, session_policies, session_tags
from watchword.services.sts.credentials import Limits
from watchword.services.sts.refusals import (
    ChainedDurationExceeded,
    ChainTooLong,
    ContextsNotOffered,
    DuplicateTagKeys,
    PackedPolicyTooLarge,
    RoleArnInvalid,
    RoleDurationExceeded,
    RootMayNotAssume,
    SessionPolicyTooLong,
    SessionPolicyUnknown,
    SourceIdentityFixed,
    TagKeyReserved,
    TooManySessionPolicies,
    TransitiveKeyInherited,
    TransitiveKeyNotPassed,
)
from watchword.services.sts.session_policies import Descriptors
from watchword.services.sts.session_tags import NO_TAGS, SessionTags

LONGEST_CHAINED = 3_600
"""Seconds.  Source: IAM User Guide, "Role chaining"."""


def _role(asking: Asking) -> Target:
    """Name the role. One that does not exist trusts nobody, so that nobody learns which roles there are.

    Raises RoleArnInvalid, RootMayNotAssume, and the refusals of `mfa`: AWS tells these before it asks any policy.
    """
    asked = asking.parameters
    arn = asked["role_arn"]
    named = role_sessions.ROLE_ARN.fullmatch(arn)
    if named is None:
        raise RoleArnInvalid(arn=arn)
    if asking.caller.principal.type is PrincipalType.ROOT:
        raise RootMayNotAssume
    mfa_at = mfa.shown_at(asking)
    role = asking.directory.role_by_arn(arn)
    if role is None:
        return Target(arn, named[1], trust=True, mfa_at=mfa_at)

    def tags() -> Mapping[str, str]:
        return overriding(role.tags, _inherited(asking.caller.session).tags)

    return Target(role.arn, role.account, tags, policy=role.trust, trust=True, mfa_at=mfa_at, subject=role)


def _further(asking: Asking, _target: Target) -> Sequence[Need]:
    """What is passed on from the session that asks needs its own allow as much as what is passed anew."""
    asked, session = asking.parameters, asking.caller.session
    tagged = asked.get("tags") or (session and session.transitive_tag_keys)
    named = asked.get("source_identity") or (session and session.source_identity)
    return (
        *((Need("sts:TagSession"),) if tagged else ()),
        *((Need("sts:SetSourceIdentity"),) if named else ()),
    )


@operation(
    "sts",
    way=Way.MEMORY,
    on=_role,
    journal=(
        "role_arn",
        "role_session_name",
        "policy",
        "policy_arns",
        "duration_seconds",
        "tags",
        "transitive_tag_keys",
        "external_id",
        "serial_number",
        "source_identity",
    ),
    told=(
        *credentials.TOLD,
        "PackedPolicySize",
        "AssumedRoleUser.AssumedRoleId",
        "AssumedRoleUser.Arn",
        "SourceIdentity",
    ),
    raises=(
        RoleArnInvalid,
        RootMayNotAssume,
        *mfa.REFUSALS,
        ContextsNotOffered,
        SourceIdentityFixed,
        DuplicateTagKeys,
        TagKeyReserved,
        TransitiveKeyInherited,
        TransitiveKeyNotPassed,
        MalformedPolicy,
        SessionPolicyTooLong,
        SessionPolicyUnknown,
        TooManySessionPolicies,
        PackedPolicyTooLarge,
        ChainedDurationExceeded,
        RoleDurationExceeded,
        ChainTooLong,
    ),
    keys={
        "sts:ExternalId": "external_id",
        "sts:RoleSessionName": "role_session_name",
        "sts:SourceIdentity": "source_identity",
        "sts:TransitiveTagKeys": "transitive_tag_keys",
    },
    also=_further,
    changed_by=mfa.PARAMETERS,
)
def assume_role(
    call: Call,
    *,
    role_arn: str,  # noqa: ARG001 - the target's subject is the role
    role_session_name: str,
    policy_arns: Descriptors | None = None,
    policy: str | None = None,
    duration_seconds: int | None = None,
    tags: session_tags.Passed | None = None,
    transitive_tag_keys: Sequence[str] | None = None,
    external_id: str | None = None,  # noqa: ARG001 - the trust policy's to ask for
    serial_number: str | None = None,  # noqa: ARG001 - settled before the decision
    token_code: str | None = None,  # noqa: ARG001 - settled before the decision
    source_identity: str | None = None,
    provided_contexts: Sequence[Mapping[str, str]] | None = None,
    minimum_session_token_size: int | None = None,  # noqa: ARG001 - a token is as long as what it carries
) -> Reply:
    """Give temporary credentials of a role. A second factor counts for its trust policy, and not for the session.

    Raises whatever `raises` names.   Source: STS API, AssumeRole.
    """
    role: KnownRole = call.target.subject
    before = call.caller.session
    if provided_contexts:
        raise ContextsNotOffered
    limits = Limits(
        session_policies.read(call, role.account, policy, policy_arns),
        session_tags.read(tags, transitive_tag_keys, _inherited(before)),
        _source_identity(before, source_identity),
    )
    packed = packing.percentage(limits.policies, limits.tags)
    seconds = _lifetime(role, before, duration_seconds)
    return role_sessions.issue(call, role_session_name, seconds=seconds, limits=limits, packed=packed)


def _lifetime(role: KnownRole, before: Session | None, asked: int | None) -> int:
    chained = before is not None and before.type is PrincipalType.ASSUMED_ROLE
    if chained and asked is not None and asked > LONGEST_CHAINED:
        raise ChainedDurationExceeded
    return role_sessions.lifetime(role, asked)


def _source_identity(before: Session | None, asked: str | None) -> str:
    held = before.source_identity if before else ""
    if held and asked and asked != held:
        raise SourceIdentityFixed
    return held or asked or ""


def _inherited(before: Session | None) -> SessionTags:
    if before is None or not before.transitive_tag_keys:
        return NO_TAGS
    return SessionTags(dict(before.tags), before.transitive_tag_keys).inherited()
