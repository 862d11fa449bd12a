"""What operations on managed policies act on: policies by their ARN."""

from __future__ import annotations

import re

from watchword.services.iam.policy_refusals import NoSuchPolicy, UnreadableArn
from watchword.services.operation import Asking, Call, Target
from watchword.store import aws_policies, policies, tags
from watchword.store.accounts import AWS
from watchword.store.policies import ManagedPolicy
from watchword.store.tx import Tx

_POLICY_ARN = re.compile(r"arn:aws:iam::([0-9]{12}|aws):policy/[\x21-\x7e]+")


def policy_account(arn: str) -> str:
    """Read whose policy an ARN names: an account id, or `aws`.

    Raises UnreadableArn.
    """
    parsed = _POLICY_ARN.fullmatch(arn)
    if parsed is None:
        raise UnreadableArn
    return parsed[1]


def existing_policy(asking: Asking) -> Target:
    """The policy that `PolicyArn` names.

    AWS's own are everyone's to read. Another account's is not looked up: with no policy of its own, it is nobody
    else's to use.

    Raises UnreadableArn.
    """
    arn = asking.parameters["policy_arn"]
    account = policy_account(arn)
    if account == AWS:
        return Target(arn, asking.caller.account, subject=aws_policies.by_arn(arn))
    if account != asking.caller.account:
        return Target(arn, account)
    tx, policy = asking.tx, policies.by_arn(asking.tx, arn)
    if policy is None:
        return Target(arn, account)
    return Target(arn, account, tags=lambda: tags.of(tx, policy.id), subject=policy)


def changeable_policy(asking: Asking) -> Target:
    """The policy that `PolicyArn` names, to be changed: AWS's own are AWS's alone, so that nobody may.

    Raises UnreadableArn.
    """
    target = existing_policy(asking)
    return Target(target.arn, AWS) if policy_account(target.arn) == AWS else target


def found_policy(call: Call) -> ManagedPolicy:
    """Give the policy that the request was allowed on.

    Raises NoSuchPolicy.
    """
    if not isinstance(call.target.subject, ManagedPolicy):
        raise NoSuchPolicy(arn=call.target.arn)
    return call.target.subject


def usable_policy(tx: Tx, account: str, arn: str) -> ManagedPolicy | None:
    """Find a policy that this account may attach or be bounded by: one of its own or of AWS's.

    Raises UnreadableArn.
    """
    owner = policy_account(arn)
    if owner == AWS:
        return aws_policies.by_arn(arn)
    return policies.by_arn(tx, arn) if owner == account else None
