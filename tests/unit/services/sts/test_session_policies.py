"""Session policies: what may narrow a session."""

import pytest

from tests.unit.services.sts.world import ACCOUNT, OTHER, READ, ROLE_ARN, World, role, user
from watchword.domain.arn import iam_arn
from watchword.policy import Kind, compile_policy, parse
from watchword.services.operation import Reply
from watchword.services.sts import refusals

OURS = iam_arn(ACCOUNT, "policy/Ours")
THEIRS = iam_arn(OTHER, "policy/Theirs")
AWS_S = iam_arn("aws", "policy/ReadOnlyAccess")
POLICIES = dict.fromkeys((OURS, THEIRS, AWS_S), compile_policy(parse(READ, Kind.IDENTITY)))


def narrowed(*arns: str, policy: str | None = None, world: World | None = None) -> Reply:
    return (world or World(role(), policies=POLICIES)).ask(
        "assume_role",
        user(),
        role_arn=ROLE_ARN,
        role_session_name="RoleSession1",
        policy=policy,
        policy_arns=[{"arn": arn} for arn in arns],
    )


def test_managed_policies_of_the_role_s_account_and_of_aws() -> None:
    world = World(role(), policies=POLICIES)
    session = world.session(narrowed(OURS, AWS_S, policy=READ, world=world))
    assert session.policy_arns == (OURS, AWS_S)
    assert session.policies == (READ,)


@pytest.mark.parametrize("arn", [THEIRS, iam_arn(ACCOUNT, "policy/Missing"), "not-an-arn-but-long-enough"])
def test_a_managed_policy_must_exist_in_the_role_s_account(arn: str) -> None:
    with pytest.raises(refusals.SessionPolicyUnknown, match="does not exist in account"):
        narrowed(OURS, arn)


def test_ten_managed_policies_and_no_more() -> None:
    narrowed(*[OURS] * 10)
    with pytest.raises(refusals.TooManySessionPolicies, match="'policyArns' failed to satisfy constraint: Member must"):
        narrowed(*[OURS] * 11)


def test_2048_characters_inline_and_managed_together() -> None:
    narrowed(policy=READ + " " * (2_048 - len(READ)))
    narrowed(OURS, policy=READ + " " * (2_048 - len(READ) - len(OURS)))
    for arns in ((), (OURS,)):
        with pytest.raises(refusals.SessionPolicyTooLong, match="'policy' failed to satisfy constraint: Member must"):
            narrowed(*arns, policy=READ + " " * (2_049 - len(READ) - sum(map(len, arns))))
