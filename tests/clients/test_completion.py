"""Completion as a real bash does it, and the scripts for the other shells."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.pty import typing
from watchword.cli.main import COMMANDS, main

BIN = Path(sys.executable).parent
BASH = shutil.which("bash") or ""
IN_BASH = """
eval "$(watchword completion bash)"
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_watchword_completion watchword
printf '%s\\n' "${COMPREPLY[@]}"
"""
CONFIG = """
[default]
region = eu-west-1
[profile billing]
role_arn = arn:aws:iam::111122223333:role/Billing
source_profile = default
[profile build]
region = us-east-1
[profile audit]
region = us-east-1
"""

in_bash = pytest.mark.skipif(not BASH, reason="there is no bash")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "config").write_text(CONFIG)
    return {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
    }


def completed(environment: dict[str, str], *words: str) -> list[str]:
    """Give what a real bash offers for the last of these words."""
    done = subprocess.run(
        [BASH, "--norc", "--noprofile", "-c", IN_BASH, "bash", "watchword", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout.split()


@in_bash
def test_commands_are_completed(environment: dict[str, str]) -> None:
    assert completed(environment, "") == list(COMMANDS)
    assert completed(environment, "comp") == ["completion"]
    assert completed(environment, "completion", "") == ["bash", "zsh", "fish", "powershell"]
    assert completed(environment, "policy", "w") == ["why"]


@in_bash
def test_options_are_completed(environment: dict[str, str]) -> None:
    assert "--principal" in completed(environment, "policy", "why", "--p")


@in_bash
def test_profiles_are_completed_wherever_one_is_named(environment: dict[str, str]) -> None:
    assert completed(environment, "assume", "b") == ["billing", "build"]
    assert completed(environment, "exec", "--profile", "bi") == ["billing"]
    assert completed(environment, "report", "keys", "--profile", "a") == ["audit"]


@in_bash
def test_what_cannot_be_read_offers_nothing_and_says_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[broken")
    assert completed(environment, "assume", "b") == []


@in_bash
def test_key_ids_are_not_completed(environment: dict[str, str]) -> None:
    assert completed(environment, "sessions", "show", "") == []


@pytest.mark.parametrize(
    ("shell", "known_by"),
    [
        ("bash", "complete -o nosort -F _watchword_completion watchword"),
        ("zsh", "#compdef watchword"),
        ("fish", "complete --no-files --command watchword"),
        ("powershell", "Register-ArgumentCompleter -Native -CommandName watchword"),
    ],
)
def test_each_shell_has_its_script_and_nothing_beside(shell: str, known_by: str) -> None:
    done = CliRunner().invoke(main, ["completion", shell], prog_name="another-name")
    assert done.exit_code == 0, done.output
    assert known_by in done.stdout
    assert done.stderr == ""


def test_on_a_terminal_it_says_how_to_install_it(environment: dict[str, str]) -> None:
    with typing([BIN / "watchword", "completion", "fish"], environment=environment) as terminal:
        assert terminal.finish() == 0
    assert terminal.output.splitlines()[-1].startswith("To install it, write it to a file: watchword completion fish")


def test_another_shell_is_a_usage_error() -> None:
    done = CliRunner().invoke(main, ["completion", "tcsh"])
    assert done.exit_code == 2
