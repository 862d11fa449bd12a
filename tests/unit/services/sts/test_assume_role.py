"""AssumeRole: who it is for, how long, and what comes along a chain."""

from typing import Any

import pytest

from tests.unit.services.sts.world import (
    ACCOUNT,
    NOW,
    OTHER,
    READ,
    ROLE_ARN,
    USER_KEY,
    World,
    role,
    root,
    user,
)
from watchword.domain.arn import iam_arn
from watchword.domain.ids import account_of
from watchword.domain.principal import PrincipalType
from watchword.domain.refusal import Refusal
from watchword.policy import MalformedPolicy
from watchword.services.operation import Caller, Reply
from watchword.services.sts import refusals
from watchword.services.sts.credentials import LARGEST_TOKEN, LONGEST_CHAIN

SECOND_ARN = iam_arn(ACCOUNT, "role/Second")


def assume(world: World, caller: Caller | None = None, arn: str = ROLE_ARN, **more: Any) -> Reply:
    return world.ask("assume_role", caller or user(), role_arn=arn, role_session_name="RoleSession1", **more)


def chained(world: World, **first: Any) -> Caller:
    return world.holder(assume(world, **first))


def test_the_answer_has_everything_an_sdk_reads() -> None:
    world = World(role())
    reply = assume(world)
    told = reply["Credentials"]
    assert told["AccessKeyId"].startswith("ASIA")
    assert account_of(told["AccessKeyId"]) == ACCOUNT
    assert told["SecretAccessKey"] == world.tokens.secret_for(told["AccessKeyId"]).reveal()
    assert told["Expiration"] == int(NOW) + 3_600
    assert reply["AssumedRoleUser"] == {
        "AssumedRoleId": "AROAReader:RoleSession1",
        "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/RoleSession1",
    }
    assert "PackedPolicySize" not in reply
    assert "SourceIdentity" not in reply
    assert reply["SessionTokenSize"] == len(told["SessionToken"])
    assert 0 < reply["SessionTokenUtilization"] <= 100


def test_the_session_is_the_role_s_and_knows_who_asked() -> None:
    world = World(role())
    session = world.session(assume(world, duration_seconds=900))
    assert session.type is PrincipalType.ASSUMED_ROLE
    assert (session.account, session.unique_id, session.issuer_arn) == (ACCOUNT, "AROAReader", ROLE_ARN)
    assert (session.issued_at, session.expires_at) == (int(NOW), int(NOW) + 900)
    assert [(link.arn, link.access_key_id) for link in session.chain] == [(user().principal.arn, USER_KEY)]
    assert session.issuing_key_id == USER_KEY
    assert not session.mfa


def test_a_role_of_another_account_gives_that_account_s_credentials() -> None:
    world = World(role(iam_arn(OTHER, "role/Guest")))
    told = assume(world, arn=iam_arn(OTHER, "role/Guest"))["Credentials"]
    assert account_of(told["AccessKeyId"]) == OTHER


def test_a_chain_leads_back_to_the_first_key() -> None:
    world = World(role(), role(SECOND_ARN))
    first = chained(world)
    session = world.session(assume(world, first, SECOND_ARN))
    assert [(link.arn, link.access_key_id) for link in session.chain] == [
        (user().principal.arn, USER_KEY),
        (first.principal.arn, first.access_key_id),
    ]


def test_a_chain_ends_before_a_link_would_be_lost() -> None:
    world = World(role())
    caller = user()
    for _ in range(LONGEST_CHAIN):
        caller = world.holder(assume(world, caller))
    with pytest.raises(refusals.ChainTooLong):
        assume(world, caller)


