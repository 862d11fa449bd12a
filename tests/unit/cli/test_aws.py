"""What stands between a command and an account is told in a line."""

from __future__ import annotations

import pytest
from botocore.exceptions import InvalidRegionError, NoCredentialsError

from watchword.cli import aws
from watchword.cli.aws import Account
from watchword.cli.credentials import sts
from watchword.cli.credentials.endpoints import Where
from watchword.cli.credentials.shapes import Credentials
from watchword.cli.exits import Exit, Stop
from watchword.domain.secret import Secret

WRONG = ("http://127.0.0.1:4567x", "127.0.0.1:4567", "http://127.0.0.1:4567 ", "http://")


@pytest.mark.parametrize("address", WRONG)
def test_an_endpoint_that_is_no_address_is_told(address: str) -> None:
    import boto3  # noqa: PLC0415 - takes a third of a second
    import botocore.session  # noqa: PLC0415 - likewise

    core = botocore.session.Session()
    account = Account(core, boto3.session.Session(botocore_session=core), address, "us-east-1")
    with pytest.raises(Stop, match="write an endpoint as `http:"):
        account.client("sts")
    with pytest.raises(Stop, match="write an endpoint as `http:"):
        sts.client(Credentials("AKIAAAAAAAAAAEXAMPLE", Secret("secret")), Where("us-east-1", address, address), "")


def test_what_botocore_says_of_something_else_is_not_said_of_the_endpoint() -> None:
    with pytest.raises(InvalidRegionError), aws.addresses_told():
        raise InvalidRegionError(region_name="x y")


def test_whoever_has_no_credentials_is_sent_to_the_command_that_takes_any() -> None:
    with pytest.raises(Stop, match="run `watchword configure`") as stopped, aws.refusals_told():
        raise NoCredentialsError
    assert stopped.value.exit_code == Exit.LOGIN
