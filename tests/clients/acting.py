"""Somebody who may act as the role `ops`, at their own terminal."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.accounts import allowing, trusting
from tests.support.authority import WATCHWORD, Authority

SCRIPTS = Path(__file__).parent / "javascript"
NODE = shutil.which("node")
OURS = shlex.join(WATCHWORD)
BOTO3 = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
URI, TOKEN_FILE = "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"


@pytest.fixture
def person(authority: Authority, iam: Any, tmp_path: Path) -> dict[str, str]:
    """Somebody who may act as the role `ops`; no file of theirs outlives the test."""
    iam.create_role(RoleName="ops", AssumeRolePolicyDocument=trusting(authority.account_id))
    iam.put_role_policy(RoleName="ops", PolicyName="all", PolicyDocument=allowing("*"))
    (tmp_path / "temporary").mkdir()
    return authority.environment | {
        "WATCHWORD_HOME": str(tmp_path / "home"),
        "WATCHWORD_STORE": "file",
        "TMPDIR": str(tmp_path / "temporary"),
        "SHELL": "/bin/sh",
    }


def run(person: dict[str, str], *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*WATCHWORD, *words], env=person, capture_output=True, text=True, check=False, timeout=60, **more
    )


def told(person: dict[str, str], *words: str) -> str:
    done = run(person, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def is_ops(arn: str) -> bool:
    return ":assumed-role/ops/" in arn
