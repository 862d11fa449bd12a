"""People with sessions, for the tests of what ends them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.accounts import allowing, trusting
from tests.support.authority import Authority
from tests.support.refusals import words

EVERYTHING = allowing("*")


@dataclass(frozen=True, slots=True)
class Hands:
    """An account in which sessions are handed out."""

    authority: Authority
    iam: Any
    watchword: Any

    def user(self, name: str, policy: str = EVERYTHING) -> dict[str, Any]:
        """Make a user; gives its access key."""
        self.iam.create_user(UserName=name)
        self.iam.put_user_policy(UserName=name, PolicyName="may", PolicyDocument=policy)
        key: dict[str, Any] = self.iam.create_access_key(UserName=name)["AccessKey"]
        return key

    def role(self, name: str, policy: str = EVERYTHING, trust: str = "") -> str:
        """Make a role that everybody in the account may assume, by any name and with any source identity."""
        free = trusting(self.authority.account_id, action=["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"])
        arn: str = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust or free)["Role"]["Arn"]
        self.iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=policy)
        return arn

    def assume(self, role: str, name: str, key: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """Assume a role; gives the credentials."""
        sts = self.authority.of("sts", key) if key else self.authority.client("sts")
        given: dict[str, Any] = sts.assume_role(RoleArn=role, RoleSessionName=name, **more)["Credentials"]
        return given

    def who(self, credentials: dict[str, Any]) -> str:
        """Use credentials; gives whose they are."""
        arn: str = self.authority.of("sts", credentials).get_caller_identity()["Arn"]
        return arn

    def ended(self, credentials: dict[str, Any]) -> str:
        """Expect that credentials are refused as ended; gives the words."""
        return self.refused(credentials, "ExpiredToken")

    def refused(self, credentials: dict[str, Any], code: str) -> str:
        """Expect that credentials are refused with this code; gives the words."""
        with pytest.raises(ClientError) as caught:
            self.who(credentials)
        answer = caught.value.response
        assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, 403)
        return words(answer["Error"]["Message"])

    def end(self, **which: Any) -> dict[str, Any]:
        """End sessions."""
        answer: dict[str, Any] = self.watchword.end_sessions(**which)
        return answer

    def listed(self, **which: Any) -> list[dict[str, Any]]:
        """List sessions, all pages."""
        found: list[dict[str, Any]] = []
        token: dict[str, str] = {}
        while True:
            page = self.watchword.list_sessions(**which, **token)
            found += page["Sessions"]
            if "NextToken" not in page:
                return found
            token = {"NextToken": page["NextToken"]}


@contextmanager
def saying(code: str, *parts: str) -> Iterator[None]:
    """Expect a refusal with this code, whose words hold these."""
    with pytest.raises(ClientError) as caught:
        yield
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    for part in parts:
        assert part in words(error["Message"])


def document(**statement: Any) -> str:
    """Write a policy of one statement."""
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
