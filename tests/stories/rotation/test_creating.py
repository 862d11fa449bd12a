"""Scenarios 3 to 6: a new key is made once, kept, read back and proved, or it is gone again."""

from __future__ import annotations

import json
import signal
from typing import Any

import pytest

from tests.stories.rotation.killed import sweep_killed_at
from tests.stories.rotation.outcome import done, errors
from tests.stories.rotation.wire import Answer, Asked, Wire, refused, spoils, unanswered
from tests.stories.rotation.world import SETTLED, World
from watchword.rotation.acting.making import PATIENCE
from watchword.rotation.records import State


@pytest.mark.parametrize("operation", ["iam:CreateAccessKey", "secretsmanager:PutSecretValue"])
def test_scenario_03_what_a_killed_process_left_is_gone_on_with(anywhere: World, operation: str) -> None:
    """One point of each kind; every request in turn is spoiled in tests/faults/test_rotation_requests.py."""
    world = anywhere
    old = world.user("ann")
    assert sweep_killed_at(world.place, operation, world.clock.ahead) == -signal.SIGKILL
    assert world.keys("ann")[old["AccessKeyId"]]

    world.sweep(force="ann")
    world.pass_seconds(SETTLED)
    world.sweep(force="ann")

    rotation = world.rotation("ann")
    assert rotation.state is State.OVERLAP
    assert world.keys("ann") == {old["AccessKeyId"]: True, rotation.new: True}
    assert world.current("ann")["AccessKeyId"] == rotation.new
    assert len(rotation.attempts) <= 2


def test_scenario_04_a_create_whose_answer_is_lost_is_never_asked_for_blindly(anywhere: World) -> None:
    world = anywhere
    old = world.user("ann")["AccessKeyId"]
    lost: list[str] = []

    def after(asked: Asked, answer: dict[str, Any]) -> None:
        if asked.operation == "iam:CreateAccessKey":
            lost.append(answer["AccessKey"]["AccessKeyId"])
            unanswered()

    run = world.sweep(force="ann", wire=Wire(after=after))
    assert world.wire.operations.count("iam:CreateAccessKey") == 1
    assert run.failed
    assert world.rotation("ann").state is State.INTENT
    assert world.keys("ann") == {old: True, lost[0]: True}

    run = world.sweep(force="ann")
    assert "iam:CreateAccessKey" not in world.wire.operations
    assert world.wire.changing == ["iam:UpdateAccessKey", "iam:DeleteAccessKey"]
    assert done(run, "ann") == ["disowned", "deactivated", "deleted"]
    assert world.keys("ann") == {old: True}

    world.pass_seconds(SETTLED)
    assert done(world.sweep(force="ann"), "ann") == ["created", "stored", "verified", "current"]
    assert lost[0] not in world.keys("ann")


def test_scenario_05_a_secret_that_cannot_be_kept_costs_the_new_key_only(anywhere: World) -> None:
    world = anywhere
    old = world.user("ann")["AccessKeyId"]
    trouble = spoils("secretsmanager:PutSecretValue", lambda: refused("AccessDeniedException"))
    run = world.sweep(force="ann", wire=Wire(before=trouble))
    assert run.failed
    assert "its secret could not be kept" in errors(run, "ann")
    assert world.keys("ann") == {old: True}
    assert world.events("ann").count("deleted") == 1
    world.pass_seconds(SETTLED)
    run = world.sweep(force="ann")
    assert not run.failed
    assert world.current("ann")["AccessKeyId"] == world.rotation("ann").new
    assert set(world.keys("ann")) == {old, world.rotation("ann").new}


def test_scenario_06_it_is_read_back_and_answers_before_it_becomes_current(anywhere: World) -> None:
    world = anywhere
    world.user("ann")
    world.sweep(force="ann")
    order = ["iam:CreateAccessKey", "secretsmanager:PutSecretValue", "secretsmanager:GetSecretValue"]
    order += ["sts:GetCallerIdentity", "secretsmanager:UpdateSecretVersionStage"]
    asked = iter(world.wire.operations)
    assert all(one in asked for one in order), world.wire.operations
    assert world.client("sts", world.current("ann")).get_caller_identity()["Arn"].endswith(":user/ann")


def test_scenario_06_what_is_not_read_back_as_it_was_put_is_rolled_back(anywhere: World) -> None:
    world = anywhere
    old = world.user("ann")["AccessKeyId"]

    def after(asked: Asked, answer: dict[str, Any]) -> None:
        if asked.operation == "secretsmanager:GetSecretValue" and "AKIA" in answer.get("SecretString", ""):
            answer["SecretString"] = json.dumps(json.loads(answer["SecretString"]) | {"SecretAccessKey": "x"})

    run = world.sweep(force="ann", wire=Wire(after=after))
    assert "does not hold what was put there" in errors(run, "ann")
    assert world.keys("ann") == {old: True}
    assert world.current("ann")["AccessKeyId"] == ""


@pytest.mark.parametrize("times", [2, 100])
def test_scenario_06_a_key_that_is_not_known_yet_is_asked_for_a_bounded_time(anywhere: World, times: int) -> None:
    world = anywhere
    old = world.user("ann")["AccessKeyId"]
    tries: list[Asked] = []

    def before(asked: Asked) -> Answer | None:
        if asked.operation != "sts:GetCallerIdentity" or len(wire.operations) == 1:
            return None
        tries.append(asked)
        return refused("InvalidClientTokenId", 403) if len(tries) <= times else None

    wire = Wire(before=before)
    run = world.sweep(force="ann", wire=wire)
    if times < len(PATIENCE):
        assert done(run, "ann")[-1] == "current"
        assert len(tries) == times + 1
    else:
        assert "is not known to STS" in errors(run, "ann")
        assert len(tries) == len(PATIENCE) + 1
        assert world.keys("ann") == {old: True}
        assert world.current("ann")["AccessKeyId"] == ""