def test_the_largest_session_fits_its_token() -> None:
    arn = iam_arn(ACCOUNT, f"role/{'p' * 510}/{'r' * 64}")
    world = World(role(arn))
    caller = user()
    parameters: dict[str, Any] = {
        "policy": READ + " " * (2_048 - len(READ)),
        "tags": [{"Key": "k" * 128, "Value": "v" * 128}],
        "source_identity": "s" * 64,
    }
    reply: Reply = {}
    for _ in range(LONGEST_CHAIN):
        reply = world.ask("assume_role", caller, role_arn=arn, role_session_name="n" * 64, **parameters)
        caller = world.holder(reply)
    assert reply["SessionTokenSize"] <= LARGEST_TOKEN


@pytest.mark.parametrize("asked", [3_601, 7_200])
def test_no_longer_than_the_role_allows(asked: int) -> None:
    message = r"The requested DurationSeconds exceeds the MaxSessionDuration set for this role\."
    with pytest.raises(refusals.RoleDurationExceeded, match=message):
        assume(World(role()), duration_seconds=asked)


def test_as_long_as_the_role_allows() -> None:
    world = World(role(longest=43_200))
    assert world.session(assume(world, duration_seconds=43_200)).expires_at == int(NOW) + 43_200
    assert world.session(assume(world)).expires_at == int(NOW) + 3_600


def test_a_chained_session_lives_an_hour_at_most() -> None:
    world = World(role(), role(SECOND_ARN, longest=43_200))
    caller = chained(world)
    with pytest.raises(refusals.ChainedDurationExceeded, match="the 1 hour session limit for roles assumed by role ch"):
        assume(world, caller, SECOND_ARN, duration_seconds=3_601)
    assert world.session(assume(world, caller, SECOND_ARN, duration_seconds=3_600)).expires_at == int(NOW) + 3_600


def test_a_user_s_session_token_is_no_chain() -> None:
    world = World(role(longest=43_200))
    caller = world.holder(world.ask("get_session_token", user()))
    assert world.session(assume(world, caller, duration_seconds=43_200)).expires_at == int(NOW) + 43_200


