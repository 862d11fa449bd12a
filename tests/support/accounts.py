"""A second account, as a person would make one: an organization, a member, and its access role."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.support.authority import Authority

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


@dataclass(frozen=True, slots=True)
class Member:
    """A member account, and temporary credentials of its administrator."""

    authority: Authority
    account_id: str
    credentials: dict[str, Any]

    def client(self, service: str) -> Any:
        """Make a client that acts in this account."""
        return self.authority.of(service, self.credentials)

    def user(self, name: str, *policies: str) -> dict[str, Any]:
        """Make a user that holds these managed policies; gives its access key."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        for arn in policies:
            iam.attach_user_policy(UserName=name, PolicyArn=arn)
        key: dict[str, Any] = iam.create_access_key(UserName=name)["AccessKey"]
        return key


def member_of(authority: Authority, name: str = "other") -> Member:
    """Make a member account of the administrator's organization, which is made if there is none."""
    organizations = authority.client("organizations")
    try:
        organizations.create_organization(FeatureSet="ALL")
    except organizations.exceptions.AlreadyInOrganizationException:
        assert organizations.describe_organization()["Organization"]["FeatureSet"] == "ALL"
    made = organizations.create_account(Email=f"{name}@example.com", AccountName=name)["CreateAccountStatus"]
    role = f"arn:aws:iam::{made['AccountId']}:role/OrganizationAccountAccessRole"
    session = authority.client("sts").assume_role(RoleArn=role, RoleSessionName="admin")
    return Member(authority, made["AccountId"], session["Credentials"])


def trusting(*principals: str, action: str | list[str] = "sts:AssumeRole", **condition: Any) -> str:
    """Write a trust policy."""
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": {"AWS": list(principals)}, "Action": action}
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def allowing(action: str | list[str], resource: str = "*") -> str:
    """Write an identity policy."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
