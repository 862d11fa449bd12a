"""What an SDK waits for each time: `watchword credential-process` from its cache, beside the AWS CLI's own export.

Both are whole processes, measured in turns. The AWS CLI exports a long-term key, which costs it least; version 1 has no
`configure export-credentials`, and then its `configure list` is measured, which finds the same and prints it masked.
AWS_CLI names another AWS CLI than the one beside this Python.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import servers
from bench.servers import BIN

ROUNDS = 15
LIMIT_MS, WANTED = 120, 0.35
AWS_CLI = os.environ.get("AWS_CLI", str(BIN / "aws"))
EXPORTS = (["configure", "export-credentials"], ["configure", "list"])


@dataclass(frozen=True, slots=True)
class Spent:
    """One process, from its start to its end, in seconds."""

    waited: float
    busy: float
    """Processor time; says more than the wait where the machine has other things to do."""


def spend(command: Sequence[str], environment: Mapping[str, str]) -> Spent:
    began = time.perf_counter()
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        waited = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"`{' '.join(command)}` ended with {process.returncode}")
    return Spent(waited, usage.ru_utime + usage.ru_stime)


def settle(folder: Path, server: servers.Server) -> dict[str, str]:
    """Give a person a key and the profile of a role, and nothing else of this machine's."""
    role = iam(server, "create-role", "--role-name", "dev", "--assume-role-policy-document", json.dumps(TRUST))["Role"]
    (folder / "config").write_text(
        f"[profile own]\nregion = us-east-1\nendpoint_url = {server.endpoint}\n"
        f"aws_access_key_id = {server.access_key_id}\naws_secret_access_key = {server.secret_access_key}\n"
        f"[profile dev]\nrole_arn = {role['Arn']}\nsource_profile = own\n"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "WATCHWORD_"))}
    return kept | {
        "AWS_CONFIG_FILE": str(folder / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "WATCHWORD_HOME": str(folder / "home"),
        "WATCHWORD_STORE": "file",
    }


TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}


def iam(server: servers.Server, *words: str) -> dict[str, dict[str, str]]:
    asked = {
        "AWS_ACCESS_KEY_ID": server.access_key_id,
        "AWS_SECRET_ACCESS_KEY": server.secret_access_key,
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    done = subprocess.run(
        [AWS_CLI, "iam", *words, "--output", "json"], env=os.environ | asked, stdout=subprocess.PIPE, check=True
    )
    told: dict[str, dict[str, str]] = json.loads(done.stdout)
    return told


def export_of(environment: Mapping[str, str]) -> list[str]:
    """Find the command by which this AWS CLI finds and prints credentials."""
    for words in EXPORTS:
        command = [AWS_CLI, *words, "--profile", "own"]
        if not subprocess.run(command, env=environment, capture_output=True, check=False).returncode:
            return command
    raise RuntimeError(f"`{AWS_CLI}` finds no credentials")


def main() -> None:
    with tempfile.TemporaryDirectory() as name, servers.watchword(Path(name) / "data") as server:
        servers.pin(servers.CLIENT_CORE)
        environment = settle(Path(name), server)
        ours, theirs = [str(BIN / "watchword"), "credential-process", "dev"], export_of(environment)
        commands = {"watchword": ours, "aws": theirs, "python": [str(BIN / "python"), "-c", "pass"]}
        spent: dict[str, list[Spent]] = {name: [] for name in commands}
        for _ in range(1 + ROUNDS):
            for each, command in commands.items():
                spent[each].append(spend(command, environment))
        version = subprocess.run([AWS_CLI, "--version"], capture_output=True, text=True, check=True).stdout.split()[0]
    waited = {
        each: 1000 * median(one.waited for one in runs[1:]) for each, runs in spent.items()
    }  # the first fills caches
    busy = {each: 1000 * median(one.busy for one in runs[1:]) for each, runs in spent.items()}
    told = {
        "bench": "credential_process",
        "watchword_ms": round(waited["watchword"]),
        "limit_ms": LIMIT_MS,
        "aws_ms": round(waited["aws"]),
        "ratio": round(waited["watchword"] / waited["aws"], 3),
        "wanted": WANTED,
        "watchword_busy_ms": round(busy["watchword"]),
        "aws_busy_ms": round(busy["aws"]),
        "bare_python_ms": round(waited["python"]),
        "aws_command": f"{version} {' '.join(theirs[1:3])}",
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
