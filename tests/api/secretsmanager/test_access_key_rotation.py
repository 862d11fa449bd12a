"""Rotation of access keys by the authority's own rotator, at once and by schedule."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from tests.api.secretsmanager.people import allow, deny, invalid, marked, user, words_of
from tests.support.accounts import member_of
from tests.support.authority import Authority
from tests.support.polling import until
from tests.support.refusals import refused

DAY = 24 * 3600
TEN_DAYS = {"AutomaticallyAfterDays": 10}
USER = "arn:aws:iam::{account}:user/{name}"


@dataclass(frozen=True)
class Kept:
    """A secret that holds ann's key."""

    authority: Authority
    secrets: Any
    iam: Any
    rotator: str

    def rotate(self, client: Any = None, **more: Any) -> dict[str, Any]:
        told: dict[str, Any] = (client or self.secrets).rotate_secret(SecretId="key", **more)
        return told

    def value(self, stage: str = "AWSCURRENT") -> dict[str, Any]:
        read = self.secrets.get_secret_value(SecretId="key", VersionStage=stage)
        held: dict[str, Any] = json.loads(read["SecretString"])
        return held

    def access_keys(self, name: str = "ann") -> dict[str, str]:
        listed = self.iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
        return {key["AccessKeyId"]: key["Status"] for key in listed}

    def described(self) -> dict[str, Any]:
        told: dict[str, Any] = self.secrets.describe_secret(SecretId="key")
        return told

    def use(self, held: dict[str, Any]) -> str:
        who: str = self.authority.of("sts", held).get_caller_identity()["Arn"]
        return who

    def events(self, name: str) -> list[dict[str, Any]]:
        asked = [{"AttributeKey": "EventName", "AttributeValue": name}]
        found = self.authority.client("cloudtrail").lookup_events(LookupAttributes=asked)["Events"]
        return [json.loads(event["CloudTrailEvent"]) for event in found]


@pytest.fixture
def kept(authority: Authority, secrets: Any, iam: Any) -> Kept:
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    value = {name: key[name] for name in ("AccessKeyId", "SecretAccessKey", "UserName")}
    secrets.create_secret(Name="key", SecretString=json.dumps({**value, "Note": "kept"}))
    rotator = f"arn:aws:lambda:us-east-1:{authority.account_id}:function:watchword-rotate-access-key"
    return Kept(authority, secrets, iam, rotator)


def test_a_key_is_rotated_and_the_former_one_goes_at_the_next_rotation(kept: Kept) -> None:
    first = kept.value()
    version = kept.rotate(RotationLambdaARN=kept.rotator)["VersionId"]
    second = kept.value()
    assert second["AccessKeyId"] != first["AccessKeyId"]
    assert (second["Note"], second["UserName"]) == ("kept", "ann")
    assert kept.value("AWSPREVIOUS") == first
    assert [kept.use(one).rpartition("/")[2] for one in (first, second)] == ["ann", "ann"]
    stages = kept.described()["VersionIdsToStages"]
    assert stages[version] == ["AWSCURRENT"]
    assert kept.access_keys() == {first["AccessKeyId"]: "Active", second["AccessKeyId"]: "Active"}
    assert first["AccessKeyId"] in words_of("InvalidRequestException", kept.rotate)
    assert kept.value() == second
    assert len(kept.access_keys()) == 2
    kept.iam.update_access_key(UserName="ann", AccessKeyId=first["AccessKeyId"], Status="Inactive")
    kept.rotate()
    third = kept.value()
    assert set(kept.access_keys()) == {second["AccessKeyId"], third["AccessKeyId"]}
    kept.rotate()  # which nobody has used
    assert set(kept.access_keys()) == {third["AccessKeyId"], kept.value()["AccessKeyId"]}


def test_a_former_key_that_was_used_before_only_goes(kept: Kept) -> None:
    first = kept.value()
    kept.use(first)
    kept.rotate(RotationLambdaARN=kept.rotator)
    kept.use(kept.value())
    kept.rotate()
    assert first["AccessKeyId"] not in kept.access_keys()


def test_the_record_tells_which_keys_were_made_and_removed(kept: Kept) -> None:
    first = kept.value()
    kept.rotate(RotationLambdaARN=kept.rotator)
    second = kept.value()
    kept.rotate()
    last = kept.events("RotateSecret")[0]
    assert last["responseElements"]["accessKey"] == {"accessKeyId": kept.value()["AccessKeyId"], "userName": "ann"}
    assert last["responseElements"]["removedAccessKeyId"] == first["AccessKeyId"]
    for place in kept.authority.data.rglob("*"):
        if place.is_file() and place.name != "aws-profile":
            assert second["SecretAccessKey"].encode() not in place.read_bytes(), place


