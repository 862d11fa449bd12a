"""The README's flow by the aws command line, as its own process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.authority import Authority

AWS = Path(sys.executable).with_name("aws")


class Shell:
    """A shell in which the README's variables are set; a key in the environment goes before the profile's."""

    def __init__(self, authority: Authority, key: dict[str, str] | None = None) -> None:
        self.environment = authority.environment
        if key:
            self.environment |= {
                "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
                "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
            }
        if key and "SessionToken" in key:
            self.environment["AWS_SESSION_TOKEN"] = key["SessionToken"]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [AWS, *words], env=self.environment, capture_output=True, text=True, check=False, timeout=60
        )

    def aws(self, *words: str) -> Any:
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    def refused(self, code: str, *words: str) -> None:
        done = self.run(*words)
        assert done.returncode != 0
        assert f"({code})" in done.stderr


WHO = ("sts", "get-caller-identity")
MAKE_KEY = ("iam", "create-access-key", "--user-name", "ann")


@pytest.mark.slow
def test_readme_flow(authority: Authority) -> None:
    administrator = Shell(authority)
    account = administrator.aws(*WHO)["Account"]

    ann_arn = administrator.aws("iam", "create-user", "--user-name", "ann")["User"]["Arn"]
    key = administrator.aws(*MAKE_KEY)["AccessKey"]
    ann = Shell(authority, key)
    assert ann.aws(*WHO)["Arn"] == ann_arn == f"arn:aws:iam::{account}:user/ann"

    administrator.aws(*MAKE_KEY)
    administrator.refused("LimitExceeded", *MAKE_KEY)

    lent = ann.aws("sts", "get-session-token", "--duration-seconds", "900")["Credentials"]
    assert Shell(authority, lent).aws(*WHO)["Arn"] == ann_arn

    trust = {"Effect": "Allow", "Principal": {"AWS": ann_arn}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = administrator.aws("iam", "create-role", "--role-name", "reader", "--assume-role-policy-document", document)[
        "Role"
    ]
    taken = ann.aws("sts", "assume-role", "--role-arn", role["Arn"], "--role-session-name", "RoleSession1")
    assumed = f"arn:aws:sts::{account}:assumed-role/reader/RoleSession1"
    assert taken["AssumedRoleUser"]["Arn"] == assumed
    assert Shell(authority, taken["Credentials"]).aws(*WHO)["Arn"] == assumed

    name_key = ("--user-name", "ann", "--access-key-id", key["AccessKeyId"])
    administrator.aws("iam", "update-access-key", *name_key, "--status", "Inactive")
    ann.refused("InvalidClientTokenId", *WHO)
    administrator.aws("iam", "delete-access-key", *name_key)
    ann.refused("InvalidClientTokenId", *WHO)
