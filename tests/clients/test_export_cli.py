"""`watchword export` and `unset`: credentials as lines that shells and files really take."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.acting import BOTO3, OURS, is_ops, person, run
from tests.clients.asking import answered, asked
from tests.support.authority import WATCHWORD, Authority
from tests.support.pty import typing
from tests.support.terminal import AWS

__all__ = ["person"]


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_a_shell_takes_it_and_gives_it_back(person: dict[str, str], shell: str) -> None:
    script = f"""
            eval "$({OURS} export ops --region eu-west-1)"
            {AWS} sts get-caller-identity --query Arn --output text
            echo "$AWS_REGION $AWS_DEFAULT_REGION ${{AWS_PROFILE-none}}"
            eval "$({OURS} export ops)"
            echo "$AWS_REGION $AWS_DEFAULT_REGION ${{AWS_PROFILE-none}} $AWS_ACCESS_KEY_ID"
            eval "$({OURS} unset)"
            env
        """
    done = subprocess.run([shell, "-c", script], env=person, capture_output=True, text=True, check=True, timeout=120)
    lines = done.stdout.splitlines()
    assert is_ops(lines[0])
    assert lines[1] == "eu-west-1 eu-west-1 none"
    assert lines[2].startswith("us-east-1 us-east-1 none ASIA")
    after = dict(line.partition("=")[::2] for line in lines[3:] if line.startswith(("AWS_", "WATCHWORD_")))
    assert after == {name: value for name, value in person.items() if name.startswith(("AWS_", "WATCHWORD_"))}


def test_every_form_tells_the_same_session(person: dict[str, str]) -> None:
    session = json.loads(answered(person, "export", "ops", "--json"))
    for form in ("bash", "zsh", "env", "fish", "powershell", "cmd", "nu", "dotenv", "docker", "ini"):
        text = answered(person, "export", "ops", "--format", form)
        assert all(session[name] in text for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")), form
    assert "[ops]" in answered(person, "export", "ops", "--format", "ini")
    assert "[other]" in answered(person, "export", "ops", "--format", "ini", "--section", "other")


def test_an_ini_section_and_an_env_file_open_what_they_should(person: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text(answered(person, "export", "ops", "--format", "ini"))
    bare = {name: value for name, value in person.items() if not name.startswith("AWS_")}
    alone = bare | {"AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"), "AWS_PROFILE": "ops"}
    alone |= {"AWS_CONFIG_FILE": os.devnull}
    done = subprocess.run([sys.executable, "-c", BOTO3], env=alone, capture_output=True, text=True, check=True)
    assert is_ops(done.stdout)
    lines = answered(person, "export", "ops", "--format", "docker").splitlines()
    inside = bare | {"AWS_CONFIG_FILE": os.devnull} | dict(line.partition("=")[::2] for line in lines)
    done = subprocess.run([sys.executable, "-c", BOTO3], env=inside, capture_output=True, text=True, check=True)
    assert is_ops(done.stdout)


def test_github(person: dict[str, str]) -> None:
    assert asked(person, "export", "ops", "--format", "github").exit_code == 2
    done = asked(person | {"GITHUB_ACTIONS": "true"}, "export", "ops", "--format", "github")
    told = dict(line.split("=", 1) for line in done.stdout.splitlines())
    masked = [line for line in done.stderr.splitlines() if line.startswith("::add-mask::")]
    assert masked == [f"::add-mask::{told[name]}" for name in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")]
    assert all(name.startswith("AWS_") for name in told)


def test_without_a_role_it_is_what_one_has(person: dict[str, str], authority: Authority) -> None:
    assert json.loads(answered(person, "export", "--json"))["AccessKeyId"] == authority.access_key_id
    inside = run(person, "exec", "ops", "--", *WATCHWORD, "export", "--json")
    assert json.loads(inside.stdout)["AccessKeyId"].startswith("ASIA")


def test_what_does_not_go_together(person: dict[str, str]) -> None:
    assert asked(person, "export", "ops", "--json", "--format", "bash").exit_code == 2
    assert asked(person, "export", "ops", "--section", "x").exit_code == 2
    done = asked(person, "export", "no-such-role", "--format", "bash")
    assert (done.exit_code, done.stdout) == (5, "")


def test_in_a_terminal_talk_does_not_mix_with_data(person: dict[str, str]) -> None:
    with typing([*WATCHWORD, "export", "ops", "--format", "bash"], environment=person, piped=True) as terminal:
        terminal.expect("You are arn:aws:sts::")
        assert terminal.finish() == 0
    assert "export AWS_SECRET_ACCESS_KEY=" in terminal.data
    assert "AWS_SECRET" not in terminal.output
    with typing([*WATCHWORD, "export", "ops", "--format", "fish"], environment=person) as terminal:
        terminal.expect("These lines are secret, and this shell does not have them yet: watchword export ops | source")
        assert terminal.finish() == 0