def test_a_key_that_the_secret_does_not_know_is_in_the_way(kept: Kept) -> None:
    other = kept.iam.create_access_key(UserName="ann")["AccessKey"]["AccessKeyId"]
    before = kept.described()
    rotate = partial(kept.rotate, RotationLambdaARN=kept.rotator, RotationRules=TEN_DAYS)
    assert other in words_of("LimitExceededException", rotate)
    after = kept.described()
    assert {name: after[name] for name in before if name != "ResponseMetadata"} == {
        name: before[name] for name in before if name != "ResponseMetadata"
    }
    assert "RotationEnabled" not in after


def test_the_same_request_rotates_once(kept: Kept) -> None:
    token = "a" * 32
    for _ in range(3):
        assert kept.rotate(RotationLambdaARN=kept.rotator, ClientRequestToken=token)["VersionId"] == token
    assert len(kept.access_keys()) == 2
    for used in {*kept.described()["VersionIdsToStages"]} - {token}:
        with refused("InvalidRequestException"):
            kept.rotate(ClientRequestToken=used)


@pytest.mark.parametrize(
    "value", ["text", "[]", "{}", '{"UserName": 7}', '{"UserName": "nobody"}', '{"UserName": "ann", "AccessKeyId": []}']
)
def test_what_is_no_access_key_is_not_rotated(kept: Kept, value: str) -> None:
    kept.secrets.put_secret_value(SecretId="key", SecretString=value)
    with refused("InvalidRequestException"):
        kept.rotate(RotationLambdaARN=kept.rotator)


def test_only_the_name_of_the_user_is_needed(kept: Kept) -> None:
    kept.iam.create_user(UserName="bob")
    kept.secrets.put_secret_value(SecretId="key", SecretString='{"UserName": "bob", "Status": "x", "CreateDate": ""}')
    kept.rotate(RotationLambdaARN=kept.rotator)
    assert kept.value()["Status"] == "Active"
    datetime.fromisoformat(kept.value()["CreateDate"])
    assert kept.use(kept.value()).endswith("user/bob")


def test_only_a_rotator_of_the_secrets_own_place_is_taken(kept: Kept) -> None:
    with refused("InvalidRequestException", message="No Lambda rotation function ARN is associated with this secret."):
        kept.rotate()
    for arn in (
        kept.rotator.replace("us-east-1", "us-west-2"),
        kept.rotator.replace(kept.authority.account_id, "999999999999"),
        kept.rotator.replace("rotate-access-key", "else"),
        "watchword-rotate-access-key",
        f"{kept.rotator}:1",
    ):
        assert "lambda" in words_of("AccessDeniedException", partial(kept.rotate, RotationLambdaARN=arn)).lower()


def may_rotate(kept: Kept, name: str, *further: dict[str, Any]) -> Any:
    return user(kept.authority, name, allow("secretsmanager:*"), *further).client


def test_who_has_a_key_rotated_needs_leave_for_it(kept: Kept) -> None:
    arn = USER.format(account=kept.authority.account_id, name="ann")
    keys = ("iam:CreateAccessKey", "iam:DeleteAccessKey", "iam:GetAccessKeyLastUsed")
    without = {
        "none": (),
        "no-lambda": (allow(*keys),),
        "no-keys": (allow("lambda:InvokeFunction"),),
        "no-delete": (allow("lambda:InvokeFunction", *keys[::2]),),
        "others": (allow("lambda:InvokeFunction"), allow(*keys, resource=f"{arn}a")),
        "denied": (allow("*"), deny("iam:CreateAccessKey", resource=arn)),
    }
    for name, further in without.items():
        client = may_rotate(kept, name, *further)
        for immediately in (True, False):
            with refused("AccessDeniedException"):
                kept.rotate(client, RotationLambdaARN=kept.rotator, RotateImmediately=immediately)
    kept.rotate(RotationLambdaARN=kept.rotator)
    with refused("AccessDeniedException"):  # the rotation is set up: they still may not
        kept.rotate(may_rotate(kept, "later", allow("lambda:InvokeFunction")))
    enough = may_rotate(
        kept, "enough", allow("lambda:InvokeFunction", resource=kept.rotator), allow(*keys, resource=arn)
    )
    kept.rotate(enough)


