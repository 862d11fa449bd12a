"""The role as a CloudFormation template, for a stack set over the organization."""

from __future__ import annotations

import json
from typing import Any

from watchword.rotation.member_role.documents import permissions, read_secrets, refuse_sessions, trust
from watchword.rotation.member_role.grant import ACCOUNT, PARTITION, PATH, READ_SECRETS, REFUSE_SESSIONS, Grant

_WORDS = {ACCOUNT: "${AWS::AccountId}", PARTITION: "${AWS::Partition}"}


def cloudformation(grant: Grant) -> str:
    """Write the template, as JSON that every version of CloudFormation reads.

    Source: CloudFormation User Guide, `AWS::IAM::Role`, `AWS::IAM::ManagedPolicy`.
    """
    resources: dict[str, Any] = {
        "RotationRole": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "RoleName": grant.role_name,
                "Path": grant.role_path,
                "Description": "Replaces the access keys of this account's users. It can make nobody mightier.",
                "MaxSessionDuration": 3600,
                "AssumeRolePolicyDocument": _written(trust(grant)),
                "Policies": [{"PolicyName": "rotation", "PolicyDocument": _written(permissions(grant))}],
            },
        },
        "RefuseSessions": _managed(
            REFUSE_SESSIONS, "Refuses all temporary credentials of the users that it is attached to.", refuse_sessions()
        ),
    }
    if grant.central_account:
        resources["ReadRotatedSecrets"] = _managed(
            READ_SECRETS, "Lets each user read its own secret in the central account.", read_secrets(grant)
        )
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "What Watchword's rotation needs in an account: one role, and the policies that come with it.",
        "Resources": resources,
        "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["RotationRole", "Arn"]}}},
    }
    return json.dumps(template, indent=2) + "\n"


def _managed(name: str, description: str, document: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {
            "ManagedPolicyName": name,
            "Path": PATH,
            "Description": description,
            "PolicyDocument": _written(document),
        },
    }


def _written(value: Any) -> Any:
    """Write the account and the partition as the stack knows them. Policies' own variables keep their form."""
    match value:
        case dict():
            return {key: _written(one) for key, one in value.items()}
        case list():
            return [_written(one) for one in value]
        case str() if any(word in value for word in _WORDS):
            text = value.replace("${", "${!")
            for word, written in _WORDS.items():
                text = text.replace(word, written)
            return {"Fn::Sub": text}
        case _:
            return value