def test_tags_and_policy_are_carried_and_counted() -> None:
    world = World(role())
    reply = assume(
        world,
        tags=[{"Key": "Project", "Value": "Automation"}, {"Key": "Team", "Value": "é"}],
        transitive_tag_keys=["project"],
        policy=READ,
    )
    session = world.session(reply)
    assert session.tags == (("Project", "Automation"), ("Team", "é"))
    assert session.transitive_tag_keys == ("Project",)
    assert session.policies == (READ,)
    assert reply["PackedPolicySize"] == -(-(len(READ) + 17 + 6) * 100 // 2_304)


def test_transitive_tags_pass_on() -> None:
    world = World(role(), role(SECOND_ARN))
    caller = chained(
        world, tags=[{"Key": "Star", "Value": "1"}, {"Key": "Sun", "Value": "1"}], transitive_tag_keys=["Star"]
    )
    reply = assume(world, caller, SECOND_ARN)
    session = world.session(reply)
    assert (session.tags, session.transitive_tag_keys) == ((("Star", "1"),), ("Star",))
    assert reply["PackedPolicySize"] == 1
    with pytest.raises(refusals.TransitiveKeyInherited):
        assume(world, caller, SECOND_ARN, tags=[{"Key": "star", "Value": "2"}])


def test_a_transitive_tag_overrides_the_role_s_before_trust_is_asked() -> None:
    world = World(role(), role(SECOND_ARN, tags={"star": "3", "Lightning": "3"}))
    caller = chained(world, tags=[{"Key": "Star", "Value": "1"}], transitive_tag_keys=["Star"])
    target = world.target("assume_role", caller, role_arn=SECOND_ARN)
    assert target.tags() == {"Lightning": "3", "Star": "1"}


def test_tags_alone_can_be_too_much() -> None:
    tags = [{"Key": f"key-{number}", "Value": "v" * 256} for number in range(10)]
    with pytest.raises(refusals.PackedTagsTooLarge, match=r"Packed size of session tags consumes 114% of allotted sp"):
        assume(World(role()), tags=tags)


def test_a_policy_and_tags_can_be_too_much() -> None:
    with pytest.raises(refusals.PackedPolicyTooLarge, match=r"Packed policy consumes 10\d% of allotted space, please"):
        assume(World(role()), policy=READ + " " * (2_048 - len(READ)), tags=[{"Key": "k" * 128, "Value": "v" * 256}])


def test_source_identity_is_set_once_and_kept() -> None:
    world = World(role(), role(SECOND_ARN))
    reply = assume(world, source_identity="Admin")
    assert reply["SourceIdentity"] == "Admin"
    caller = world.holder(reply)
    assert assume(world, caller, SECOND_ARN)["SourceIdentity"] == "Admin"
    assert world.session(assume(world, caller, SECOND_ARN, source_identity="Admin")).source_identity == "Admin"
    with pytest.raises(refusals.SourceIdentityFixed, match="The source identity is already set"):
        assume(world, caller, SECOND_ARN, source_identity="Other")


def test_a_malformed_session_policy_is_refused() -> None:
    with pytest.raises(MalformedPolicy):
        assume(World(role()), policy="{not json")


def test_provided_contexts_are_refused() -> None:
    with pytest.raises(refusals.ContextsNotOffered):
        assume(World(role()), provided_contexts=[{"ProviderArn": "arn:aws:iam::aws:contextProvider/IdentityCenter"}])


def test_the_target_is_the_role_and_its_trust() -> None:
    known = role()
    target = World(known).target("assume_role", user(), role_arn=ROLE_ARN)
    assert (target.arn, target.account, target.policy, target.subject) == (ROLE_ARN, ACCOUNT, known.trust, known)
    assert target.trust


def test_a_role_that_is_missing_trusts_nobody() -> None:
    arn = iam_arn(OTHER, "role/Nobody")
    target = World().target("assume_role", user(), role_arn=arn)
    assert (target.arn, target.account, target.policy, target.subject) == (arn, OTHER, None, None)
    assert target.trust


@pytest.mark.parametrize(
    "arn",
    [
        "nothing-valid-in-here",
        "arn::b:::something/test-role",
        f"arn:aws:iam::{ACCOUNT}:user/ann-and-more",
        f"arn:aws:iam::{ACCOUNT}:role/",
        f"arn:aws:iam:us-east-1:{ACCOUNT}:role/Reader",
        f"arn:aws:iam::{ACCOUNT}:role/Reader\nx",
    ],
)
def test_what_is_no_role_arn_is_invalid(arn: str) -> None:
    with pytest.raises(refusals.RoleArnInvalid) as caught:
        World(role()).target("assume_role", user(), role_arn=arn)
    assert caught.value.message == f"{arn} is invalid"


def test_root_assumes_no_role() -> None:
    with pytest.raises(refusals.RootMayNotAssume, match=r"Roles may not be assumed by root accounts\."):
        World(role()).target("assume_role", root(), role_arn=ROLE_ARN)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"serial_number": "GAHT12345678"}, refusals.MfaHalfGiven),
        ({"token_code": "123456"}, refusals.MfaHalfGiven),
    ],
)
def test_a_second_factor_is_given_whole(given: dict[str, str], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        World(role()).target("assume_role", user(), role_arn=ROLE_ARN, **given)


@pytest.mark.parametrize(
    ("parameters", "actions"),
    [
        ({}, ()),
        ({"tags": []}, ()),
        ({"tags": [{"Key": "a", "Value": "b"}]}, ("sts:TagSession",)),
        ({"source_identity": "Admin"}, ("sts:SetSourceIdentity",)),
        (
            {"tags": [{"Key": "a", "Value": "b"}], "source_identity": "Admin"},
            ("sts:TagSession", "sts:SetSourceIdentity"),
        ),
    ],
)
def test_tagging_and_naming_need_their_own_allow(parameters: dict[str, Any], actions: tuple[str, ...]) -> None:
    assert World(role()).needs("assume_role", user(), role_arn=ROLE_ARN, **parameters) == actions
