"""Who takes part in the tests of Secrets Manager, and the policies that they write."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.authority import Authority
from tests.support.refusals import refused

READ = "secretsmanager:GetSecretValue"
TOKEN = "11111111-2222-3333-4444-555555555555"
OTHER = "99999999-2222-3333-4444-555555555555"
MISSING = "Secrets Manager can't find the specified secret."
MARKED = "You can't perform this operation on the secret because it was marked for deletion."
ON_REPLICA = "Operation not permitted on a replica secret. Call must be made in primary secret's region."


@dataclass(frozen=True)
class Person:
    """A user of an account, and its client in one region."""

    name: str
    arn: str
    client: Any


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}


def deny(*actions: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    return {**allow(*actions, resource=resource, **more), "Effect": "Deny"}


def to(*arns: str) -> dict[str, Any]:
    return {"Principal": {"AWS": list(arns)}}


def user(authority: Authority, name: str, *may: dict[str, Any], iam: Any = None) -> Person:
    """Make a user that may do this, in the first account unless another's IAM client is given."""
    iam = iam or authority.client("iam")
    made = iam.create_user(UserName=name)["User"]
    if may:
        iam.put_user_policy(UserName=name, PolicyName="may", PolicyDocument=policy(*may))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Person(name, made["Arn"], authority.of("secretsmanager", key))


def denied(message: str | None = None) -> Any:
    return refused("AccessDeniedException", status=400, message=message)


def no_identity(who: str, action: str, resource: str) -> str:
    said = f"User: {who} is not authorized to perform: {action} on resource: {resource}"
    return f"{said} because no identity-based policy allows the {action} action"


def words_of(code: str, ask: Callable[[], object]) -> str:
    """Ask for what is refused with this code; gives the message."""
    with pytest.raises(ClientError) as caught:
        ask()
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    return str(error["Message"])


@contextmanager
def missing() -> Iterator[None]:
    with refused("ResourceNotFoundException", status=400, message=MISSING):
        yield


@contextmanager
def invalid(message: str | None = None) -> Iterator[None]:
    with refused("InvalidParameterException", status=400, message=message):
        yield


@contextmanager
def marked() -> Iterator[None]:
    with refused("InvalidRequestException", status=400, message=MARKED):
        yield
