"""Who may read a secret, by its resource policy: the user, the readers that are named, and the rotation itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

READS = ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue")
_ONLY = "secretsmanager:GetSecretValue"


def policy(user_arn: str, readers: Sequence[str], rotation_arn: str) -> str:
    """Write the policy: readers are allowed, and everybody else is denied whatever their own policies allow.

    The rotation's own principal is left out of the denial, or it could not read back what it keeps. ARNs are compared
    as texts: in a pattern, the `*` that a user's path may hold would let others in. What BatchGetSecretValue reads is
    asked for as GetSecretValue too.   Source: Secrets Manager user guide, resource-based policies.
    """
    allowed = sorted({user_arn, *readers})
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Readers",
                "Effect": "Allow",
                "Principal": {"AWS": allowed},
                "Action": list(READS),
                "Resource": "*",
            },
            {
                "Sid": "NobodyElse",
                "Effect": "Deny",
                "Principal": "*",
                "Action": _ONLY,
                "Resource": "*",
                "Condition": {"StringNotEquals": {"aws:PrincipalArn": sorted({*allowed, rotation_arn})}},
            },
        ],
    }
    return json.dumps(document)


def is_same(stored: str | None, wanted: str) -> bool:
    """Whether the policy that is stored says the same: AWS may write a list of one as the one."""
    try:
        return stored is not None and _plain(json.loads(stored)) == _plain(json.loads(wanted))
    except ValueError:
        return False


def _plain(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _plain(value) for name, value in part.items()}
    if isinstance(part, list):
        plain = [_plain(value) for value in part]
        if all(isinstance(value, str) for value in plain):
            plain.sort()
        return plain[0] if len(plain) == 1 else plain
    return part
