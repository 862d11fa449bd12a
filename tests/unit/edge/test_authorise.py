"""What limits a session, and what becomes of the limit when a policy that made it is gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.edge.asked import ACCOUNT, NOW, TOOLS, declared, holder, no_vaults, session
from watchword.domain.arn import iam_arn
from watchword.domain.principal import PrincipalType
from watchword.edge.authorise import authorise
from watchword.edge.denial import Denied
from watchword.policy import Kind, Policy, compile_policy, parse
from watchword.services.deciding.context import Connection
from watchword.services.directory import Directory
from watchword.services.limits import UNLIMITED, Limits
from watchword.services.memory import Memory
from watchword.services.operation import Asking, Caller, Target

CONNECTION = Connection("192.0.2.7", None, secure=True, region="")
EVERYTHING = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'
NOT_USERS = '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"iam:CreateUser","Resource":"*"}}'
TASK = iam_arn("aws", "policy/root-task/IAMAuditRootUserCredentials")


class Knows(Directory):
    """Knows the managed policies that it is given."""

    __slots__ = ("policies",)

    def __init__(self, policies: Mapping[str, str]) -> None:
        super().__init__(Memory(), no_vaults)
        self.policies = {arn: compile_policy(parse(text, Kind.IDENTITY), arn) for arn, text in policies.items()}

    def managed_policy(self, arn: str) -> Policy | None:
        return self.policies.get(arn)

    def limits(self, account: str) -> Limits:  # noqa: ARG002 - nobody's organization limits anybody here
        return UNLIMITED


def root_session(*policy_arns: str) -> Caller:
    """What AssumeRoot gives: all rights, but for what managed policies deny."""
    given = session(PrincipalType.ROOT, policies=(EVERYTHING,), policy_arns=policy_arns)
    return holder(replace(given, unique_id=ACCOUNT, issuer_arn=iam_arn(ACCOUNT, "root")))


def may_create(caller: Caller, policies: Mapping[str, str]) -> bool:
    operation: Any = declared("iam", "create_user", always=False)
    asking = Asking(caller, {}, Knows(policies), TOOLS, NOW)
    target = Target(iam_arn(ACCOUNT, "user/bob"), ACCOUNT)
    try:
        authorise(operation, "iam:CreateUser", asking, target, connection=CONNECTION, request_id="r-1")
    except Denied:
        return False
    return True


def test_a_managed_session_policy_speaks() -> None:
    assert may_create(root_session(TASK), {TASK: EVERYTHING})
    assert not may_create(root_session(TASK), {TASK: NOT_USERS})


@pytest.mark.parametrize("left", [{}, {TASK: EVERYTHING}])
def test_a_session_policy_that_is_gone_may_have_denied_everything(left: Mapping[str, str]) -> None:
    assert not may_create(root_session(TASK, iam_arn(ACCOUNT, "policy/Gone")), left)
