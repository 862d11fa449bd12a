"""The policy simulator, asked about policies in hand and about what a user has."""

from __future__ import annotations

import json

from tests.api.answers import Watched

OBJECT = "arn:aws:s3:::box/a"
READING = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::box/*"},
            {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"Null": {"aws:userid": "true"}}},
        ],
    },
    indent=2,
)


def tell(watched: Watched) -> None:
    iam = watched.client("iam")
    owner = f"arn:aws:iam::{watched.authority.account_id}:root"
    bob = "arn:aws:iam::999988887777:user/bob"
    bucket = {"Effect": "Allow", "Principal": {"AWS": bob}, "Action": "s3:GetObject", "Resource": OBJECT}
    asked = iam.simulate_custom_policy(
        PolicyInputList=[READING],
        PermissionsBoundaryPolicyInputList=[READING],
        OrderedOrganizationPolicyInputList=[{"ServiceControlPolicyInputList": [READING]}],
        ActionNames=["s3:GetObject", "s3:PutObject"],
        ResourceArns=[OBJECT, "arn:aws:s3:::elsewhere/a"],
        ResourcePolicy=json.dumps({"Version": "2012-10-17", "Statement": bucket}),
        ResourceOwner=owner,
        CallerArn=bob,
        ContextEntries=[{"ContextKeyName": "aws:userid", "ContextKeyValues": ["x"], "ContextKeyType": "string"}],
        MaxItems=1,
    )
    assert asked["IsTruncated"]
    assert asked["EvaluationResults"][0]["ResourceSpecificResults"][0]["EvalResourceDecision"] == "allowed"
    iam.get_context_keys_for_custom_policy(PolicyInputList=[READING])
    ann = iam.create_user(UserName="ann")["User"]["Arn"]
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=READING)
    told = iam.simulate_principal_policy(PolicySourceArn=ann, ActionNames=["s3:GetObject"], ResourceArns=[OBJECT])
    assert told["EvaluationResults"][0]["MatchedStatements"][0]["StartPosition"] == {"Line": 3, "Column": 17}
    iam.get_context_keys_for_principal_policy(PolicySourceArn=ann, PolicyInputList=[READING])
    iam.delete_user_policy(UserName="ann", PolicyName="own")
    iam.delete_user(UserName="ann")
