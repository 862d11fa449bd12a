"""Which services and actions policies may grant. Most cases are AWS's recorded answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from watchword.policy import Kind, Policy, compile_policy, parse
from watchword.services.iam.service_grants import Grants

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
NOBODY = {"StringEquals": {"aws:username": "nobody"}}


def compiled(*statements: dict[str, Any]) -> Policy:
    return compile_policy(parse(json.dumps({"Version": "2012-10-17", "Statement": statements}), Kind.IDENTITY))


def deny(action: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": "*", **more}


@pytest.mark.parametrize(
    ("statements", "granted"),
    [
        ([ALLOW], ["s3"]),
        ([deny("s3:*")], []),
        ([ALLOW, deny("s3:*")], []),
        ([ALLOW, deny("*")], []),
        ([ALLOW, deny("s3:GETobject")], []),
        ([ALLOW, deny("s3:Get*")], []),
        ([ALLOW, deny("s3:PutObject")], ["s3"]),
        ([ALLOW, deny("s3:*", Condition=NOBODY)], ["s3"]),
        ([ALLOW, deny("s3:*", Resource="arn:aws:s3:::one/*")], ["s3"]),
        ([ALLOW, {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}], []),
        ([ALLOW, {"Effect": "Deny", "NotAction": "s3:List*", "Resource": "*"}], ["s3"]),
        ([{**ALLOW, "Condition": NOBODY}], ["s3"]),
        ([{**ALLOW, "Action": "S3:GETOBJECT"}], ["s3"]),
        ([{**ALLOW, "Action": "s3:Get*"}, deny("s3:GetObject")], ["s3"]),
        ([{**ALLOW, "Action": ["s3:Get*", "sts:*"]}], ["s3", "sts"]),
        ([{**ALLOW, "Action": "*"}], ["iam", "s3", "sts"]),
        ([{**ALLOW, "Action": "*"}, deny("iam:*")], ["s3", "sts"]),
        ([{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}], ["iam", "sts"]),
        ([{"Effect": "Allow", "NotAction": "s3:GetObject", "Resource": "*"}], ["iam", "s3", "sts"]),
        ([{"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "*"}], []),
        ([{**ALLOW, "Action": "unknown:Read"}], []),
    ],
    ids=str,
)
def test_services(statements: list[dict[str, Any]], granted: list[str]) -> None:
    assert Grants([compiled(*statements)]).services(["iam", "s3", "sts"]) == granted


def test_policies_are_judged_together() -> None:
    assert not Grants([compiled(ALLOW), compiled(deny("s3:*"))]).service("s3")


def test_one_policy_alone_loses_a_service_only_to_a_deny_of_it_all() -> None:
    assert Grants([compiled(ALLOW, deny("s3:GetObject"))], whole=True).service("s3")
    assert not Grants([compiled(ALLOW, deny("s3:*"))], whole=True).service("s3")


def test_actions() -> None:
    grants = Grants([compiled({**ALLOW, "Action": "iam:Get*"}, deny("iam:GetUser"))])
    assert grants.action("iam", "GetRole")
    assert not grants.action("iam", "GetUser")
    assert not grants.action("iam", "ListUsers")