def test_nobody_of_another_account_has_a_key_rotated(kept: Kept) -> None:
    member = member_of(kept.authority)
    guest = user(kept.authority, "guest", allow("*"), iam=member.client("iam"))
    document = {"Effect": "Allow", "Principal": {"AWS": guest.arn}, "Action": "secretsmanager:*", "Resource": "*"}
    told = json.dumps({"Version": "2012-10-17", "Statement": document})
    kept.secrets.put_resource_policy(SecretId="key", ResourcePolicy=told)
    arn = kept.described()["ARN"]
    for rotator in (kept.rotator, kept.rotator.replace(kept.authority.account_id, member.account_id)):
        with refused("AccessDeniedException"):
            guest.client.rotate_secret(SecretId=arn, RotationLambdaARN=rotator)
    assert len(kept.access_keys()) == 1


def rotated(kept: Kept, than: str) -> bool:
    return bool(kept.value()["AccessKeyId"] != than)


def test_a_schedule_rotates_when_its_time_has_come(kept: Kept) -> None:
    kept.rotate(RotationLambdaARN=kept.rotator, RotationRules=TEN_DAYS)
    told, second = kept.described(), kept.value()["AccessKeyId"]
    assert (told["RotationEnabled"], told["RotationRules"]) == (True, TEN_DAYS)
    last = told["LastRotatedDate"].timestamp()
    assert told["NextRotationDate"].timestamp() == last - last % DAY + 11 * DAY - 1
    kept.authority.advance(9 * DAY)
    assert kept.value()["AccessKeyId"] == second
    kept.authority.advance(DAY)
    until(lambda: rotated(kept, second))
    assert second in kept.access_keys()
    (begun,) = [one for one in kept.events("RotateSecret") if one["userIdentity"]["type"] == "AWSService"]
    assert begun["userIdentity"] == {"type": "AWSService", "invokedBy": "secretsmanager.amazonaws.com"}
    (done,) = kept.events("RotationSucceeded")
    assert done["responseElements"]["accessKey"]["accessKeyId"] == kept.value()["AccessKeyId"]
    assert kept.described()["NextRotationDate"].timestamp() > told["NextRotationDate"].timestamp() + 9 * DAY


def test_a_scheduled_rotation_that_fails_changes_nothing_is_on_record_and_is_tried_again(kept: Kept) -> None:
    first = kept.value()
    kept.rotate(RotationLambdaARN=kept.rotator, RotationRules=TEN_DAYS)
    second = kept.value()
    kept.use(first)
    kept.authority.advance(10 * DAY)
    until(lambda: kept.events("RotationFailed"))
    failed = kept.events("RotationFailed")[0]
    assert (failed["errorCode"], first["AccessKeyId"] in failed["errorMessage"]) == ("RotationFailed", True)
    assert (kept.value(), len(kept.access_keys())) == (second, 2)
    kept.iam.update_access_key(UserName="ann", AccessKeyId=first["AccessKeyId"], Status="Inactive")
    kept.authority.advance(3600)
    until(lambda: rotated(kept, second["AccessKeyId"]))


def test_a_scheduled_rotation_makes_no_key_for_whom_it_was_not_set_up(kept: Kept) -> None:
    """Who may only put a value could else have itself made a key of the administrator's."""
    kept.rotate(RotationLambdaARN=kept.rotator, RotationRules=TEN_DAYS)
    mallory = user(kept.authority, "mallory", allow("secretsmanager:*"))
    mallory.client.put_secret_value(SecretId="key", SecretString='{"UserName": "admin"}')
    kept.authority.advance(12 * DAY)
    until(lambda: kept.events("RotationFailed"))
    assert "another user" in kept.events("RotationFailed")[0]["errorMessage"]
    assert kept.value() == {"UserName": "admin"}
    with refused("AccessDeniedException"):
        kept.rotate(mallory.client)


def test_a_user_of_the_same_name_is_another(kept: Kept) -> None:
    kept.rotate(RotationLambdaARN=kept.rotator, RotationRules=TEN_DAYS)
    for key in kept.access_keys():
        kept.iam.delete_access_key(UserName="ann", AccessKeyId=key)
    kept.iam.delete_user(UserName="ann")
    kept.iam.create_user(UserName="ann")
    kept.authority.advance(10 * DAY)
    until(lambda: kept.events("RotationFailed"))
    assert kept.access_keys() == {}


