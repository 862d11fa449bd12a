"""Versions and their labels: AWSCURRENT, AWSPREVIOUS, AWSPENDING and one's own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError

from tests.api.secretsmanager.people import invalid
from tests.support.authority import Authority
from tests.support.refusals import refused

A, B, C = ("aaaaaaaa" * 4, "bbbbbbbb" * 4, "cccccccc" * 4)
DAY = 24 * 3600


def made(secrets: Any) -> None:
    secrets.create_secret(Name="s", SecretString="a", ClientRequestToken=A)


def put(secrets: Any, token: str, value: str, *stages: str) -> dict[str, Any]:
    more = {"VersionStages": list(stages)} if stages else {}
    told: dict[str, Any] = secrets.put_secret_value(SecretId="s", SecretString=value, ClientRequestToken=token, **more)
    return told


def stages(secrets: Any) -> dict[str, list[str]]:
    told: dict[str, list[str]] = secrets.describe_secret(SecretId="s")["VersionIdsToStages"]
    return told


def move(secrets: Any, stage: str, source: str | None = None, target: str | None = None) -> None:
    passed = {"RemoveFromVersionId": source, "MoveToVersionId": target}
    given = {name: value for name, value in passed.items() if value}
    secrets.update_secret_version_stage(SecretId="s", VersionStage=stage, **given)


def test_a_new_value_moves_current_and_previous(secrets: Any) -> None:
    made(secrets)
    assert put(secrets, B, "b")["VersionStages"] == ["AWSCURRENT"]
    assert stages(secrets) == {A: ["AWSPREVIOUS"], B: ["AWSCURRENT"]}
    put(secrets, C, "c")
    assert stages(secrets) == {B: ["AWSPREVIOUS"], C: ["AWSCURRENT"]}
    read = secrets.get_secret_value
    assert read(SecretId="s")["SecretString"] == "c"
    assert read(SecretId="s", VersionStage="AWSPREVIOUS")["SecretString"] == "b"
    deprecated = read(SecretId="s", VersionId=A)
    assert (deprecated["SecretString"], deprecated.get("VersionStages")) == ("a", None)


def test_a_rotation_by_hand(secrets: Any) -> None:
    made(secrets)
    put(secrets, B, "b", "AWSPENDING")
    assert secrets.get_secret_value(SecretId="s")["VersionId"] == A
    move(secrets, "AWSCURRENT", A, B)
    assert stages(secrets) == {A: ["AWSPREVIOUS"], B: ["AWSCURRENT", "AWSPENDING"]}
    move(secrets, "AWSPENDING", B)
    move(secrets, "AWSCURRENT", B, A)
    assert stages(secrets) == {A: ["AWSCURRENT"], B: ["AWSPREVIOUS"]}


def test_labels_of_ones_own_go_to_the_newest_that_names_them(secrets: Any) -> None:
    made(secrets)
    assert put(secrets, B, "b", "one", "two", "three")["VersionStages"] == ["one", "three", "two"]
    put(secrets, C, "c", "four", "one", "two")
    assert stages(secrets) == {A: ["AWSCURRENT"], B: ["three"], C: ["four", "one", "two"]}
    move(secrets, "three", B, C)
    assert stages(secrets) == {A: ["AWSCURRENT"], C: ["four", "one", "three", "two"]}


def test_a_label_is_moved_only_from_where_it_is(secrets: Any) -> None:
    made(secrets)
    put(secrets, B, "b", "AWSPENDING")
    with invalid(
        "The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to"
        f" version {A}, so you must explicitly reference that version in RemoveFromVersionId."
    ):
        move(secrets, "AWSCURRENT", target=B)
    with invalid(
        "When you move staging label AWSCURRENT, if you specify RemoveFromVersionId, it must be set to the version that"
        " currently has the staging label AWSCURRENT."
    ):
        move(secrets, "AWSCURRENT", B, B)
    with invalid():
        move(secrets, "nobodys", A)
    with invalid():
        move(secrets, "AWSPENDING")
    with invalid(
        "You can only move staging label AWSCURRENT to a different secret version."
        " It can\N{RIGHT SINGLE QUOTATION MARK}t be completely removed."
    ):
        move(secrets, "AWSCURRENT", A)
    message = f"Secrets Manager can't find the specified secret value for VersionId: {C}"
    with refused("ResourceNotFoundException", message=message):
        move(secrets, "AWSCURRENT", A, C)
    assert stages(secrets) == {A: ["AWSCURRENT"], B: ["AWSPENDING"]}
    move(secrets, "mine", target=B)
    move(secrets, "mine", target=B)
    assert stages(secrets)[B] == ["AWSPENDING", "mine"]


def test_a_token_is_one_version(secrets: Any) -> None:
    made(secrets)
    put(secrets, B, "b")
    put(secrets, C, "c")
    again = put(secrets, B, "b")
    assert again["VersionStages"] == ["AWSPREVIOUS"]
    assert stages(secrets)[C] == ["AWSCURRENT"]
    with refused("ResourceExistsException", status=400):
        put(secrets, B, "other")
    with refused("ResourceExistsException"):
        secrets.put_secret_value(SecretId="s", SecretBinary=b"b", ClientRequestToken=B)


def test_of_many_values_under_one_token_one_counts(secrets: Any) -> None:
    made(secrets)

    def write(number: int) -> str:
        try:
            put(secrets, B, str(number))
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return str(number)

    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(write, range(8)))
    (kept,) = [one for one in done if one.isdecimal()]
    assert done.count("ResourceExistsException") == 7
    assert secrets.get_secret_value(SecretId="s")["SecretString"] == kept


def test_stage_and_id_must_mean_the_same_version(secrets: Any) -> None:
    made(secrets)
    put(secrets, B, "b")
    read = secrets.get_secret_value
    assert read(SecretId="s", VersionId=A, VersionStage="AWSPREVIOUS")["SecretString"] == "a"
    other = "You provided a VersionStage that is not associated to the provided VersionId."
    with refused("InvalidRequestException", message=other):
        read(SecretId="s", VersionId=A, VersionStage="AWSCURRENT")
    missing = "Secrets Manager can't find the specified secret value for "
    with refused("ResourceNotFoundException", message=f"{missing}staging label: AWSPENDING"):
        read(SecretId="s", VersionStage="AWSPENDING")
    with refused("ResourceNotFoundException", message=f"{missing}VersionId: {C}"):
        read(SecretId="s", VersionId=C)


def test_there_may_be_twenty_labels(secrets: Any) -> None:
    made(secrets)
    for number in range(19):
        move(secrets, f"label-{number}", target=A)
    limit = "You exceeded the maximum number of staging labels allowed on a secret."
    with refused("LimitExceededException", status=400, message=limit):
        move(secrets, "label-19", target=A)
    with refused("LimitExceededException"):
        put(secrets, B, "b")
    put(secrets, B, "b", "label-0")
    assert stages(secrets)[B] == ["label-0"]


def test_deprecated_versions_go_when_there_are_more_than_a_hundred_and_they_are_a_day_old(
    authority: Authority, secrets: Any
) -> None:
    made(secrets)
    secrets.update_secret_version_stage(SecretId="s", VersionStage="first", MoveToVersionId=A)
    authority.advance(10)
    for number in range(105):
        put(secrets, f"{number:032}", str(number))
    assert len(listed(secrets)) == 106
    authority.advance(DAY + 60)
    put(secrets, B, "b")
    left = listed(secrets)
    assert len(left) == 101
    assert {A, B, f"{104:032}"} <= set(left)
    assert f"{0:032}" not in left


def listed(secrets: Any, size: int = 100, *, deprecated: bool = True) -> list[str]:
    pages = (
        secrets.get_paginator("list_secret_version_ids") if secrets.can_paginate("list_secret_version_ids") else None
    )
    if pages is not None:
        asked = {"SecretId": "s", "IncludeDeprecated": deprecated, "PaginationConfig": {"PageSize": size}}
        return [one["VersionId"] for page in pages.paginate(**asked) for one in page["Versions"]]
    ids: list[str] = []
    more: dict[str, str] = {}
    while True:
        page = secrets.list_secret_version_ids(SecretId="s", IncludeDeprecated=deprecated, MaxResults=size, **more)
        ids += [one["VersionId"] for one in page["Versions"]]
        if "NextToken" not in page:
            return ids
        more = {"NextToken": page["NextToken"]}


def test_versions_are_listed_page_by_page(secrets: Any) -> None:
    made(secrets)
    for number in range(5):
        put(secrets, f"{number:032}", str(number))
    assert len(listed(secrets, 2)) == 6
    assert listed(secrets, 1, deprecated=False) == [f"{number:032}" for number in (3, 4)]
    first = secrets.list_secret_version_ids(SecretId="s", MaxResults=1)
    assert first["Versions"][0]["KmsKeyIds"] == ["DefaultEncryptionKey"]
    secrets.create_secret(Name="t", SecretString="t")
    for asked in ({"SecretId": "t"}, {"SecretId": "s", "IncludeDeprecated": True}):
        with refused("InvalidNextTokenException", status=400):
            secrets.list_secret_version_ids(**asked, NextToken=first["NextToken"])
    with refused("InvalidNextTokenException"):
        secrets.list_secret_version_ids(SecretId="s", NextToken="wrong")
