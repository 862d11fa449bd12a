"""A workload's machine: a running agent, by the real command, and the environment of a workload there."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import boto3

from tests.support.authority import WATCHWORD, Authority
from tests.support.wire import Answer

LISTENS = {"The metadata": "imds", "The container": "container", "Metrics and": "metrics"}


@dataclass(slots=True)
class Machine:
    """An agent that runs, where it listens, and what it logged."""

    process: subprocess.Popen[str]
    urls: dict[str, str]
    log: Path
    authority_url: str

    def ask(
        self, name: str, method: str, path: str, headers: Mapping[str, str] | None = None, *, host: str = ""
    ) -> Answer:
        """Send one plain request to a listener."""
        parts = urlsplit(self.urls[name])
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        try:
            connection.request(method, path, headers=dict(headers or {}) | ({"Host": host} if host else {}))
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def workload(self, token_file: Path | None = None) -> dict[str, str]:
        """Give the environment of a workload: of the metadata endpoint, or with a token of the container endpoint."""
        bare = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        none = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_REGION": "us-east-1"}
        bare |= none | {"AWS_ENDPOINT_URL": self.authority_url, "AWS_DEFAULT_REGION": "us-east-1"}
        if token_file is None:
            return bare | {
                "AWS_EC2_METADATA_SERVICE_ENDPOINT": self.urls["imds"],
                "AWS_EC2_METADATA_V1_DISABLED": "true",
            }
        return bare | {
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{self.urls['container']}/v1/credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(token_file),
        }

    @property
    def logged(self) -> str:
        return self.log.read_text()


@contextmanager
def running(authority: Authority, directory: Path, *options: str, listeners: int = 0) -> Iterator[Machine]:
    """Run an agent that asks as the authority's administrator, until the block ends.

    `listeners` says how many its configuration file names, where there is one.
    """
    log = directory / "agent.log"
    with log.open("a") as stderr:
        process = subprocess.Popen(
            [*WATCHWORD, "agent", *options],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=authority.environment,
        )
    try:
        wanted = listeners or sum(option in {"--imds", "--container", "--metrics"} for option in options)
        yield Machine(process, _urls(process, wanted, log), log, authority.endpoint)
    finally:
        process.terminate()
        try:
            assert process.wait(20) == 0, log.read_text()
        finally:
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()


def boto_identity(environment: Mapping[str, str]) -> str:
    """Tell who boto3 is in an environment."""
    with patch.dict(os.environ, environment, clear=True):
        client: Any = boto3.session.Session().client("sts")
        arn: str = client.get_caller_identity()["Arn"]
    return arn


def _urls(process: subprocess.Popen[str], wanted: int, log: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    assert process.stdout is not None
    for line in process.stdout:
        for begin, name in LISTENS.items():
            if line.startswith(begin):
                found[name] = line.split()[-1]
        if len(found) == wanted:
            return found
    raise AssertionError(f"the agent did not start; it ended with {process.wait()}: {log.read_text()}")
