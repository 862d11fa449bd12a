"""A decision explained, about a user who may and about one who nearly may."""

from __future__ import annotations

import json

from tests.api.answers import Watched

READING = {"Sid": "Reads", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::box/*"}
WITH_MFA = {**READING, "Sid": "", "Action": "s3:Put*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}


def tell(watched: Watched) -> None:
    iam, own = watched.client("iam"), watched.client("watchword")
    ann = iam.create_user(UserName="ann")["User"]["Arn"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": [READING, WITH_MFA]})
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=policy)
    reads = own.explain_decision(Action="s3:GetObject", ResourceArn="arn:aws:s3:::box/a", PrincipalArn=ann)
    assert (reads["Allowed"], reads["Reasons"][0]["Statement"]) == (True, "Reads")
    writes = own.explain_decision(
        Action="s3:PutObject",
        ResourceArn="arn:aws:s3:::box/a",
        PrincipalArn=ann,
        ContextEntries=[{"ContextKeyName": "aws:MultiFactorAuthPresent", "ContextKeyValues": ["false"]}],
    )
    assert (writes["Outcome"], writes["Reasons"][1]["Statement"]) == ("ImplicitDeny", "2")
    assert own.explain_decision(Action="iam:ListUsers")["Allowed"]
    iam.delete_user_policy(UserName="ann", PolicyName="own")
    iam.delete_user(UserName="ann")
