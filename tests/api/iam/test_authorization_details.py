"""GetAccountAuthorizationDetails through the SDK, which reads the documents that it hands over."""

from __future__ import annotations

import json
from typing import Any

from mypy_boto3_iam import IAMClient

from tests.support.authority import Authority
from tests.support.refusals import refused

DENY = {
    "Version": "2012-10-17",
    "Id": "a%20b",
    "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::Ü b/c+d&<e>"}],
}


def test_documents_come_back_as_they_went_in(iam: IAMClient) -> None:
    iam.create_group(GroupName="crew")
    iam.put_group_policy(GroupName="crew", PolicyName="own", PolicyDocument=json.dumps(DENY, ensure_ascii=False))
    (group,) = iam.get_account_authorization_details(Filter=["Group"])["GroupDetailList"]
    assert group["GroupPolicyList"] == [{"PolicyName": "own", "PolicyDocument": DENY}]


def test_the_paginator_tells_each_once(iam: IAMClient, authority: Authority) -> None:
    made = {f"user-{number}" for number in range(7)}
    for name in made:
        iam.create_user(UserName=name)
        iam.create_group(GroupName=name)
    pages = iam.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": 3})
    told: dict[str, list[Any]] = {"UserDetailList": [], "GroupDetailList": []}
    for page in pages:
        for member in told:
            told[member] += page[member]  # type: ignore[literal-required]  # two of the reply's lists
    users = [user["UserName"] for user in told["UserDetailList"]]
    assert sorted(users) == sorted(made | {authority.user_name})
    assert sorted(group["GroupName"] for group in told["GroupDetailList"]) == sorted(made)


def test_who_may_not_and_what_is_no_filter(iam: IAMClient, authority: Authority) -> None:
    iam.create_user(UserName="ann")
    ann = authority.of("iam", dict(iam.create_access_key(UserName="ann")["AccessKey"]))
    action = "iam:GetAccountAuthorizationDetails"
    message = (
        f"User: arn:aws:iam::{authority.account_id}:user/ann is not authorized to perform: {action} on resource: *"
        f" because no identity-based policy allows the {action} action"
    )
    with refused("AccessDenied", status=403, message=message):
        ann.get_account_authorization_details()
    wrong: Any = ["user"]
    with refused("ValidationError", status=400):
        iam.get_account_authorization_details(Filter=wrong)
    with refused("ValidationError", status=400, message="Marker and Filter do not match"):
        iam.get_account_authorization_details(Marker="not-an-aws-marker")
