"""Access keys through the SDK: what a key opens at every point of its life."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from mypy_boto3_iam import IAMClient

from tests.support.authority import Authority
from tests.support.refusals import refused

GONE = "The security token included in the request is invalid."
OWN_KEYS = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Action": ["iam:*AccessKey*", "iam:GetUser", "iam:TagUser"],
        "Resource": "arn:aws:iam::*:user/${aws:username}",
    },
}


@pytest.fixture
def ann(iam: IAMClient) -> str:
    """A user with nothing."""
    iam.create_user(UserName="ann")
    return "ann"


def who(authority: Authority, key: Any) -> str:
    arn: str = authority.of("sts", key).get_caller_identity()["Arn"]
    return arn


def test_a_new_key_signs_at_once_until_it_is_deactivated(iam: IAMClient, authority: Authority, ann: str) -> None:
    key = iam.create_access_key(UserName=ann)["AccessKey"]
    assert key["AccessKeyId"].startswith("AKIA")
    assert who(authority, key).endswith(":user/ann")
    iam.update_access_key(UserName=ann, AccessKeyId=key["AccessKeyId"], Status="Inactive")
    with refused("InvalidClientTokenId", status=403, message=GONE):
        who(authority, key)
    iam.update_access_key(UserName=ann, AccessKeyId=key["AccessKeyId"], Status="Active")
    assert who(authority, key).endswith(":user/ann")
    iam.delete_access_key(UserName=ann, AccessKeyId=key["AccessKeyId"])
    with refused("InvalidClientTokenId", status=403, message=GONE):
        who(authority, key)


def test_a_third_key_is_refused(iam: IAMClient, ann: str) -> None:
    key_id = iam.create_access_key(UserName=ann)["AccessKey"]["AccessKeyId"]
    iam.create_access_key(UserName=ann)
    iam.update_access_key(UserName=ann, AccessKeyId=key_id, Status="Inactive")
    with refused("LimitExceeded", status=409, message="Cannot exceed quota for AccessKeysPerUser: 2"):
        iam.create_access_key(UserName=ann)


def test_listing_tells_ids_and_status_and_no_secret(iam: IAMClient, ann: str) -> None:
    key = iam.create_access_key(UserName=ann)["AccessKey"]
    (listed,) = iam.list_access_keys(UserName=ann)["AccessKeyMetadata"]
    assert listed.keys() == {"UserName", "AccessKeyId", "Status", "CreateDate"}
    assert (listed["AccessKeyId"], listed["Status"]) == (key["AccessKeyId"], "Active")


def test_a_user_looks_after_its_own_keys_and_no_one_elses(iam: IAMClient, authority: Authority, ann: str) -> None:
    iam.put_user_policy(UserName=ann, PolicyName="own", PolicyDocument=json.dumps(OWN_KEYS))
    old = iam.create_access_key(UserName=ann)["AccessKey"]
    new = authority.of("iam", dict(old)).create_access_key()["AccessKey"]
    assert new["UserName"] == ann
    mine = authority.of("iam", new)
    mine.update_access_key(AccessKeyId=old["AccessKeyId"], Status="Inactive")
    mine.delete_access_key(AccessKeyId=old["AccessKeyId"])
    assert [key["AccessKeyId"] for key in mine.list_access_keys()["AccessKeyMetadata"]] == [new["AccessKeyId"]]
    with refused("AccessDenied", status=403):
        mine.create_access_key(UserName=authority.user_name)
    with refused("AccessDenied", status=403):
        mine.get_access_key_last_used(AccessKeyId=authority.access_key_id)


def test_last_use_is_told(iam: IAMClient, authority: Authority, ann: str) -> None:
    key = iam.create_access_key(UserName=ann)["AccessKey"]
    never = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])
    assert never["AccessKeyLastUsed"] == {"ServiceName": "N/A", "Region": "N/A"}
    who(authority, key)
    used = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])
    assert used["UserName"] == ann
    assert used["AccessKeyLastUsed"]["ServiceName"] == "sts"
    assert used["AccessKeyLastUsed"]["Region"] == "us-east-1"
    assert "LastUsedDate" in used["AccessKeyLastUsed"]


def test_what_is_not_there(iam: IAMClient, ann: str) -> None:
    unknown = "AKIAAAAAAAAAAAAAAAAA"
    message = f"The Access Key with id {unknown} cannot be found."
    with refused("NoSuchEntity", status=404, message=message):
        iam.delete_access_key(UserName=ann, AccessKeyId=unknown)
    with refused("NoSuchEntity", status=404, message=message):
        iam.update_access_key(UserName=ann, AccessKeyId=unknown, Status="Active")
    with refused("NoSuchEntity", status=404, message=message):
        iam.get_access_key_last_used(AccessKeyId=unknown)
    with refused("NoSuchEntity", status=404, message="The user with name bob cannot be found."):
        iam.create_access_key(UserName="bob")


def test_the_keys_of_a_deleted_user_open_nothing(iam: IAMClient, authority: Authority, ann: str) -> None:
    key = iam.create_access_key(UserName=ann)["AccessKey"]
    who(authority, key)
    iam.delete_access_key(UserName=ann, AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName=ann)
    iam.create_user(UserName=ann)
    with refused("InvalidClientTokenId", status=403):
        who(authority, key)


def test_a_status_that_only_aws_sets(iam: IAMClient, ann: str) -> None:
    key_id = iam.create_access_key(UserName=ann)["AccessKey"]["AccessKeyId"]
    with refused("InvalidInput", status=400):
        iam.update_access_key(UserName=ann, AccessKeyId=key_id, Status="Expired")


def test_keys_asked_for_at_once_are_two_at_most(authority: Authority, iam: IAMClient, ann: str) -> None:
    def ask(_number: int) -> str:
        try:
            return str(iam.create_access_key(UserName=ann)["AccessKey"]["AccessKeyId"])
        except iam.exceptions.LimitExceededException:
            return ""

    with ThreadPoolExecutor(16) as crowd:
        made = {key_id for key_id in crowd.map(ask, range(40)) if key_id}
    assert len(made) == 2
    assert {key["AccessKeyId"] for key in iam.list_access_keys(UserName=ann)["AccessKeyMetadata"]} == made
