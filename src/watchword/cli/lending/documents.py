"""Credentials as one document: the JSON that `credential_process` gives, and a section of a credentials file."""

from __future__ import annotations

import json
import re

from watchword.cli.credentials.shapes import Credentials
from watchword.cli.exits import Exit, Stop
from watchword.cli.lending.variables import instant

SECTION = re.compile(r"[^\s\[\]#;=:](?:[^\[\]\x00-\x1f\x7f]*[^\s\[\]\x00-\x1f\x7f])?")
VALUE = re.compile(r"[^\s#;\x00-\x1f\x7f]+")
"""What every reader of such files takes as it stands: some cut at ` #`, all of them strip blanks."""


def process(credentials: Credentials) -> str:
    """Write what a `credential_process` answers, on one line.

    Source: AWS SDKs and Tools Reference Guide, "Process credential provider".
    """
    told: dict[str, object] = {
        "Version": 1,
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key.reveal(),
    }
    if credentials.session_token is not None:
        told["SessionToken"] = credentials.session_token.reveal()
    if credentials.expires_at is not None:
        told["Expiration"] = instant(credentials.expires_at)
    if credentials.account_id:
        told["AccountId"] = credentials.account_id
    return json.dumps(told)


def section(credentials: Credentials, name: str) -> list[str]:
    """Write a section of a credentials file, which a later one of the same name would replace.

    Raises Stop.
    """
    if not SECTION.fullmatch(name):
        raise Stop(
            "a section's name has no brackets, no line breaks and no blanks around it; see `--section`", Exit.USAGE
        )
    token = credentials.session_token
    values = {
        "aws_access_key_id": credentials.access_key_id,
        "aws_secret_access_key": credentials.secret_access_key.reveal(),
        "aws_session_token": token.reveal() if token is not None else "",
        "region": credentials.region,
        "endpoint_url": credentials.endpoint_url,
    }
    told = {key: value for key, value in values.items() if value}
    for key, value in told.items():
        if not VALUE.fullmatch(value):
            raise Stop(f"`{key}` holds what a credentials file cannot hold; choose another `--format`", Exit.USAGE)
    return [f"[{name}]", *(f"{key} = {value}" for key, value in told.items())]
