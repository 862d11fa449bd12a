"""ListSecrets and BatchGetSecretValue: filters, orders, pages, and what is refused beside the rest."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.secretsmanager.people import READ, allow, deny, invalid, no_identity, policy, to, user
from tests.support.authority import Authority
from tests.support.refusals import refused


@pytest.fixture
def several(authority: Authority, secrets: Any) -> Any:
    for number, (name, description, tags) in enumerate(
        (
            ("app/blue", "The Blue one", {"Team": "blue"}),
            ("app/red", "the red one", {"team": "red", "env": "prod"}),
            ("other", "", {"env": "test"}),
            ("App/upper", "upper", {}),
        )
    ):
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        secrets.create_secret(Name=name, Description=description, SecretString=str(number), Tags=listed)
        authority.advance(10)
    return secrets


def names(secrets: Any, *filters: tuple[str, list[str]], **more: Any) -> list[str]:
    asked = [{"Key": key, "Values": values} for key, values in filters]
    pages = secrets.get_paginator("list_secrets").paginate(**({"Filters": asked} if asked else {}), **more)
    return [one["Name"] for page in pages for one in page["SecretList"]]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ([("name", ["app/"])], {"app/blue", "app/red"}),
        ([("name", ["APP/"])], set()),
        ([("name", ["!app/"])], {"other", "App/upper"}),
        ([("name", ["app/", "oth"])], {"app/blue", "app/red", "other"}),
        ([("name", ["app/", "!app/r"])], {"app/blue"}),
        ([("description", ["THE"])], {"app/blue", "app/red"}),
        ([("description", ["blue"])], set()),
        ([("tag-key", ["team"])], {"app/red"}),
        ([("tag-key", ["!env"])], {"app/blue", "App/upper"}),
        ([("tag-value", ["pro"])], {"app/red"}),
        ([("all", ["blue"])], {"app/blue"}),
        ([("all", ["ONE red"])], {"app/red"}),
        ([("all", ["app"])], {"app/blue", "app/red", "App/upper"}),
        ([("name", ["app/"]), ("tag-key", ["env"])], {"app/red"}),
        ([("primary-region", ["us-"])], set()),
        ([("owning-service", ["rds"])], set()),
    ],
    ids=lambda value: str(value) if isinstance(value, list) else "",  # a set is told in any order
)
def test_filters(several: Any, filters: list[tuple[str, list[str]]], expected: set[str]) -> None:
    assert set(names(several, *filters)) == expected


def test_orders(authority: Authority, several: Any) -> None:
    newest = ["App/upper", "other", "app/red", "app/blue"]
    assert names(several) == newest
    assert names(several, SortOrder="asc") == newest[::-1]
    assert names(several, SortBy="name") == sorted(newest)
    assert names(several, SortBy="name", SortOrder="desc") == sorted(newest)[::-1]
    authority.advance(10)
    several.update_secret(SecretId="other", Description="changed")
    assert names(several, SortBy="last-changed-date")[0] == "other"
    assert set(names(several, SortBy="last-accessed-date", SortOrder="asc")) == set(newest)


@pytest.mark.parametrize("order", ["created-date", "last-accessed-date", "last-changed-date", "name"])
def test_pages_of_one_tell_each_once(several: Any, order: str) -> None:
    told = names(several, SortBy=order, PaginationConfig={"PageSize": 1})
    assert told == names(several, SortBy=order)
    assert len(told) == 4


def test_entries_tell_what_describe_tells(several: Any) -> None:
    (entry,) = several.list_secrets(Filters=[{"Key": "name", "Values": ["app/red"]}])["SecretList"]
    told = several.describe_secret(SecretId="app/red")
    assert entry.pop("SecretVersionsToStages") == told.pop("VersionIdsToStages")
    told.pop("ResponseMetadata")
    assert entry == told


def test_what_is_to_be_deleted_is_listed_only_when_asked_for(several: Any, west: Any) -> None:
    several.delete_secret(SecretId="other")
    assert "other" not in names(several)
    assert "other" in names(several, IncludePlannedDeletion=True)
    assert names(west) == []


def test_wrong_questions_are_refused(several: Any) -> None:
    token = several.list_secrets(MaxResults=1)["NextToken"]
    for asked in ({"NextToken": "wrong"}, {"NextToken": token, "SortBy": "name"}, {"NextToken": token[:-4]}):
        with refused("InvalidNextTokenException", status=400):
            several.list_secrets(**asked)
    for filters in ([{"Values": ["x"]}], [{"Key": "name"}]):
        with invalid():
            several.list_secrets(Filters=filters)
    with refused("ValidationException"):
        several.list_secrets(Filters=[{"Key": "color", "Values": ["x"]}])
    with refused("ValidationException"):
        several.list_secrets(MaxResults=101)


def test_a_batch_by_names_and_by_filters(several: Any) -> None:
    several.create_secret(Name="empty")
    several.delete_secret(SecretId="other")
    told = several.batch_get_secret_value(SecretIdList=["app/red", "app/blue", "nothing", "empty", "other"])
    assert [(one["Name"], one["SecretString"]) for one in told["SecretValues"]] == [("app/red", "1"), ("app/blue", "0")]
    assert [(one["SecretId"], one["ErrorCode"]) for one in told["Errors"]] == [
        ("nothing", "ResourceNotFoundException"),
        ("empty", "ResourceNotFoundException"),
        ("other", "InvalidRequestException"),
    ]
    filters = [{"Key": "name", "Values": ["app/"]}]
    first = several.batch_get_secret_value(Filters=filters, MaxResults=1)
    second = several.batch_get_secret_value(Filters=filters, NextToken=first["NextToken"])
    found = [one["SecretString"] for page in (first, second) for one in page["SecretValues"]]
    assert found == ["1", "0"]
    for asked in ({}, {"SecretIdList": ["x"], "Filters": filters}, {"SecretIdList": ["x"], "MaxResults": 1}):
        with invalid():
            several.batch_get_secret_value(**asked)


def test_each_secret_of_a_batch_is_allowed_in_its_own_right(authority: Authority, several: Any) -> None:
    red, blue = (several.describe_secret(SecretId=name)["ARN"] for name in ("app/red", "app/blue"))
    ann = user(
        authority,
        "ann",
        allow("secretsmanager:BatchGetSecretValue"),
        allow(READ, resource=red, Condition={"StringEquals": {"secretsmanager:VersionStage": "AWSCURRENT"}}),
    )
    told = ann.client.batch_get_secret_value(SecretIdList=["app/red", blue, "nothing"])
    assert [one["Name"] for one in told["SecretValues"]] == ["app/red"]
    assert told["Errors"] == [
        {
            "SecretId": secret_id,
            "ErrorCode": "AccessDeniedException",
            "Message": no_identity(ann.arn, READ, secret_id),
        }
        for secret_id in (blue, "nothing")
    ]
    with refused("AccessDeniedException"):
        ann.client.batch_get_secret_value(Filters=[{"Key": "name", "Values": ["app/"]}])
    several.put_resource_policy(SecretId=red, ResourcePolicy=policy(deny(READ, **to(ann.arn))))
    told = ann.client.batch_get_secret_value(SecretIdList=[red])
    assert told["Errors"][0]["Message"].endswith("with an explicit deny in a resource-based policy")
