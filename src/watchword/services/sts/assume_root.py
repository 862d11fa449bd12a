"""AssumeRoot: the root of a member account, for one task, for whoever manages its organization."""

from __future__ import annotations

import json
from collections.abc import Mapping

from watchword.domain.arn import iam_arn
from watchword.domain.ids import ACCOUNT_ID
from watchword.domain.principal import PrincipalType
from watchword.policy import Kind, Policy
from watchword.services.compiling import compiled
from watchword.services.operation import Asking, Call, Reply, Target, Way, operation
from watchword.services.sts import credentials
from watchword.services.sts.credentials import Holder, Limits
from watchword.services.sts.refusals import ChainTooLong, RootMayNotAssumeRoot, RootNotAssumable, TaskPolicyUnknown
from watchword.services.sts.session_policies import SessionPolicies
from watchword.store import organizations

TASK_POLICIES = tuple(
    f"arn:aws:iam::aws:policy/root-task/{name}"
    for name in (
        "IAMAuditRootUserCredentials",
        "IAMCreateRootUserPassword",
        "IAMDeleteRootUserCredentials",
        "S3UnlockBucketPolicy",
        "SQSUnlockQueuePolicy",
    )
)
"""Source: STS API, AssumeRoot, TaskPolicyArn."""
WHATEVER_THE_TASK_LEAVES = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'
"""Task policies only deny: they are written for one who may do everything, as root may."""
LONGEST = 900
"""Seconds, and what is given unless less is asked for.  Source: STS API, AssumeRoot, DurationSeconds."""


def _root(asking: Asking) -> Target:
    """Name the root, with what its organization lets be done with it.

    Raises RootMayNotAssumeRoot.
    """
    if asking.caller.principal.type is PrincipalType.ROOT:
        raise RootMayNotAssumeRoot
    account = _account(asking.parameters["target_principal"])
    managed = _is_managed(asking, account)
    return Target(
        iam_arn(account, "root"),
        account,
        keys=lambda: _task(asking.parameters),
        policy=_open_to(asking.caller.account, account) if managed else None,
        subject=account if managed else None,
    )


def _is_managed(asking: Asking, account: str) -> bool:
    """Whether an account is an open member of the organization that the caller's manages, one with root sessions."""
    manager = asking.caller.account
    organization = organizations.of(asking.tx, manager)
    return (
        organization is not None
        and organization.management_account == manager
        and organizations.ROOT_SESSIONS in organization.features
        and account != manager
        and organizations.member(asking.tx, organization.id, account) is not None
        and not asking.directory.is_closed(account)
    )


def _open_to(manager: str, account: str) -> Policy:
    """Write down what belonging to an organization means for a member's root: its other side of the decision."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": manager},
        "Action": "sts:AssumeRoot",
        "Resource": iam_arn(account, "root"),
    }
    return compiled(json.dumps({"Version": "2012-10-17", "Statement": statement}), Kind.RESOURCE, "")


def _account(target: str) -> str:
    """Read an account id, or the ARN of its root."""
    return target if ACCOUNT_ID.fullmatch(target) else target.partition("::")[2].partition(":")[0]


def _task(parameters: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    return {"sts:taskpolicyarn": parameters["task_policy_arn"].get("arn", "")}


@operation(
    "sts",
    way=Way.READ,
    on=_root,
    journal=("target_principal", "task_policy_arn", "duration_seconds"),
    told=(*credentials.TOLD, "SourceIdentity"),
    raises=(RootMayNotAssumeRoot, RootNotAssumable, TaskPolicyUnknown, ChainTooLong),
)
def assume_root(
    call: Call,
    *,
    target_principal: str,  # noqa: ARG001 - the target's subject is the account
    task_policy_arn: Mapping[str, str],
    duration_seconds: int | None = None,
    minimum_session_token_size: int | None = None,  # noqa: ARG001 - a token is as long as what it carries
) -> Reply:
    """Give temporary credentials of a member account's root, limited to one task.

    Raises RootMayNotAssumeRoot, RootNotAssumable, TaskPolicyUnknown, ChainTooLong.   Source: STS API, AssumeRoot.
    """
    account: str | None = call.target.subject
    if account is None:  # the caller's own: nobody's policies there can open it
        raise RootNotAssumable(caller=call.caller.principal.arn, root=call.target.arn)
    task = task_policy_arn.get("arn", "")
    if task not in TASK_POLICIES:
        raise TaskPolicyUnknown(arn=task)
    before = call.caller.session
    limits = Limits(
        SessionPolicies(WHATEVER_THE_TASK_LEAVES, (task,)), source_identity=before.source_identity if before else ""
    )
    holder = Holder(PrincipalType.ROOT, account, account, iam_arn(account, "root"), "")
    seconds = LONGEST if duration_seconds is None else duration_seconds
    _, reply = credentials.issue(call, holder, seconds=seconds, limits=limits)
    if limits.source_identity:
        reply["SourceIdentity"] = limits.source_identity
    return reply
