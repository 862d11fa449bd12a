"""Who takes part in the STS tests: users, roles, and clients that act with credentials they were given."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import uuid4

from mypy_boto3_iam import IAMClient
from mypy_boto3_sts import STSClient
from mypy_boto3_sts.type_defs import CredentialsTypeDef

Statement = dict[str, Any]
EVERYTHING: Statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}


class Authority(Protocol):
    """The running authority, as the fixture of that name gives it."""

    endpoint: str

    def client(self, service: str, access_key: str, secret: str, token: str | None = None) -> Any: ...

    def advance(self, seconds: float) -> None: ...


def document(*statements: Statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def named(prefix: str) -> str:
    return f"{prefix}-{uuid4().hex[:12]}"


@dataclass(frozen=True)
class Role:
    """A role, and how to trust and permit with it."""

    name: str
    arn: str
    id: str


@dataclass(frozen=True)
class User:
    """A user with one long-term key."""

    name: str
    arn: str
    iam: IAMClient
    sts: STSClient


@dataclass(frozen=True)
class People:
    """Makes users and roles in one authority, as its administrator."""

    authority: Authority
    iam: IAMClient
    account: str

    def user(self, *may: Statement) -> User:
        user = self.iam.create_user(UserName=named("ann"))["User"]
        if may:
            self.iam.put_user_policy(UserName=user["UserName"], PolicyName="may", PolicyDocument=document(*may))
        key = self.iam.create_access_key(UserName=user["UserName"])["AccessKey"]
        iam = self.authority.client("iam", key["AccessKeyId"], key["SecretAccessKey"])
        sts = self.authority.client("sts", key["AccessKeyId"], key["SecretAccessKey"])
        return User(user["UserName"], user["Arn"], iam, sts)

    def role(self, *may: Statement, trusts: Statement | None = None, longest: int = 3_600, path: str = "/") -> Role:
        role = self.iam.create_role(
            RoleName=named("Reader"),
            Path=path,
            AssumeRolePolicyDocument=document(trusts or self.trust()),
            MaxSessionDuration=longest,
        )["Role"]
        if may:
            self.iam.put_role_policy(RoleName=role["RoleName"], PolicyName="may", PolicyDocument=document(*may))
        return Role(role["RoleName"], role["Arn"], role["RoleId"])

    def trust(self, *actions: str, arn: str | None = None, **conditions: dict[str, str]) -> Statement:
        """Trust the account, or one principal of it, with sts:AssumeRole and further actions."""
        statement: Statement = {
            "Effect": "Allow",
            "Principal": {"AWS": arn or f"arn:aws:iam::{self.account}:root"},
            "Action": ["sts:AssumeRole", *actions],
        }
        return {**statement, "Condition": conditions} if conditions else statement

    def sts_of(self, given: CredentialsTypeDef) -> STSClient:
        client: STSClient = self._client("sts", given)
        return client

    def iam_of(self, given: CredentialsTypeDef) -> IAMClient:
        client: IAMClient = self._client("iam", given)
        return client

    def _client(self, service: str, given: CredentialsTypeDef) -> Any:
        return self.authority.client(service, given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])


def not_authorized(who: str, action: str, resource: str) -> str:
    return f"User: {who} is not authorized to perform: {action} on resource: {resource}"
