"""Fixtures of the STS tests."""

import pytest
from mypy_boto3_iam import IAMClient
from mypy_boto3_sts import STSClient

from tests.api.sts.people import Authority, People


@pytest.fixture
def people(authority: Authority, iam: IAMClient, sts: STSClient) -> People:
    return People(authority, iam, sts.get_caller_identity()["Account"])
