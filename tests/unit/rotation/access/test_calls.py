"""Every call is counted and paced; a read is tried again, and a change never is."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from io import BytesIO
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from watchword.rotation.access.calls import Calls, changes, is_throttled
from watchword.rotation.access.signing_in import Clients, SignedIn
from watchword.rotation.rules import Aws

SESSION = botocore.session.Session()
OK = "<GetUserResponse><GetUserResult/></GetUserResponse>"
KEY = "<R><CreateAccessKeyResult/></R>"


class Raw(BytesIO):
    def stream(self, **_more: Any) -> Any:
        yield self.read()


def answer(status: int, body: str = OK, date: str = "") -> AWSResponse:
    headers = HTTPHeaders()
    if date:
        headers["date"] = date
    return AWSResponse("http://there", status, headers, Raw(body.encode()))


def error(status: int, code: str) -> AWSResponse:
    return answer(status, f"<E><Error><Code>{code}</Code><Message>no</Message></Error></E>")


def client(calls: Calls, *answers: AWSResponse | Exception) -> Any:
    made = Clients(SESSION, Aws(endpoint_url="http://there", region="us-east-1")).make("iam", SignedIn("AKIA", "s"))
    calls.attach(made, "111122223333")
    left = list(answers)

    def reply(**_more: Any) -> AWSResponse:
        one = left.pop(0)
        if isinstance(one, Exception):
            raise one
        return one

    made.meta.events.register_last("before-send", reply)
    return made


def test_a_read_that_is_throttled_is_tried_again_and_slows_the_account() -> None:
    calls = Calls(calls_per_second=100)
    iam = client(calls, error(400, "Throttling"), answer(200))
    iam.get_user(UserName="ann")
    assert calls.by_operation("111122223333") == {"iam:GetUser": 2}
    assert calls.rate("111122223333") == pytest.approx(50 + 2)
    assert calls.made() == calls.made("111122223333") == 2
    assert calls.made("999988887777") == 0


@pytest.mark.parametrize(
    ("given", "raised", "code"),
    [
        (error(400, "Throttling"), ClientError, "Throttling"),
        (error(500, "ServiceFailure"), ClientError, "ServiceFailure"),
        (error(409, "LimitExceeded"), ClientError, "LimitExceeded"),
        (EndpointConnectionError(endpoint_url="http://there"), EndpointConnectionError, ""),
    ],
)
def test_a_change_is_asked_for_once(given: AWSResponse | Exception, raised: type[Exception], code: str) -> None:
    calls = Calls(calls_per_second=100)
    iam = client(calls, given, answer(200, KEY))
    with pytest.raises(raised) as told:
        iam.create_access_key(UserName="ann")
    assert calls.changing() == {"iam:CreateAccessKey": 1}
    if isinstance(told.value, ClientError):
        assert told.value.response["Error"]["Code"] == code
        assert told.value.operation_name == "CreateAccessKey"
        assert isinstance(told.value, iam.exceptions.from_code(code))


def test_hooks_stand_around_each_request_and_may_end_it() -> None:
    seen: list[str] = []

    class Killed(BaseException):
        pass

    def kill(when: str) -> Callable[[str], None]:
        def hook(operation: str) -> None:
            seen.append(f"{when} {operation}")
            if operation == "iam:DeleteAccessKey" and when == "after":
                raise Killed

        return hook

    calls = Calls(calls_per_second=100, before=kill("before"), after=kill("after"))
    iam = client(calls, answer(200), answer(200))
    iam.get_user(UserName="ann")
    with pytest.raises(Killed):
        iam.delete_access_key(UserName="ann", AccessKeyId="AKIAIOSFODNN7EXAMPLE")
    assert seen == [
        "before iam:GetUser",
        "after iam:GetUser",
        "before iam:DeleteAccessKey",
        "after iam:DeleteAccessKey",
    ]


def test_a_rate_that_others_found_is_begun_with() -> None:
    calls = Calls(calls_per_second=10)
    calls.set_rate("1", 3.0)
    calls.set_rate("2", 30.0)
    calls.set_rate("3", None)
    assert [calls.rate(account) for account in "123"] == [3.0, 10.0, 10.0]


def test_the_skew_is_told_by_the_first_answer() -> None:
    calls = Calls(calls_per_second=100, real=lambda: 1_700_000_000.0)
    iam = client(calls, answer(200, date="Tue, 14 Nov 2023 22:23:20 GMT"))
    assert calls.skew("111122223333") is None
    iam.get_user(UserName="ann")
    assert calls.skew("111122223333") == 600.0


def test_what_changes_and_what_is_throttled() -> None:
    reads = (
        "GetUser",
        "ListUsers",
        "GenerateCredentialReport",
        "SimulatePrincipalPolicy",
        "AssumeRole",
        "DescribeSecret",
    )
    assert not any(map(changes, reads))
    assert all(map(changes, ("CreateAccessKey", "UpdateAccessKey", "PutSecretValue", "TagUser", "RotateSecret")))
    assert is_throttled(400, "Throttling")
    assert is_throttled(429, "")
    assert is_throttled(503, "SlowDown")
    assert not is_throttled(503, "ServiceUnavailable")
    assert not is_throttled(403, "AccessDenied")


@pytest.mark.parametrize("body", ["<R><CreateAccessKeyResult><AccessKey><SecretAccessKey>VERYSECRET", "VERYSECRET"])
def test_an_answer_that_cannot_be_understood_is_not_told(body: str) -> None:
    """A proxy cut it short: the SDK's own error would repeat the secret."""
    iam = client(Calls(), answer(200, body))
    with pytest.raises(BotoCoreError) as told:
        iam.create_access_key(UserName="ann")
    assert "VERYSECRET" not in "".join(traceback.format_exception(told.value))
    assert told.value.__context__ is None
