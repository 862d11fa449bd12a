"""A real authority, run by the real command, for tests that are its clients."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.config import Config

from watchword.wire import MODELS

REGION = "us-east-1"
ONE_TRY = Config(retries={"total_max_attempts": 1}, max_pool_connections=64)
WATCHWORD = (sys.executable, "-m", "watchword.cli.main")


@cache
def botocore_session() -> botocore.session.Session:
    """Give the one session that all clients are made from: it reads each service model once, a fifth of a second."""
    session = botocore.session.Session()
    session.get_component("data_loader").search_paths.append(str(MODELS))
    return session


@dataclass(slots=True)
class Authority:
    """A running authority and its first credentials."""

    data: Path
    process: subprocess.Popen[str]
    endpoint: str
    account_id: str
    user_name: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    profile_file: Path

    def client(self, service: str, key: str = "", secret: str = "", token: str | None = None, **more: Any) -> Any:
        """Make a boto3 client; the administrator's, unless a key is given."""
        make: Callable[..., Any] = boto3.session.Session(botocore_session=botocore_session()).client
        return make(
            service,
            endpoint_url=self.endpoint,
            region_name=more.pop("region_name", REGION),
            aws_access_key_id=key or self.access_key_id,
            aws_secret_access_key=secret or self.secret_access_key,
            aws_session_token=token,
            config=more.pop("config", ONE_TRY),
            **more,
        )

    def of(self, service: str, credentials: dict[str, Any]) -> Any:
        """Make a boto3 client from what CreateAccessKey or an STS operation answered."""
        return self.client(
            service,
            credentials["AccessKeyId"],
            credentials["SecretAccessKey"],
            credentials.get("SessionToken"),
        )

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which any AWS client finds this authority and its administrator."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return inherited | {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_PROFILE": "watchword",
            "AWS_CONFIG_FILE": str(self.profile_file),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.profile_file),
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def advance(self, seconds: int) -> None:
        """Move the sandbox's clock forward."""
        self.client("watchword").advance_clock(Seconds=seconds)

    def reset(self) -> None:
        """Bring the sandbox back to how it stood just after init."""
        self.client("watchword").reset_sandbox()


def run(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run the `watchword` command to its end."""
    return subprocess.run([*WATCHWORD, *arguments], capture_output=True, text=True, check=False, timeout=60, **more)


def initialise(data: Path, *options: str, environment: dict[str, str] | None = None) -> dict[str, str]:
    """Make a store; gives what `init --json` prints."""
    done = run("init", "--data", str(data), "--json", *options, env=os.environ | (environment or {}))
    assert done.returncode == 0, done.stderr
    first: dict[str, str] = json.loads(done.stdout)
    return first


@contextmanager
def serving(
    data: Path, first: dict[str, str], *options: str, environment: dict[str, str] | None = None
) -> Iterator[Authority]:
    """Run an authority on a store, on a free port, until the block ends."""
    process = start(data, *options, environment=environment)
    try:
        yield Authority(
            data,
            process,
            endpoint_of(process),
            first["account_id"],
            first["user_name"],
            first["access_key_id"],
            first["secret_access_key"],
            Path(first["profile_file"]),
        )
    finally:
        process.terminate()
        try:
            process.wait(20)
        finally:
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()


def start(data: Path, *options: str, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """Start an authority on a free port."""
    log = (data / "server.log").open("a")
    with log:
        return subprocess.Popen(
            [*WATCHWORD, "serve", "--data", str(data), "--listen", "127.0.0.1:0", *options],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=os.environ | (environment or {}),
        )


def endpoint_of(process: subprocess.Popen[str]) -> str:
    """Read where a started authority listens; requests wait in the socket until it answers."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Watchword listens on "):
            return line.split()[-1]
    raise AssertionError(f"the authority did not start; it ended with {process.wait()}")


@pytest.fixture(scope="session")
def sandbox_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """One sandbox for all tests of a process."""
    data = tmp_path_factory.mktemp("authority") / "data"
    with serving(data, initialise(data, "--sandbox")) as authority:
        yield authority


@pytest.fixture
def authority(sandbox_authority: Authority) -> Iterator[Authority]:
    """A running sandbox as it is just after init."""
    yield sandbox_authority
    sandbox_authority.reset()


@pytest.fixture
def iam(authority: Authority) -> Any:
    """IAM, as the administrator."""
    return authority.client("iam")


@pytest.fixture
def sts(authority: Authority) -> Any:
    """STS, as the administrator."""
    return authority.client("sts")
