"""The stage: a sandbox authority in a temporary folder, and stock commands, each shown with its answer."""

from __future__ import annotations

import json
import os
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

BIN = Path(sys.executable).parent
START_SECONDS = 30
WIDE = 92
SECRETS = re.compile(r'("(?:SecretAccessKey|SessionToken)": )"([^"]{4})[^"]*"')
BOLD, DIM, GREEN, RED, PLAIN = (
    ("\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[31m", "\x1b[0m") if sys.stdout.isatty() else [""] * 5
)


class StoryBrokenError(Exception):
    """A step did not go as told: the demonstration would be untrue, so it ends."""


@dataclass(frozen=True, slots=True)
class Key:
    """A set of credentials, long-term or temporary, and whose they are."""

    owner: str
    access_key_id: str
    secret_access_key: str
    session_token: str | None = None

    @classmethod
    def told(cls, owner: str, answer: Mapping[str, str]) -> Key:
        """Take the credentials out of an answer of IAM or STS."""
        return cls(owner, answer["AccessKeyId"], answer["SecretAccessKey"], answer.get("SessionToken"))

    @property
    def variables(self) -> dict[str, str]:
        token = {"AWS_SESSION_TOKEN": self.session_token} if self.session_token else {}
        return {"AWS_ACCESS_KEY_ID": self.access_key_id, "AWS_SECRET_ACCESS_KEY": self.secret_access_key, **token}


@dataclass(slots=True)
class Stage:
    """A running authority and what a shell needs to talk to it."""

    folder: Path
    environment: dict[str, str]
    steps: int = 0

    def step(self, title: str) -> None:
        self.steps += 1
        print(f"\n{BOLD}{self.steps}. {title}{PLAIN}", flush=True)

    def aws(self, command: str, by: Key | None = None, **values: str) -> Any:
        """Run an aws command that must succeed; gives its answer.

        `{name}` in the command stands for one of `values`. Raises StoryBrokenError when it is refused.
        """
        done = self._run(["aws", *_filled(command, values)], by)
        if done.returncode:
            raise StoryBrokenError(done.stderr.strip())
        answer = json.loads(done.stdout) if done.stdout.strip() else None
        if answer is not None:
            print(_indented(SECRETS.sub(r'\1"\2… (hidden here)"', json.dumps(answer, indent=2))))
        return answer

    def refused(self, command: str, code: str, by: Key | None = None, **values: str) -> None:
        """Run an aws command that must be refused with that code.

        Raises StoryBrokenError when it is allowed, or refused for another reason.
        """
        done = self._run(["aws", *_filled(command, values)], by)
        if not done.returncode or f"({code})" not in done.stderr:
            raise StoryBrokenError(f"expected {code}; got: {done.stdout}{done.stderr}")
        print(_indented(f"{RED}{done.stderr.strip()}{PLAIN}"))

    def watchword(self, command: str) -> None:
        """Run a command of our own that must succeed, and show what it prints."""
        done = self._run(["watchword", *shlex.split(command)], None)
        if done.returncode:
            raise StoryBrokenError(done.stderr.strip())
        print(_indented(done.stdout.rstrip()))

    def _run(self, command: Sequence[str], key: Key | None) -> subprocess.CompletedProcess[str]:
        if key:
            print(f"   {DIM}as {key.owner}, with {key.access_key_id}:{PLAIN}")
        print(f"   {GREEN}$ {typed(shlex.join(command))}{PLAIN}", flush=True)
        environment = dict(self.environment)
        if key:
            del environment["AWS_PROFILE"]
            environment.update(key.variables)
        return self._done(command, environment)

    def _done(self, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(BIN / command[0]), *command[1:]], env=environment, capture_output=True, text=True, check=False
        )


@contextmanager
def sandbox() -> Iterator[Stage]:
    """Create a sandbox, serve it on a free port, and end it afterwards."""
    with tempfile.TemporaryDirectory(prefix="watchword-demo-") as temporary:
        folder = Path(temporary) / "data"
        command = [str(BIN / "watchword"), "init", "--data", str(folder), "--sandbox", "--json"]
        made = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listen = f"127.0.0.1:{listener.getsockname()[1]}"
        server = subprocess.Popen(
            [BIN / "watchword", "serve", "--data", folder, "--listen", listen],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _await(server, f"http://{listen}/health/ready")
            yield Stage(folder, _environment(f"http://{listen}", made["profile_file"]))
        finally:
            server.terminate()
            server.wait(30)


def _environment(endpoint: str, profile_file: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return ours | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_PROFILE": "watchword",
        "AWS_CONFIG_FILE": profile_file,
        "AWS_SHARED_CREDENTIALS_FILE": profile_file,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_PAGER": "",
    }


def _await(server: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urlopen(address, timeout=1).close()
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise StoryBrokenError("the server does not answer")


def _filled(command: str, values: Mapping[str, str]) -> list[str]:
    return [word.format(**values) if word.startswith("{") else word for word in shlex.split(command)]


def typed(command: str) -> str:
    """Show a command as somebody would type it: a long one goes on in the next line, with its options."""
    return command if len(command) < WIDE else command.replace(" --", " \\\n       --")


def _indented(text: str) -> str:
    return "\n".join(f"   {line}" for line in text.splitlines())
