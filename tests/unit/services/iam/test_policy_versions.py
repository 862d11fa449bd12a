from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest

from tests.support.stores import NOW
from tests.unit.services.iam.documents import READ_ALL, sized
from tests.unit.services.iam.house import House, refused
from watchword.policy import MalformedPolicy
from watchword.services.iam.policy_refusals import (
    NoSuchPolicy,
    NoSuchPolicyVersion,
    VersionIsDefault,
    VersionQuotaReached,
)
from watchword.services.iam.refusals import LimitExceeded

WRITE_ALL = READ_ALL.replace("Get", "Put")


@pytest.fixture
def arn(house: House) -> str:
    made: str = house.ask("create_policy", policy_name="Read", policy_document=READ_ALL)["Policy"]["Arn"]
    return made


def add(house: House, arn: str, **parameters: Any) -> str:
    reply = house.ask("create_policy_version", policy_arn=arn, policy_document=WRITE_ALL, **parameters)
    number: str = reply["PolicyVersion"]["VersionId"]
    return number


def speaking(house: House, arn: str) -> str:
    version_id: str = house.ask("get_policy", policy_arn=arn)["Policy"]["DefaultVersionId"]
    return version_id


def test_a_new_version_speaks_only_when_told_to(house: House, arn: str) -> None:
    reply = house.at(NOW + 60).ask("create_policy_version", policy_arn=arn, policy_document=WRITE_ALL)
    assert reply == {"PolicyVersion": {"VersionId": "v2", "IsDefaultVersion": False, "CreateDate": NOW + 60}}
    assert house.ask("get_policy", policy_arn=arn)["Policy"]["UpdateDate"] == NOW + 60
    assert speaking(house, arn) == "v1"
    assert add(house, arn, set_as_default=True) == "v3"
    assert speaking(house, arn) == "v3"
    house.ask("set_default_policy_version", policy_arn=arn, version_id="v2")
    assert len(house.touched) == 1
    assert next(iter(house.touched)).startswith("ANPA")
    assert speaking(house, arn) == "v2"


def test_a_document_comes_back_as_it_was_written_and_percent_encoded(house: House, arn: str) -> None:
    document = READ_ALL.replace("*", "arn:aws:s3:::b/${aws:username}/ü%20~") + "\n"
    house.ask("create_policy_version", policy_arn=arn, policy_document=document)
    version = house.ask("get_policy_version", policy_arn=arn, version_id="v2")["PolicyVersion"]
    assert version["Document"].startswith("%7B%22Version%22%3A%20%22")
    assert "~" in version["Document"]
    assert not set(version["Document"]) & set(" +/:*{}")
    assert unquote(version["Document"]) == document


def test_versions_are_listed_newest_first_without_documents(house: House, arn: str) -> None:
    add(house, arn)
    add(house, arn, set_as_default=True)
    first = house.ask("list_policy_versions", policy_arn=arn, max_items=2)
    rest = house.ask("list_policy_versions", policy_arn=arn, max_items=2, marker=first["Marker"])
    assert not rest["IsTruncated"]
    assert [
        (version["VersionId"], version["IsDefaultVersion"]) for version in first["Versions"] + rest["Versions"]
    ] == [("v3", True), ("v2", False), ("v1", False)]
    assert "Document" not in first["Versions"][0]


def test_there_are_five_versions_at_most_and_no_number_is_used_twice(house: House, arn: str) -> None:
    for _ in range(4):
        add(house, arn)
    with refused(
        VersionQuotaReached,
        "A managed policy can have up to 5 versions. "
        "Before you create a new version, you must delete an existing version.",
    ):
        add(house, arn)
    house.ask("delete_policy_version", policy_arn=arn, version_id="v5")
    assert add(house, arn) == "v6"


def test_the_version_that_speaks_is_not_deleted(house: House, arn: str) -> None:
    with refused(VersionIsDefault, "Cannot delete the default version of a policy."):
        house.ask("delete_policy_version", policy_arn=arn, version_id="v1")


@pytest.mark.parametrize("version_id", ["v2", "v1.draft", "v" + "9" * 5000])
@pytest.mark.parametrize("operation", ["get_policy_version", "set_default_policy_version", "delete_policy_version"])
def test_a_missing_version(house: House, arn: str, operation: str, version_id: str) -> None:
    with refused(NoSuchPolicyVersion, f"Policy {arn} version {version_id} does not exist or is not attachable."):
        house.ask(operation, policy_arn=arn, version_id=version_id)


def test_a_bad_or_large_document_makes_no_version(house: House, arn: str) -> None:
    with refused(MalformedPolicy):
        house.ask("create_policy_version", policy_arn=arn, policy_document="{}")
    with refused(LimitExceeded, "Cannot exceed quota for PolicySize: 6144"):
        house.ask("create_policy_version", policy_arn=arn, policy_document=sized(6145))
    with refused(NoSuchPolicy):
        add(house, arn + "er")
    assert len(house.ask("list_policy_versions", policy_arn=arn)["Versions"]) == 1
