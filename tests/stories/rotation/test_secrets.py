"""Scenarios 17 to 19: a secret that its reader can read and nobody else, ours from before the create, everywhere."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.stories.rotation.outcome import done, line
from tests.stories.rotation.wire import Asked, Wire
from tests.stories.rotation.world import World
from tests.support.accounts import ADMINISTRATOR
from tests.support.authority import run
from watchword.rotation.records import State
from watchword.rotation.steps import Do, Why

REPLICAS = '[secret]\nregions = ["eu-west-1"]\n'


def test_scenario_17_only_the_user_and_named_readers_can_read_it(world: World) -> None:
    ann, admin, reader = world.user("ann"), world.user("admin"), world.user("reader")
    iam = world.client("iam")
    iam.attach_user_policy(UserName="admin", PolicyArn=ADMINISTRATOR)
    readers = f'[secret]\nreaders = ["arn:{{partition}}:iam::{world.account}:user/reader"]\n'

    world.sweep(readers, force="ann")

    assert world.current("ann", ann)["AccessKeyId"] == world.rotation("ann").new
    assert world.current("ann", reader) == world.current("ann", ann)
    with pytest.raises(ClientError, match="explicit deny"):
        world.current("ann", admin)
    kept = world.rotation("ann").kept
    assert kept is not None
    assert kept.arn.rpartition("-")[2] != "AccessKey"  # the suffix that the service adds


def test_scenario_17_in_the_central_account_the_user_can_read_it_before_the_old_key_goes(world: World) -> None:
    """By the policy that is shipped for it; without it the rotation stands, in words that mend it."""
    assert world.sandbox is not None
    hub = world.sandbox.account_id
    key = f"arn:aws:kms:us-east-1:{hub}:key/mrk-00000000000000000000000000000000"
    text = f'[secret]\nkeep = "central"\ncentral_account = "{hub}"\nkms_key = "{key}"\n'
    old = world.user("ann")

    swept = world.sweep(text, force="ann")

    told = [one for one in swept.accounts[0].lines if one.why is Why.SECRET]
    kept = world.rotation("ann").kept
    assert kept is not None
    assert f"`secretsmanager:GetSecretValue` on `{kept.arn}`" in told[0].note
    assert f"`kms:Decrypt` on `{key}`" in told[0].note
    assert world.rotation("ann").state is State.VERIFIED
    world.pass_days(100)
    world.sweep(text)
    assert world.keys("ann")[old["AccessKeyId"]]

    _give_shipped_policy(world, hub, key)
    assert done(world.sweep(text), "ann")[0] == "current"
    secrets = world.client("secretsmanager", old)
    value = json.loads(secrets.get_secret_value(SecretId=kept.arn)["SecretString"])
    assert value["AccessKeyId"] == world.rotation("ann").new
    others = world.client("secretsmanager", world.user("bob"))
    with pytest.raises(ClientError, match="AccessDenied"):
        others.get_secret_value(SecretId=kept.arn)


def _give_shipped_policy(world: World, hub: str, key: str) -> None:
    words = ("--format", "json", "--trusted", f"arn:aws:iam::{hub}:root", "--account", world.account)
    shipped = run("rotation", "member-role", *words, "--central-account", hub, "--kms-key", key)
    policies = json.loads(shipped.stdout)["ManagedPolicies"]
    iam = world.client("iam")
    made = iam.create_policy(
        PolicyName="read-rotated-secrets",
        Path="/watchword/",
        PolicyDocument=json.dumps(policies["/watchword/read-rotated-secrets"]),
    )
    iam.attach_user_policy(UserName="ann", PolicyArn=made["Policy"]["Arn"])


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("somebody else's", "is not ours"),
        ("another user's", "is that of another user"),
        ("scheduled for deletion", "scheduled for deletion"),
        ("changed by hand", "somebody changed it by hand"),
        ("another key", "is no key of this rotation"),
    ],
)
def test_scenario_18_a_secret_that_cannot_be_written_is_found_before_a_key_is_made(
    anywhere: World, state: str, words: str
) -> None:
    world = anywhere
    key = world.user("ann")["AccessKeyId"]
    user_id = world.client("iam").get_user(UserName="ann")["User"]["UserId"]
    name = f"Account_{world.account}_User_ann_AccessKey"
    secrets = world.client("secretsmanager")
    ours = [{"Key": "watchword:rotation", "Value": "AIDASOMEBODYELSE" if state == "another user's" else user_id}]
    values = {"another key": '{"AccessKeyId": "AKIASOMEBODYS", "SecretAccessKey": "x"}'}
    told = {} if state == "somebody else's" else {"Tags": ours}
    secrets.create_secret(Name=name, SecretString=values.get(state, "my own"), **told)
    if state == "scheduled for deletion":
        secrets.delete_secret(SecretId=name, RecoveryWindowInDays=7)

    found = line(world.sweep(force="ann"), "ann")

    assert (found.do, found.why) == (Do.BLOCKED, Why.SECRET)
    assert words in found.note
    assert found.finding
    assert world.wire.changing == []
    assert world.keys("ann") == {key: True}


def test_scenario_19_a_replica_that_failed_is_waited_for_without_another_key(anywhere: World) -> None:
    world = anywhere
    old = world.user("ann")["AccessKeyId"]

    def failing(asked: Asked, answer: dict[str, Any]) -> None:
        if asked.operation == "secretsmanager:DescribeSecret":
            for replica in answer.get("ReplicationStatus", []):
                replica |= {"Status": "Failed", "StatusMessage": "no such key there"}

    swept = world.sweep(REPLICAS, force="ann", wire=Wire(after=failing))

    rotation = world.rotation("ann")
    assert rotation.state is State.VERIFIED
    told = [one for one in swept.accounts[0].lines if one.why is Why.SECRET]
    assert "has not reached eu-west-1 (no such key there)" in told[0].note
    assert world.keys("ann") == {old: True, rotation.new: True}
    swept = world.sweep(REPLICAS)
    assert done(swept, "ann") == ["current"]
    assert "iam:CreateAccessKey" not in world.wire.operations
    assert world.rotation("ann").new == rotation.new
    kept = rotation.kept
    assert kept is not None
    there = world.client("secretsmanager", region="eu-west-1")
    arn = kept.arn.replace("us-east-1", "eu-west-1")
    value = there.get_secret_value(SecretId=arn, VersionStage="AWSCURRENT")["SecretString"]
    assert json.loads(value)["AccessKeyId"] == rotation.new


def test_scenario_19_a_secret_of_that_name_is_in_the_way_in_the_other_region(world: World) -> None:
    world.user("ann")
    name = f"Account_{world.account}_User_ann_AccessKey"
    there = world.client("secretsmanager", region="eu-west-1")
    there.create_secret(Name=name, SecretString="my own")
    swept = world.sweep(REPLICAS, force="ann")
    assert world.rotation("ann").state is State.VERIFIED
    assert [one.why for one in swept.accounts[0].lines if one.finding] == [Why.SECRET]
