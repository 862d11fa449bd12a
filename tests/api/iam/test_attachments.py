"""Managed and inline policies of users, groups and roles through the SDK."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.refusals import refused

KINDS = ["User", "Group", "Role"]
DOCUMENT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::ü/${aws:username}/a%20b+c"}],
    }
)
ANYONE = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}],
    }
)


class Holder:
    """One user, group or role, and what is asked about it."""

    def __init__(self, iam: Any, kind: str) -> None:
        self._iam, self._kind = iam, kind
        self._named = {f"{kind}Name": "ann"}
        trust = {"AssumeRolePolicyDocument": ANYONE} if kind == "Role" else {}
        getattr(iam, f"create_{kind.lower()}")(**self._named, **trust)

    def ask(self, operation: str, **parameters: Any) -> Any:
        return getattr(self._iam, operation.format(self._kind.lower()))(**self._named, **parameters)


@pytest.fixture(params=KINDS)
def holder(request: pytest.FixtureRequest, iam: Any) -> Holder:
    return Holder(iam, request.param)


@pytest.fixture
def arn(iam: Any) -> str:
    made: str = iam.create_policy(PolicyName="Read", Path="/ops/", PolicyDocument=DOCUMENT)["Policy"]["Arn"]
    return made


def test_attach_list_and_detach(holder: Holder, arn: str) -> None:
    holder.ask("attach_{}_policy", PolicyArn=arn)
    holder.ask("attach_{}_policy", PolicyArn=arn)
    listed = holder.ask("list_attached_{}_policies")
    assert listed["AttachedPolicies"] == [{"PolicyName": "Read", "PolicyArn": arn}]
    assert listed["IsTruncated"] is False
    assert holder.ask("list_attached_{}_policies", PathPrefix="/x/")["AttachedPolicies"] == []
    holder.ask("detach_{}_policy", PolicyArn=arn)
    with refused("NoSuchEntity", status=404, message=f"Policy {arn} was not found."):
        holder.ask("detach_{}_policy", PolicyArn=arn)


def test_put_get_list_and_delete(holder: Holder) -> None:
    holder.ask("put_{}_policy", PolicyName="own", PolicyDocument=DOCUMENT)
    assert holder.ask("get_{}_policy", PolicyName="own")["PolicyDocument"] == json.loads(DOCUMENT)
    assert holder.ask("list_{}_policies")["PolicyNames"] == ["own"]
    holder.ask("delete_{}_policy", PolicyName="own")
    with refused("NoSuchEntity", status=404):
        holder.ask("get_{}_policy", PolicyName="own")
    with refused("MalformedPolicyDocument", status=400):
        holder.ask("put_{}_policy", PolicyName="own", PolicyDocument=ANYONE)


def test_the_eleventh_policy_is_refused(iam: Any, holder: Holder) -> None:
    for number in range(10):
        made = iam.create_policy(PolicyName=f"policy-{number}", PolicyDocument=DOCUMENT)["Policy"]
        holder.ask("attach_{}_policy", PolicyArn=made["Arn"])
    last = iam.create_policy(PolicyName="policy-10", PolicyDocument=DOCUMENT)["Policy"]["Arn"]
    with refused("LimitExceeded", status=409):
        holder.ask("attach_{}_policy", PolicyArn=last)
    assert len(holder.ask("list_attached_{}_policies")["AttachedPolicies"]) == 10


def test_who_holds_a_policy(iam: Any, arn: str) -> None:
    for kind in KINDS:
        Holder(iam, kind).ask("attach_{}_policy", PolicyArn=arn)
    told = iam.list_entities_for_policy(PolicyArn=arn)
    assert [user["UserName"] for user in told["PolicyUsers"]] == ["ann"]
    assert [group["GroupName"] for group in told["PolicyGroups"]] == ["ann"]
    assert [role["RoleName"] for role in told["PolicyRoles"]] == ["ann"]
    assert told["PolicyRoles"][0]["RoleId"].startswith("AROA")
    assert iam.list_entities_for_policy(PolicyArn=arn, EntityFilter="Role")["PolicyUsers"] == []
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 3
