"""The whole account at once: everybody, and all that they hold."""

from __future__ import annotations

import json

from tests.api.answers import Watched

READING = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:Get*", "Resource": "*"}]}
)
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
        ],
    }
)
TEAM = [{"Key": "team", "Value": "é"}]


def tell(watched: Watched) -> None:
    iam = watched.client("iam")
    policy = iam.create_policy(PolicyName="Seeing", PolicyDocument=READING)["Policy"]["Arn"]
    iam.create_user(UserName="ann", Tags=TEAM, PermissionsBoundary=policy)
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=READING)
    iam.create_group(GroupName="team")
    iam.add_user_to_group(GroupName="team", UserName="ann")
    iam.create_role(RoleName="Seer", AssumeRolePolicyDocument=TRUST, Tags=TEAM)
    iam.attach_role_policy(RoleName="Seer", PolicyArn=policy)
    told = iam.get_account_authorization_details()
    assert [user["GroupList"] for user in told["UserDetailList"] if user["UserName"] == "ann"] == [["team"]]
    assert "Seeing" in {one["PolicyName"] for one in told["Policies"]}
    first = iam.get_account_authorization_details(Filter=["Role", "LocalManagedPolicy"], MaxItems=1)
    iam.get_account_authorization_details(Filter=["Role", "LocalManagedPolicy"], Marker=first["Marker"])
    iam.detach_role_policy(RoleName="Seer", PolicyArn=policy)
    iam.delete_role(RoleName="Seer")
    iam.remove_user_from_group(GroupName="team", UserName="ann")
    iam.delete_group(GroupName="team")
    iam.delete_user_policy(UserName="ann", PolicyName="own")
    iam.delete_user(UserName="ann")
    iam.delete_policy(PolicyArn=policy)