def test_cancelled_rotations_do_not_come_round(kept: Kept) -> None:
    kept.rotate(RotationLambdaARN=kept.rotator, RotationRules=TEN_DAYS, RotateImmediately=False)
    before = kept.value()
    assert "NextRotationDate" in kept.described()
    kept.secrets.cancel_rotate_secret(SecretId="key")
    told = kept.described()
    assert (told["RotationEnabled"], "NextRotationDate" in told, told["RotationRules"]) == (False, False, TEN_DAYS)
    kept.authority.advance(30 * DAY)
    kept.secrets.put_secret_value(SecretId="key", SecretString=json.dumps(before))
    assert kept.value() == before
    assert kept.events("RotationSucceeded") == []
    kept.rotate()
    assert kept.described()["RotationEnabled"] is True
    kept.secrets.delete_secret(SecretId="key")
    for act in (kept.rotate, lambda: kept.secrets.cancel_rotate_secret(SecretId="key")):
        with marked():
            act()


def test_testing_changes_nothing(kept: Kept) -> None:
    before, keys = kept.value(), kept.access_keys()
    answer = kept.rotate(RotationLambdaARN=kept.rotator, RotateImmediately=False)
    assert "VersionId" not in answer
    assert (kept.value(), kept.access_keys()) == (before, keys)
    kept.iam.create_access_key(UserName="ann")
    with refused("LimitExceededException"):
        kept.rotate(RotateImmediately=False)


def test_replicas_follow_and_are_not_rotated_by_themselves(kept: Kept, west: Any) -> None:
    kept.secrets.replicate_secret_to_regions(SecretId="key", AddReplicaRegions=[{"Region": "us-west-2"}])
    kept.rotate(RotationLambdaARN=kept.rotator, RotationRules=TEN_DAYS)
    assert json.loads(west.get_secret_value(SecretId="key")["SecretString"]) == kept.value()
    with invalid():
        west.rotate_secret(SecretId="key")
    with invalid():
        west.cancel_rotate_secret(SecretId="key")
    west.stop_replication_to_replica(SecretId="key")
    assert not {"RotationEnabled", "RotationLambdaARN", "RotationRules"} & west.describe_secret(SecretId="key").keys()


def test_a_value_put_by_hand_puts_a_rotation_off(kept: Kept) -> None:
    kept.rotate(RotationLambdaARN=kept.rotator, RotationRules=TEN_DAYS)
    by = kept.described()["NextRotationDate"]
    kept.authority.advance(5 * DAY)
    kept.secrets.put_secret_value(SecretId="key", SecretString=json.dumps(kept.value()))
    assert (kept.described()["NextRotationDate"] - by).days in (5, 6)


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"Duration": "3h"},
        {"AutomaticallyAfterDays": 10, "ScheduleExpression": "rate(10 days)"},
        {"ScheduleExpression": "rate(3 hours)"},
        {"ScheduleExpression": "rate(1000 days)"},
        {"ScheduleExpression": "rate(0 days)"},
        {"ScheduleExpression": "cron(0 8 1 * * *)"},
        {"ScheduleExpression": "cron(5 8 1 * ? *)"},
        {"ScheduleExpression": "cron(0 8 1 * ?)"},
        {"ScheduleExpression": "cron(0 0/2 * * ? *)"},
        {"ScheduleExpression": "cron(0 8 31 2 ? *)"},
        {"ScheduleExpression": "cron(0 99 1 * ? *)"},
        {"ScheduleExpression": "cron(0 8 1 * ? *)", "Duration": "17h"},
        {"ScheduleExpression": "rate(4 hours)", "Duration": "5h"},
        {"ScheduleExpression": "rate(4 hours)", "Duration": "0h"},
        {"ScheduleExpression": "now"},
    ],
)
def test_wrong_rules_are_refused(kept: Kept, rules: dict[str, Any]) -> None:
    with invalid():
        kept.rotate(RotationLambdaARN=kept.rotator, RotationRules=rules)
    assert "RotationEnabled" not in kept.described()


def test_what_only_aws_has_is_refused(kept: Kept) -> None:
    with invalid():
        kept.rotate(RotationLambdaARN=kept.rotator, ExternalSecretRotationRoleArn="arn:aws:iam::111122223333:role/x")
