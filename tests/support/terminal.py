"""Somebody's terminal: the stock `aws` command line, as its own process, with somebody's credentials."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.authority import Authority
from tests.support.refusals import words

AWS = Path(sys.executable).with_name("aws")


class Terminal:
    """A shell in which the README's variables are set; a key in the environment goes before the profile's."""

    def __init__(self, authority: Authority, key: dict[str, Any] | None = None) -> None:
        self.environment = authority.environment
        if key:
            self.environment |= {
                "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
                "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
            }
        if key and "SessionToken" in key:
            self.environment["AWS_SESSION_TOKEN"] = key["SessionToken"]

    def run(self, *line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [AWS, *line], env=self.environment, capture_output=True, text=True, check=False, timeout=60
        )

    def aws(self, *line: str) -> Any:
        """Run a command that succeeds; gives what it prints, read as JSON."""
        done = self.run(*line)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    def refused(self, code: str, *line: str) -> str:
        """Run a command that is refused with this code; gives the words."""
        done = self.run(*line)
        assert done.returncode != 0, done.stdout
        assert f"({code})" in done.stderr, done.stderr
        return words(done.stderr.rpartition("operation: ")[2].strip())
