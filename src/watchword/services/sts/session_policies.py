"""Session policies: the inline document and the managed policies that narrow one session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from watchword import policy as language
from watchword.domain.arn import Arn
from watchword.services.operation import Call
from watchword.services.sts.refusals import SessionPolicyTooLong, SessionPolicyUnknown, TooManySessionPolicies

Descriptors = Sequence[Mapping[str, str]]
"""The PolicyArns parameter: each with `arn`."""

AWS_MANAGED = "aws"
"""What stands for the account number in the ARN of a policy that every account has."""


@dataclass(frozen=True, slots=True)
class SessionPolicies:
    """What was passed, checked. Neither part given is not the same as a policy that grants nothing."""

    document: str | None = None
    arns: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.document is not None or bool(self.arns)


NO_POLICIES = SessionPolicies()


def read(call: Call, account: str, document: str | None, descriptors: Descriptors | None) -> SessionPolicies:
    """Check the session policies of a request; managed ones must exist in `account`, or be AWS's own.

    Raises SessionPolicyTooLong, TooManySessionPolicies, MalformedPolicy, SessionPolicyUnknown.
    """
    if document is None and not descriptors:
        return NO_POLICIES
    arns = tuple(descriptor.get("arn", "") for descriptor in descriptors or ())
    if len(arns) > call.quotas.session_policy_arns:
        raise TooManySessionPolicies(member="policyArns", limit=call.quotas.session_policy_arns)
    if len(document or "") + sum(map(len, arns)) > call.quotas.session_policy_size:
        raise SessionPolicyTooLong(member="policy", limit=call.quotas.session_policy_size)
    if document is not None:
        language.parse(document, language.Kind.SESSION)
    for arn in arns:
        if not _exists(call, account, arn):
            raise SessionPolicyUnknown(arn=arn, account=account)
    return SessionPolicies(document, arns)


def _exists(call: Call, account: str, arn: str) -> bool:
    try:
        owner = Arn.parse(arn).account
    except ValueError:
        return False
    return owner in (account, AWS_MANAGED) and call.directory.managed_policy(arn) is not None
