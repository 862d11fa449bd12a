"""A workload with a token in a file, as Kubernetes lays it there: stock clients find their own way to credentials."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.sts.federation import Federated, federated, known_authority, trusting_authority

__all__ = ["federated", "known_authority", "trusting_authority"]

AWS = Path(sys.executable).with_name("aws")
WHO = (
    "import boto3; client = boto3.client('sts'); print(client.get_caller_identity()['Arn']);"
    "print(boto3.Session().get_credentials().method)"
)


def environment(federated: Federated, role: str) -> dict[str, str]:
    """Set what the EKS webhook sets in a pod, and where the authority is."""
    file = federated.folder / "token"
    file.write_text(federated.issuer.token(sub="system:serviceaccount:default:robot"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {
        "AWS_ENDPOINT_URL": federated.authority.endpoint,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ROLE_ARN": role,
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(file),
        "AWS_ROLE_SESSION_NAME": "robot",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(federated.folder / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(federated.folder / "none"),
        "HOME": str(federated.folder),
    }


@pytest.mark.slow
def test_the_aws_command_line(federated: Federated) -> None:
    role = federated.role(condition={"StringEquals": {federated.key("sub"): "system:serviceaccount:default:robot"}})
    variables = environment(federated, role.arn)
    done = subprocess.run(
        [AWS, "sts", "get-caller-identity"], env=variables, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["Arn"].endswith(f":assumed-role/{role.name}/robot")
    token = (federated.folder / "token").read_text()
    named = ("--role-arn", role.arn, "--role-session-name", "by-hand", "--web-identity-token", token)
    done = subprocess.run(
        [AWS, "sts", "assume-role-with-web-identity", *named],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert json.loads(done.stdout)["SubjectFromWebIdentityToken"] == "system:serviceaccount:default:robot", done.stderr


@pytest.mark.slow
def test_boto3(federated: Federated) -> None:
    role = federated.role()
    done = subprocess.run(
        [sys.executable, "-c", WHO],
        env=environment(federated, role.arn),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [
        f"arn:aws:sts::{federated.people.account}:assumed-role/{role.name}/robot",
        "assume-role-with-web-identity",
    ]
