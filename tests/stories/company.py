"""Who the stories are about: a company with one account, its people, and the roles they take on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.support.authority import Authority
from tests.support.terminal import Terminal

Statement = dict[str, Any]
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def document(*statements: Statement) -> str:
    """Write a policy."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, on: str | list[str] = "*", **conditions: Any) -> Statement:
    """Write a statement that allows, under conditions given by operator."""
    return _statement("Allow", actions, on, conditions)


def deny(*actions: str, on: str | list[str] = "*", **conditions: Any) -> Statement:
    """Write a statement that denies."""
    return _statement("Deny", actions, on, conditions)


def _statement(effect: str, actions: tuple[str, ...], on: str | list[str], conditions: dict[str, Any]) -> Statement:
    statement: Statement = {"Effect": effect, "Action": list(actions), "Resource": on}
    return statement | ({"Condition": conditions} if conditions else {})


def trust(*principals: str, actions: tuple[str, ...] = ("sts:AssumeRole",), **conditions: Any) -> Statement:
    """Write a statement of a trust policy."""
    named: Any = principals[0] if len(principals) == 1 else list(principals)
    statement: Statement = {"Effect": "Allow", "Principal": {"AWS": named}, "Action": list(actions)}
    return statement | ({"Condition": conditions} if conditions else {})


EVERYTHING = allow("*")


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who holds credentials; by none, the administrator of the first account."""

    authority: Authority
    credentials: dict[str, Any] | None = None

    def client(self, service: str) -> Any:
        return self.authority.of(service, self.credentials) if self.credentials else self.authority.client(service)

    @property
    def iam(self) -> Any:
        return self.client("iam")

    @property
    def sts(self) -> Any:
        return self.client("sts")

    @property
    def trail(self) -> Any:
        return self.client("cloudtrail")

    @property
    def terminal(self) -> Terminal:
        return Terminal(self.authority, self.credentials)

    @property
    def key_id(self) -> str:
        return str(self.credentials["AccessKeyId"]) if self.credentials else self.authority.access_key_id

    def identity(self) -> str:
        """Ask who this is; gives the ARN."""
        return str(self.sts.get_caller_identity()["Arn"])

    def holding(self, answer: dict[str, Any]) -> Actor:
        """Give whoever acts with the credentials that STS answered."""
        return Actor(self.authority, answer["Credentials"])

    def take(self, role: str, session: str = "work", **more: Any) -> Actor:
        """Assume a role."""
        return self.holding(self.sts.assume_role(RoleArn=role, RoleSessionName=session, **more))


@dataclass(frozen=True, slots=True)
class Company:
    """An account, through the eyes of its administrator."""

    administrator: Actor
    account: str

    @property
    def iam(self) -> Any:
        return self.administrator.iam

    def arn(self, path: str) -> str:
        """Give the ARN of something of IAM here: `user/ann`."""
        return f"arn:aws:iam::{self.account}:{path}"

    def hire(self, name: str, *may: Statement, **more: Any) -> Actor:
        """Make a user with a key; `more` goes to CreateUser."""
        self.iam.create_user(UserName=name, **more)
        if may:
            self.allow(name, *may)
        return Actor(self.administrator.authority, self.iam.create_access_key(UserName=name)["AccessKey"])

    def allow(self, name: str, *may: Statement) -> None:
        """Give a user what it may do, in the place of what it might before."""
        self.iam.put_user_policy(UserName=name, PolicyName="may", PolicyDocument=document(*may))

    def role(self, name: str, trusted: Statement, *may: Statement, **more: Any) -> str:
        """Make a role; gives its ARN."""
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trusted), **more)["Role"]
        if may:
            self.iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=document(*may))
        return str(made["Arn"])

    def policy(self, name: str, *statements: Statement) -> str:
        """Make a managed policy; gives its ARN."""
        made = self.iam.create_policy(PolicyName=name, PolicyDocument=document(*statements))
        return str(made["Policy"]["Arn"])


Ask = Callable[[], Any]
