"""A person at their own machine: files in which AWS's tools find their key, and a state directory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import Result

from tests.clients.asking import asked
from watchword.cli.credentials import aws_files
from watchword.cli.credentials.aws_files import Files
from watchword.cli.keys.ledger import Ledger, ledger_in

OWN_KEYS = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": [
                "iam:CreateAccessKey",
                "iam:DeleteAccessKey",
                "iam:GetAccessKeyLastUsed",
                "iam:GetUser",
                "iam:ListAccessKeys",
                "iam:UpdateAccessKey",
            ],
            "Resource": "arn:aws:iam::*:user/${aws:username}",
        },
        {"Effect": "Allow", "Action": "cloudtrail:LookupEvents", "Resource": "*"},
    ],
}
"""What a user needs to look after their own keys; the last of it to read a sandbox's clock.

Source: IAM User Guide, ManageOwnAccessKeys.
"""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with one profile, `work`."""

    folder: Path
    environment: dict[str, str]

    @property
    def files(self) -> Files:
        return Files(self.folder / "credentials", self.folder / "config")

    @property
    def ledger(self) -> Ledger:
        return ledger_in(self.folder / "home")

    def ask(self, *words: str) -> Result:
        return asked(self.environment, *words)

    def told(self, *words: str) -> Any:
        done = self.ask(*words, "--json")
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def key(self, profile: str = "work") -> dict[str, str]:
        return aws_files.key_place(self.files, profile).values()


def settle(folder: Path, base: Mapping[str, str], endpoint: str, key: Mapping[str, Any]) -> Person:
    """Give somebody a key, as `aws configure` would."""
    folder.mkdir(exist_ok=True)
    (folder / "config").write_text(f"[profile work]\nregion = us-east-1\nendpoint_url = {endpoint}\n")
    (folder / "credentials").write_text(
        f"# mine\n[work]\naws_access_key_id = {key['AccessKeyId']}\n"
        f"aws_secret_access_key = {key['SecretAccessKey']}\n\n[other]\n# stays\nx = 1\n"
    )
    (folder / "credentials").chmod(0o600)
    inherited = {name: value for name, value in base.items() if not name.startswith("AWS_")}
    return Person(
        folder,
        inherited
        | {
            "AWS_CONFIG_FILE": str(folder / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
            "AWS_PROFILE": "work",
            "AWS_EC2_METADATA_DISABLED": "true",
            "WATCHWORD_HOME": str(folder / "home"),
            "WATCHWORD_STORE": "file",
        },
    )
