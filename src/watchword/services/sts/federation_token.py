"""GetFederationToken: a named guest of a user, with no more than both of them may."""

from __future__ import annotations

from collections.abc import Sequence

from watchword.domain.arn import sts_arn
from watchword.domain.principal import PrincipalType
from watchword.policy import MalformedPolicy
from watchword.services.operation import Asking, Call, Need, Reply, Target, Way, operation
from watchword.services.sts import credentials, packing, session_policies, session_tags
from watchword.services.sts.credentials import Holder, Limits
from watchword.services.sts.refusals import (
    DuplicateTagKeys,
    PackedPolicyTooLarge,
    SessionCredentialsRefused,
    SessionPolicyTooLong,
    SessionPolicyUnknown,
    TagKeyReserved,
    TooManySessionPolicies,
)
from watchword.services.sts.session_policies import Descriptors
from watchword.services.sts.session_token import lifetime


def _federated_user(asking: Asking) -> Target:
    """AWS refuses session credentials before it asks any policy."""
    if asking.caller.session is not None:
        raise SessionCredentialsRefused(operation="GetFederationToken")
    account = asking.caller.account
    return Target(sts_arn(account, f"federated-user/{asking.parameters['name']}"), account)


def _tagging(asking: Asking, _target: Target) -> Sequence[Need]:
    return (Need("sts:TagSession"),) if asking.parameters.get("tags") else ()


@operation(
    "sts",
    way=Way.MEMORY,
    on=_federated_user,
    journal=("name", "policy", "policy_arns", "duration_seconds", "tags"),
    told=(*credentials.TOLD, "PackedPolicySize", "FederatedUser.Arn", "FederatedUser.FederatedUserId"),
    raises=(
        SessionCredentialsRefused,
        MalformedPolicy,
        SessionPolicyTooLong,
        SessionPolicyUnknown,
        TooManySessionPolicies,
        DuplicateTagKeys,
        TagKeyReserved,
        PackedPolicyTooLarge,
    ),
    also=_tagging,
)
def get_federation_token(
    call: Call,
    *,
    name: str,
    policy: str | None = None,
    policy_arns: Descriptors | None = None,
    duration_seconds: int | None = None,
    tags: session_tags.Passed | None = None,
    minimum_session_token_size: int | None = None,  # noqa: ARG001 - a token is as long as what it carries
) -> Reply:
    """Give temporary credentials to a federated user; without a session policy, resource policies alone grant to it.

    Raises SessionCredentialsRefused, MalformedPolicy, SessionPolicyTooLong, SessionPolicyUnknown,
    TooManySessionPolicies, DuplicateTagKeys, TagKeyReserved, PackedPolicyTooLarge.

    Source: STS API, GetFederationToken.
    """
    limits = Limits(
        session_policies.read(call, call.account, policy, policy_arns),
        session_tags.read(tags, None),
    )
    packed = packing.percentage(limits.policies, limits.tags)
    who = call.caller.principal
    holder = Holder(PrincipalType.FEDERATED_USER, who.account, who.unique_id, who.issuer_arn, name)
    session, reply = credentials.issue(call, holder, seconds=lifetime(call, duration_seconds), limits=limits)
    federated = session.principal()
    reply["FederatedUser"] = {"FederatedUserId": federated.user_id, "Arn": federated.arn}
    reply["PackedPolicySize"] = packed
    return reply
