"""Instance profiles, told whole."""

from __future__ import annotations

import json

from tests.api.answers import Watched

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
    }
)


def tell(watched: Watched) -> None:
    iam = watched.client("iam")
    name = {"InstanceProfileName": "Web"}
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=TRUST)
    iam.create_instance_profile(**name, Path="/tier/", Tags=[{"Key": "team", "Value": "blue"}])
    iam.add_role_to_instance_profile(**name, RoleName="web")
    iam.get_instance_profile(**name)
    iam.list_instance_profiles(PathPrefix="/tier/")
    iam.list_instance_profiles_for_role(RoleName="web")
    iam.tag_instance_profile(**name, Tags=[{"Key": "more", "Value": "\u00e9\u4e2d"}])
    iam.list_instance_profile_tags(**name)
    iam.untag_instance_profile(**name, TagKeys=["more"])
    iam.remove_role_from_instance_profile(**name, RoleName="web")
    iam.delete_instance_profile(**name)
    iam.delete_role(RoleName="web")
