"""The README's flow by boto3, which finds everything in the environment that the README sets."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import boto3
import pytest

from tests.support.authority import Authority
from tests.support.refusals import refused


@pytest.fixture(autouse=True)
def environment(authority: Authority) -> Iterator[None]:
    with patch.dict(os.environ, authority.environment, clear=True):
        yield


def session(key: Any) -> boto3.Session:
    return boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], key.get("SessionToken"))


def test_readme_flow() -> None:
    administrator = boto3.Session()
    iam = administrator.client("iam")
    account = administrator.client("sts").get_caller_identity()["Account"]

    ann_arn = iam.create_user(UserName="ann")["User"]["Arn"]
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    ann = session(key)
    assert ann.client("sts").get_caller_identity()["Arn"] == ann_arn == f"arn:aws:iam::{account}:user/ann"

    iam.create_access_key(UserName="ann")
    with refused("LimitExceeded"):
        iam.create_access_key(UserName="ann")

    lent = ann.client("sts").get_session_token(DurationSeconds=900)["Credentials"]
    assert session(lent).client("sts").get_caller_identity()["Arn"] == ann_arn

    trust = {"Effect": "Allow", "Principal": {"AWS": ann_arn}, "Action": "sts:AssumeRole"}
    role = iam.create_role(
        RoleName="reader", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]
    taken = ann.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="RoleSession1")
    assumed = f"arn:aws:sts::{account}:assumed-role/reader/RoleSession1"
    assert taken["AssumedRoleUser"]["Arn"] == assumed
    assert session(taken["Credentials"]).client("sts").get_caller_identity()["Arn"] == assumed

    iam.update_access_key(UserName="ann", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    with refused("InvalidClientTokenId"):
        ann.client("sts").get_caller_identity()
    iam.delete_access_key(UserName="ann", AccessKeyId=key["AccessKeyId"])
    with refused("InvalidClientTokenId"):
        ann.client("sts").get_caller_identity()
    assert key["AccessKeyId"] not in [
        each["AccessKeyId"] for each in iam.list_access_keys(UserName="ann")["AccessKeyMetadata"]
    ]
