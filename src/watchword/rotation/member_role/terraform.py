"""The role as a Terraform module, in its JSON syntax, which needs no quoting of ours."""

from __future__ import annotations

import json
from typing import Any

from watchword.rotation.member_role.documents import permissions, read_secrets, refuse_sessions, trust
from watchword.rotation.member_role.grant import ACCOUNT, PARTITION, PATH, READ_SECRETS, REFUSE_SESSIONS, Grant

_WORDS = {
    ACCOUNT: "${data.aws_caller_identity.own.account_id}",
    PARTITION: "${data.aws_partition.own.partition}",
}


def terraform(grant: Grant) -> str:
    """Write the module: save it as `watchword-rotation.tf.json`.

    Source: Terraform, "JSON Configuration Syntax"; the AWS provider's `aws_iam_role`, `aws_iam_policy`.
    """
    policies = {"refuse_sessions": (REFUSE_SESSIONS, refuse_sessions())}
    if grant.central_account:
        policies["read_rotated_secrets"] = (READ_SECRETS, read_secrets(grant))
    module = {
        "data": {"aws_caller_identity": {"own": {}}, "aws_partition": {"own": {}}},
        "resource": {
            "aws_iam_role": {
                "rotation": {
                    "name": grant.role_name,
                    "path": grant.role_path,
                    "assume_role_policy": _written(trust(grant)),
                }
            },
            "aws_iam_role_policy": {
                "rotation": {
                    "name": "rotation",
                    "role": "${aws_iam_role.rotation.id}",
                    "policy": _written(permissions(grant)),
                }
            },
            "aws_iam_policy": {
                label: {"name": name, "path": PATH, "policy": _written(policy)}
                for label, (name, policy) in policies.items()
            },
        },
        "output": {"role_arn": {"value": "${aws_iam_role.rotation.arn}"}},
    }
    return json.dumps(module, indent=2) + "\n"


def _written(document: Any) -> str:
    """Write a policy as the text that the provider wants. `$${` is how Terraform writes a policy's own variable."""
    text = json.dumps(document).replace("${", "$${")
    for word, written in _WORDS.items():
        text = text.replace(word, written)
    return text
