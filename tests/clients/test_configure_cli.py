"""`watchword configure` proves a key before it is written: against a sandbox and against moto's server."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result

from tests.clients.peer import peer
from tests.support.authority import Authority
from watchword.cli.main import main

__all__ = ["peer"]


def configure(folder: Path, secret: str, *words: str) -> Result:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    files = {
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
        "AWS_CONFIG_FILE": str(folder / "config"),
        "AWS_PROFILE": "not-there-yet",
    }
    with patch.dict(os.environ, inherited | files, clear=True):
        return CliRunner().invoke(main, ["configure", "--secret-stdin", *words], input=secret)


@pytest.fixture
def key(iam: Any) -> dict[str, str]:
    iam.create_user(UserName="ann")
    made: dict[str, str] = iam.create_access_key(UserName="ann")["AccessKey"]
    return made


def test_it_says_who_you_are(authority: Authority, key: dict[str, str], tmp_path: Path) -> None:
    done = configure(
        tmp_path, key["SecretAccessKey"], "--access-key-id", key["AccessKeyId"], "--endpoint-url", authority.endpoint
    )
    assert done.exit_code == 0, done.output
    assert f"You are arn:aws:iam::{authority.account_id}:user/ann." in done.stderr
    assert "[not-there-yet]" in (tmp_path / "credentials").read_text()


def test_a_wrong_secret_is_told_and_nothing_written(
    authority: Authority, iam: Any, key: dict[str, str], tmp_path: Path
) -> None:
    words = ("--access-key-id", key["AccessKeyId"], "--endpoint-url", authority.endpoint)
    done = configure(tmp_path, "wrong" * 8, *words)
    assert done.exit_code == 4
    assert "the secret does not belong to this key" in done.stderr
    assert list(tmp_path.iterdir()) == []
    iam.update_access_key(UserName="ann", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    done = configure(tmp_path, key["SecretAccessKey"], *words)
    assert (done.exit_code, "inactive" in done.stderr) == (4, True)
    assert list(tmp_path.iterdir()) == []
    assert configure(tmp_path, "wrong" * 8, "--no-verify", *words).exit_code == 0
    assert "wrongwrong" in (tmp_path / "credentials").read_text()


def test_the_peer(peer: dict[str, str], tmp_path: Path) -> None:
    done = configure(tmp_path, "x" * 40, "--access-key-id", "AKIAPEER", "--endpoint-url", peer["AWS_ENDPOINT_URL"])
    assert (done.exit_code, "You are arn:aws:" in done.stderr) == (0, True)
