"""`watchword agent`: what is asked for in options, and what is wrong with it, before anything is begun."""

from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result

from watchword.cli.main import main

ROLE = ("--role", "arn:aws:iam::123456789012:role/web")


def asked(*options: str) -> Result:
    with patch.dict(os.environ, {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull}, clear=True):
        return CliRunner().invoke(main, ["agent", *options])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "write one of --role and --instance-profile"),
        ((*ROLE, "--instance-profile", "web"), "write one of --role and --instance-profile"),
        (("--role", "web"), "--role: `web` is not a role's ARN"),
        (("--instance-profile", "web"), "--instance-id: an instance profile needs it"),
        ((*ROLE, "--duration", "15m"), "--duration: the metadata endpoint serves what has half an hour left"),
        ((*ROLE, "--duration", "13h"), "--duration: write seconds, 900 to 43200"),
        ((*ROLE, "--imds", "1338"), "--imds: `1338` is not an address"),
        ((*ROLE, "--hop-limit", "0"), "--hop-limit: write 1 to 64"),
        ((*ROLE, "--peer", "everybody"), "--peer: 'everybody' does not appear"),
        ((*ROLE, "--container", "127.0.0.1:0"), "--container and --token-file go together"),
        ((*ROLE, "--token-file", "token"), "--container and --token-file go together"),
        ((*ROLE, "--no-imds"), "nothing is to be served"),
        ((*ROLE, "--no-imds", "--imds-v1"), "--no-imds goes with no other option"),
        (("--config", "agent.toml", *ROLE), "--config says all of it: write there what --role says"),
        (("--config", "agent.toml", "--check-every", "0s"), "write there what --check-every says"),
        (("--config", "nowhere.toml"), "cannot read `nowhere.toml`"),
    ],
)
def test_wrong_words(options: tuple[str, ...], words: str) -> None:
    done = asked(*options)
    assert done.exit_code == 2
    assert words in " ".join(done.stderr.split())
    assert not done.stdout


def test_a_file_is_wrong_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "agent.toml"
    file.write_text('[imds]\n[source]\nrole = "web"\n')
    done = asked("--config", str(file))
    assert done.exit_code == 2
    assert done.stderr.startswith(f"Error: {file}: line 3, `source.role`: ")


def test_no_credentials_to_ask_with() -> None:
    done = asked(*ROLE, "--imds", "127.0.0.1:0", "--profile", "nobody")
    assert done.exit_code == 4
    assert "could not be found" in done.stderr


def test_an_address_of_another_machine() -> None:
    done = asked(*ROLE, "--imds", "192.0.2.1:1338")
    assert done.exit_code == 1
    assert "cannot listen on `192.0.2.1:1338`" in done.stderr


def test_a_token_file_is_not_overwritten_and_must_hold_one(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("short")
    done = asked(*ROLE, "--no-imds", "--container", "127.0.0.1:0", "--token-file", str(file))
    assert done.exit_code == 1
    assert "holds no token" in done.stderr
    assert file.read_text() == "short"
