"""Rotation by programs elsewhere, called as AWS calls Lambda functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.secretsmanager.people import allow, user, words_of
from tests.support.authority import Authority, initialise, run, serving
from tests.support.polling import until
from tests.support.refusals import refused
from tests.support.rotators import Rotator, rotator

DAY = 24 * 3600
STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"]
NOT_COMPLETE = "A previous rotation isn\N{RIGHT SINGLE QUOTATION MARK}t complete. That rotation will be reattempted."


@pytest.fixture(scope="module")
def program() -> Iterator[Rotator]:
    with rotator() as made:
        yield made


@pytest.fixture(scope="module")
def with_rotators(tmp_path_factory: pytest.TempPathFactory, program: Rotator) -> Iterator[Authority]:
    data = tmp_path_factory.mktemp("rotators") / "data"
    environment = {"WATCHWORD_ROTATORS": f"db={program.url}, away=http://127.0.0.1:9/"}
    with serving(data, initialise(data, "--sandbox"), environment=environment) as authority:
        yield authority


@pytest.fixture
def house(with_rotators: Authority, program: Rotator) -> Iterator[Authority]:
    rights = ("GetSecretValue", "PutSecretValue", "DescribeSecret", "UpdateSecretVersionStage", "GetRandomPassword")
    may = allow(*(f"secretsmanager:{one}" for one in rights))
    program.client = user(with_rotators, "rotator", may).client
    program.calls, program.failing, program.idle = [], set(), False
    with_rotators.client("secretsmanager").create_secret(Name="s", SecretString="one")
    yield with_rotators
    with_rotators.reset()


@pytest.fixture
def vault(house: Authority) -> Any:
    return house.client("secretsmanager")


def arn(house: Authority, name: str = "db") -> str:
    return f"arn:aws:lambda:us-east-1:{house.account_id}:function:{name}"


def stages(vault: Any) -> dict[str, list[str]]:
    told: dict[str, list[str]] = vault.describe_secret(SecretId="s").get("VersionIdsToStages", {})
    return told


def failures(house: Authority) -> list[str]:
    asked = [{"AttributeKey": "EventName", "AttributeValue": "RotationFailed"}]
    return [
        event["CloudTrailEvent"] for event in house.client("cloudtrail").lookup_events(LookupAttributes=asked)["Events"]
    ]


def test_four_steps_make_the_new_version_current(house: Authority, vault: Any, program: Rotator) -> None:
    told = vault.rotate_secret(SecretId="s", RotationLambdaARN=arn(house), RotationRules={"AutomaticallyAfterDays": 1})
    version = told["VersionId"]
    assert "AWSPENDING" in stages(vault).get(version, ["AWSPENDING"])
    until(lambda: stages(vault)[version] == ["AWSCURRENT"])
    assert program.steps == STEPS
    assert program.calls[0] == {"Step": "createSecret", "SecretId": told["ARN"], "ClientRequestToken": version}
    assert len(vault.get_secret_value(SecretId="s")["SecretString"]) == 32
    assert vault.get_secret_value(SecretId="s", VersionStage="AWSPREVIOUS")["SecretString"] == "one"
    described = vault.describe_secret(SecretId="s")
    assert described["LastRotatedDate"] < described["NextRotationDate"]
    house.advance(2 * DAY)
    until(lambda: len(program.calls) == 8)
    until(lambda: stages(vault)[version] == ["AWSPREVIOUS"])


def test_a_rotation_that_fails_is_on_record_stays_pending_and_is_tried_again(
    house: Authority, vault: Any, program: Rotator
) -> None:
    program.failing = {"setSecret"}
    version = vault.rotate_secret(SecretId="s", RotationLambdaARN=arn(house))["VersionId"]
    until(lambda: failures(house))
    assert "setSecret: the rotator at 127.0.0.1 answers 500" in failures(house)[0]
    assert stages(vault)[version] == ["AWSPENDING"]
    assert vault.get_secret_value(SecretId="s")["SecretString"] == "one"
    assert vault.rotate_secret(SecretId="s", ClientRequestToken=version)["VersionId"] == version
    with refused("InvalidRequestException", status=400, message=NOT_COMPLETE):
        vault.rotate_secret(SecretId="s")
    program.failing = set()
    house.advance(60)
    until(lambda: stages(vault)[version] == ["AWSCURRENT"])
    assert program.steps[-4:] == STEPS


def test_refused_meanwhile_it_is_tried_again_at_once(house: Authority, vault: Any, program: Rotator) -> None:
    program.failing = {"createSecret"}
    version = vault.rotate_secret(SecretId="s", RotationLambdaARN=arn(house))["VersionId"]
    for _ in range(3):
        seen = len(failures(house))
        until(lambda seen=seen: len(failures(house)) > seen)  # type: ignore[misc]  # bound now
        house.advance(40)
    program.failing = set()
    with refused("InvalidRequestException", message=NOT_COMPLETE):
        vault.rotate_secret(SecretId="s")
    until(lambda: stages(vault)[version] == ["AWSCURRENT"])


def test_a_rotator_that_only_says_so_has_not_finished(house: Authority, vault: Any, program: Rotator) -> None:
    program.idle = True
    version = vault.rotate_secret(SecretId="s", RotationLambdaARN=arn(house))["VersionId"]
    until(lambda: failures(house))
    assert "has not moved AWSCURRENT" in failures(house)[0]
    with refused("ResourceNotFoundException"):
        vault.get_secret_value(SecretId="s", VersionId=version)
    current = next(one for one, labels in stages(vault).items() if "AWSCURRENT" in labels)
    move = {"VersionStage": "AWSCURRENT", "MoveToVersionId": version, "RemoveFromVersionId": current}
    assert "no secret value" in words_of(
        "InvalidRequestException", lambda: vault.update_secret_version_stage(SecretId="s", **move)
    )
    assert vault.get_secret_value(SecretId="s")["SecretString"] == "one"


def test_a_test_calls_for_one_step_on_a_copy_that_goes_again(house: Authority, vault: Any, program: Rotator) -> None:
    before = stages(vault)
    rules = {"ScheduleExpression": "cron(0 8 1 * ? *)", "Duration": "2h"}
    told = vault.rotate_secret(SecretId="s", RotationLambdaARN=arn(house), RotationRules=rules, RotateImmediately=False)
    assert "VersionId" not in told
    until(lambda: program.calls and stages(vault) == before)
    assert program.steps == ["testSecret"]
    assert len(vault.list_secret_version_ids(SecretId="s", IncludeDeprecated=True)["Versions"]) == 1
    assert failures(house) == []
    due = vault.describe_secret(SecretId="s")["NextRotationDate"]
    assert int(due.timestamp()) % DAY == 10 * 3600 - 1
    program.failing = {"testSecret"}
    vault.rotate_secret(SecretId="s", RotateImmediately=False)
    until(lambda: failures(house))
    assert stages(vault) == before


def test_cancelled_it_is_not_tried_again(house: Authority, vault: Any, program: Rotator) -> None:
    version = vault.rotate_secret(SecretId="s", RotationLambdaARN=arn(house, "away"))["VersionId"]
    until(lambda: failures(house))
    assert "no answer from the rotator" in failures(house)[0]
    assert vault.cancel_rotate_secret(SecretId="s")["VersionId"] == version
    seen = len(failures(house))
    house.advance(DAY)
    with refused("InvalidRequestException", message=NOT_COMPLETE):
        vault.rotate_secret(SecretId="s", RotationLambdaARN=arn(house))
    vault.update_secret_version_stage(SecretId="s", VersionStage="AWSPENDING", RemoveFromVersionId=version)
    again = vault.rotate_secret(SecretId="s", RotationLambdaARN=arn(house))["VersionId"]
    until(lambda: stages(vault)[again] == ["AWSCURRENT"])
    assert len(failures(house)) == seen
    assert program.steps == STEPS


def test_who_may_not_call_the_rotator_may_not_have_it_called(house: Authority, program: Rotator) -> None:
    ann = user(house, "ann", allow("secretsmanager:*"))
    with refused("AccessDeniedException"):
        ann.client.rotate_secret(SecretId="s", RotationLambdaARN=arn(house))
    assert program.calls == []


@pytest.mark.parametrize(
    "setting",
    [
        "a=http://rotator.example/",
        "a=ftp://x/",
        "a=https://u:p@x/",
        "a b=https://x/",
        "a=https://x:99999/",
        "nowhere.json",
    ],
)
def test_rotators_that_cannot_be_are_found_at_the_start(setting: str, tmp_path: Any) -> None:
    initialise(tmp_path / "data")
    done = run("serve", "--data", str(tmp_path / "data"), env={"WATCHWORD_ROTATORS": setting})
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
