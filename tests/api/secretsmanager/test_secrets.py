"""Secrets: made once, found by name and ARN, changed, told of, deleted and taken back."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.api.secretsmanager.people import OTHER, TOKEN, invalid, marked, missing
from tests.support.authority import Authority
from tests.support.lines import line
from tests.support.refusals import refused

DAY = 24 * 3600


def test_a_secret_is_made_and_told_of(authority: Authority, secrets: Any) -> None:
    made = secrets.create_secret(
        Name="app/db", ClientRequestToken=TOKEN, SecretString="s", Tags=[{"Key": "Team", "Value": "é"}]
    )
    arn = f"arn:aws:secretsmanager:us-east-1:{authority.account_id}:secret:app/db-"
    assert re.fullmatch(re.escape(arn) + "[A-Za-z0-9]{6}", made["ARN"])
    assert (made["Name"], made["VersionId"]) == ("app/db", TOKEN)
    told = secrets.describe_secret(SecretId="app/db")
    assert told["VersionIdsToStages"] == {TOKEN: ["AWSCURRENT"]}
    assert told["Tags"] == [{"Key": "Team", "Value": "é"}]
    assert told["CreatedDate"] == told["LastChangedDate"]
    assert told.keys().isdisjoint({"KmsKeyId", "RotationEnabled", "DeletedDate", "PrimaryRegion", "Description"})


def test_a_secret_is_found_by_name_whole_arn_and_partial_arn(secrets: Any, west: Any) -> None:
    arn = secrets.create_secret(Name="app/db", SecretString="s")["ARN"]
    partial = arn.rpartition("-")[0]
    for secret_id in ("app/db", arn, partial):
        assert secrets.describe_secret(SecretId=secret_id)["ARN"] == arn
    for secret_id in ("app/d", "App/db", f"{partial}-aaaaaa", "arn:aws:sqs:x", "arn:aws", arn + "x"):
        with missing():
            secrets.describe_secret(SecretId=secret_id)
    for secret_id in ("app/db", arn, arn.replace("us-east-1", "us-west-2")):
        with missing():
            west.describe_secret(SecretId=secret_id)


def test_a_partial_arn_of_a_name_that_looks_whole_finds_nothing(secrets: Any) -> None:
    arn = secrets.create_secret(Name="app-a1b2c3", SecretString="s")["ARN"]
    with missing():
        secrets.get_secret_value(SecretId=arn.rpartition("-")[0])
    assert secrets.get_secret_value(SecretId="app-a1b2c3")["SecretString"] == "s"


def test_the_same_name_stands_in_every_region_for_itself(secrets: Any, west: Any) -> None:
    secrets.create_secret(Name="s", SecretString="east")
    west.create_secret(Name="s", SecretString="west")
    assert (
        secrets.get_secret_value(SecretId="s")["SecretString"],
        west.get_secret_value(SecretId="s")["SecretString"],
    ) == (
        "east",
        "west",
    )


@pytest.mark.parametrize("name", ["Inv Name", " x", "a*b", "a?b", "é", "a\\b", "a:b"])
def test_a_name_has_only_some_characters(secrets: Any, name: str) -> None:
    with refused(
        "ValidationException",
        message="Invalid name. Must be a valid name containing alphanumeric characters,"
        " or any of the following: -/_+=.@!",
    ):
        secrets.create_secret(Name=name, SecretString="s")


def test_a_creation_that_comes_again_is_answered_as_the_first_time(secrets: Any) -> None:
    once = secrets.create_secret(Name="s", ClientRequestToken=TOKEN, SecretString="s")
    again = secrets.create_secret(Name="s", ClientRequestToken=TOKEN, SecretString="s")
    assert (again["ARN"], again["VersionId"]) == (once["ARN"], TOKEN)
    taken = "The operation failed because the secret s already exists."
    for more in (
        {"ClientRequestToken": TOKEN, "SecretString": "other"},
        {"ClientRequestToken": TOKEN, "SecretBinary": b"s"},
        {"ClientRequestToken": OTHER, "SecretString": "s"},
        {},
    ):
        with refused("ResourceExistsException", status=400, message=taken):
            secrets.create_secret(Name="s", **more)


def test_of_many_creations_at_once_one_counts(secrets: Any) -> None:
    def create(number: int) -> str:
        try:
            arn: str = secrets.create_secret(Name="s", SecretString=str(number))["ARN"]
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return arn

    with ThreadPoolExecutor(8) as threads:
        done = sorted(threads.map(create, range(8)))
    assert done[:7] == ["ResourceExistsException"] * 7
    assert done[7].startswith("arn:")
    with ThreadPoolExecutor(8) as threads:
        same = threads.map(
            lambda _: secrets.create_secret(Name="t", ClientRequestToken=TOKEN, SecretString="s")["ARN"], range(8)
        )
        assert len(set(same)) == 1


def test_a_secret_may_wait_for_its_first_value(secrets: Any) -> None:
    made = secrets.create_secret(Name="s")
    assert "VersionId" not in made
    assert "VersionIdsToStages" not in secrets.describe_secret(SecretId="s")
    message = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT"
    with refused("ResourceNotFoundException", message=message):
        secrets.get_secret_value(SecretId="s")
    put = secrets.put_secret_value(SecretId="s", SecretString="s", VersionStages=["mine"])
    assert put["VersionStages"] == ["AWSCURRENT", "mine"]


def test_a_value_is_a_text_or_bytes_of_a_certain_size(secrets: Any) -> None:
    with invalid("You can't specify both a binary secret value and a string secret value in the same secret."):
        secrets.create_secret(Name="s", SecretString="s", SecretBinary=b"s")
    whole = "\U0001f511" * 16_384
    secrets.create_secret(Name="s", SecretString=whole)
    assert secrets.get_secret_value(SecretId="s")["SecretString"] == whole
    with invalid():
        secrets.put_secret_value(SecretId="s", SecretString=whole + "x")
    with refused("ValidationException"):
        secrets.put_secret_value(SecretId="s", SecretString="x" * 65_537)
    with refused("InvalidRequestException", message="You must provide either SecretString or SecretBinary."):
        secrets.put_secret_value(SecretId="s")
    secrets.put_secret_value(SecretId="s", SecretBinary=bytes(range(256)) * 256)
    assert secrets.get_secret_value(SecretId="s")["SecretBinary"] == bytes(range(256)) * 256


def test_a_value_needs_a_token(authority: Authority) -> None:
    with line(authority) as kept:
        answer = kept.json("secretsmanager", "secretsmanager.CreateSecret", b'{"Name": "s", "SecretString": "s"}')
    assert answer.status == 400
    assert b"You must provide a ClientRequestToken value. We recommend a UUID-type value." in answer.body


def test_update_changes_what_is_passed(secrets: Any) -> None:
    secrets.create_secret(Name="s", SecretString="one", ClientRequestToken=TOKEN, Description="d", KmsKeyId="alias/own")
    assert "VersionId" not in secrets.update_secret(SecretId="s", Description="e")
    assert secrets.update_secret(SecretId="s", SecretString="two", ClientRequestToken=OTHER)["VersionId"] == OTHER
    told = secrets.describe_secret(SecretId="s")
    assert (told["Description"], told["KmsKeyId"]) == ("e", "alias/own")
    assert told["VersionIdsToStages"] == {OTHER: ["AWSCURRENT"], TOKEN: ["AWSPREVIOUS"]}
    with refused("ResourceExistsException"):
        secrets.update_secret(SecretId="s", SecretString="three", ClientRequestToken=OTHER)
    secrets.update_secret(SecretId="s", KmsKeyId="")
    assert "KmsKeyId" not in secrets.describe_secret(SecretId="s")
    with invalid():
        secrets.update_secret(SecretId="s", Type="partner")


def test_a_scheduled_deletion_closes_a_secret_and_can_be_taken_back(secrets: Any) -> None:
    secrets.create_secret(Name="s", SecretString="one")
    gone = secrets.delete_secret(SecretId="s", RecoveryWindowInDays=7)
    told = secrets.describe_secret(SecretId="s")
    assert (gone["DeletionDate"] - told["DeletedDate"]).days == 7
    asks: tuple[Callable[[], object], ...] = (
        lambda: secrets.get_secret_value(SecretId="s"),
        lambda: secrets.put_secret_value(SecretId="s", SecretString="two"),
        lambda: secrets.update_secret(SecretId="s", Description="x"),
        lambda: secrets.tag_resource(SecretId="s", Tags=[{"Key": "k", "Value": "v"}]),
        lambda: secrets.untag_resource(SecretId="s", TagKeys=["k"]),
        lambda: secrets.get_resource_policy(SecretId="s"),
        lambda: secrets.delete_resource_policy(SecretId="s"),
        lambda: secrets.replicate_secret_to_regions(SecretId="s", AddReplicaRegions=[{"Region": "us-west-2"}]),
    )
    for ask in asks:
        with marked():
            ask()
    assert len(secrets.list_secret_version_ids(SecretId="s")["Versions"]) == 1
    scheduled = "You can't perform this operation on the secret because it was already scheduled for deletion."
    with refused("InvalidRequestException", message=scheduled):
        secrets.delete_secret(SecretId="s")
    taken = "You can't create this secret because a secret with this name is already scheduled for deletion."
    with refused("InvalidRequestException", message=taken):
        secrets.create_secret(Name="s", SecretString="one")
    secrets.restore_secret(SecretId="s")
    secrets.restore_secret(SecretId="s")
    assert secrets.get_secret_value(SecretId="s")["SecretString"] == "one"
    assert "DeletedDate" not in secrets.describe_secret(SecretId="s")


def test_past_its_date_a_secret_is_gone_and_its_name_is_free(authority: Authority, secrets: Any) -> None:
    first = secrets.create_secret(Name="s", SecretString="one")["ARN"]
    secrets.delete_secret(SecretId="s")
    authority.advance(30 * DAY - 60)
    assert secrets.describe_secret(SecretId="s")["ARN"] == first
    authority.advance(61)
    for find in (secrets.describe_secret, secrets.restore_secret, secrets.delete_secret, secrets.get_secret_value):
        with missing():
            find(SecretId="s")
    assert secrets.list_secrets(IncludePlannedDeletion=True)["SecretList"] == []
    second = secrets.create_secret(Name="s", SecretString="two")["ARN"]
    assert second != first
    with missing():
        secrets.get_secret_value(SecretId=first)


def test_a_forced_deletion_is_at_once(secrets: Any) -> None:
    secrets.create_secret(Name="s", SecretString="one")
    secrets.delete_secret(SecretId="s")
    secrets.delete_secret(SecretId="s", ForceDeleteWithoutRecovery=True)
    assert "DeletionDate" in secrets.delete_secret(SecretId="s", ForceDeleteWithoutRecovery=True)
    with missing():
        secrets.describe_secret(SecretId="s")
    secrets.create_secret(Name="s", SecretString="two")
    with invalid("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays."):
        secrets.delete_secret(SecretId="s", ForceDeleteWithoutRecovery=True, RecoveryWindowInDays=7)
    for days in (0, 6, 31, -1):
        with invalid("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive)."):
            secrets.delete_secret(SecretId="s", RecoveryWindowInDays=days)


def test_tags_differ_by_letter_case_and_have_limits(secrets: Any) -> None:
    secrets.create_secret(Name="s", SecretString="s", Tags=[{"Key": "a", "Value": "1"}])
    secrets.tag_resource(SecretId="s", Tags=[{"Key": "A", "Value": "2"}, {"Key": "a", "Value": "3"}])
    assert secrets.describe_secret(SecretId="s")["Tags"] == [{"Key": "A", "Value": "2"}, {"Key": "a", "Value": "3"}]
    secrets.untag_resource(SecretId="s", TagKeys=["a", "unknown"])
    assert secrets.describe_secret(SecretId="s")["Tags"] == [{"Key": "A", "Value": "2"}]
    many = [{"Key": str(number), "Value": ""} for number in range(50)]
    for tags in (many, [{"Key": "aws:x", "Value": ""}], [{"Key": "x", "Value": ""}] * 2, [{"Value": "x"}]):
        with invalid():
            secrets.tag_resource(SecretId="s", Tags=tags)
    secrets.tag_resource(SecretId="s", Tags=many[:49])


def test_no_value_is_kept_on_record(authority: Authority, secrets: Any) -> None:
    secrets.create_secret(Name="s", SecretString="s3cr3t-v4lue")
    secrets.put_secret_value(SecretId="s", SecretString="s3cr3t-v4lue2")
    secrets.get_secret_value(SecretId="s")
    secrets.get_random_password()
    for place in authority.data.rglob("*"):
        if place.is_file():
            assert b"s3cr3t-v4lue" not in place.read_bytes(), place


@pytest.mark.parametrize(
    ("flags", "pattern"),
    [
        ({}, r"[!-~]{32}"),
        ({"PasswordLength": 4096, "ExcludePunctuation": True, "IncludeSpace": True}, r"[A-Za-z0-9 ]{4096}"),
        ({"ExcludeNumbers": True, "ExcludeUppercase": True, "ExcludePunctuation": True}, r"[a-z]{32}"),
        ({"PasswordLength": 4, "ExcludeCharacters": "abcxyz"}, r"[^abcxyz ]{4}"),
        ({"PasswordLength": 1, "RequireEachIncludedType": False}, r"[!-~]"),
    ],
)
def test_random_passwords_are_as_asked_for(secrets: Any, flags: dict[str, Any], pattern: str) -> None:
    drawn = [secrets.get_random_password(**flags)["RandomPassword"] for _ in range(2)]
    assert all(re.fullmatch(pattern, one) for one in drawn)
    if flags.get("RequireEachIncludedType", True) and "ExcludeNumbers" not in flags:
        assert all(re.search(kind, one) for one in drawn for kind in ("[a-z]", "[A-Z]", "[0-9]"))


def test_impossible_passwords_are_refused(secrets: Any) -> None:
    kinds = ("Numbers", "Punctuation", "Uppercase", "Lowercase")
    for flags in ({"PasswordLength": 3}, {f"Exclude{kind}": True for kind in kinds}):
        with invalid():
            secrets.get_random_password(**flags)
    with refused("ValidationException"):
        secrets.get_random_password(PasswordLength=4097)


@pytest.mark.parametrize("operation", ["TagResource", "CreateSecret"])
def test_a_tag_without_key_is_refused(authority: Authority, secrets: Any, operation: str) -> None:
    secrets.create_secret(Name="s", SecretString="s")
    body = b'{"SecretId": "s", "Name": "t", "Tags": [{"Value": "v"}]}'
    with line(authority) as kept:
        answer = kept.json("secretsmanager", f"secretsmanager.{operation}", body)
    assert (answer.status, b"InvalidParameterException" in answer.body) == (400, True), answer.body
