"""Policy documents for tests of IAM's handlers."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

READ_ALL = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
    }
)


def sized(characters: int) -> str:
    """A policy of so many characters that count, and some white space that does not."""
    frame = '{"Version":"2012-10-17","Statement":[{"Sid":"%s","Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
    return (frame % ("s" * (characters - len(frame) + 2))).replace(",", " \n\t,")


def trusting(*principals: str) -> str:
    """A trust policy that lets these ARNs assume the role."""
    statement = {"Effect": "Allow", "Principal": {"AWS": list(principals)}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trusted(role: dict[str, Any]) -> list[str]:
    """Whom a role that was told trusts."""
    document = json.loads(unquote(role["AssumeRolePolicyDocument"]))
    principals: list[str] = document["Statement"][0]["Principal"]["AWS"]
    return principals
