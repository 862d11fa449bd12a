"""`watchword exec` and `shell`: credentials in a child's environment, of a server that really runs."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.clients.acting import BOTO3, OURS, is_ops, person, run, told
from tests.clients.asking import asked
from tests.support.accounts import trusting
from tests.support.authority import WATCHWORD, Authority
from tests.support.processes import on_linux
from tests.support.pty import typing
from tests.support.terminal import AWS

__all__ = ["person"]


def test_boto3_and_the_aws_cli(person: dict[str, str]) -> None:
    assert is_ops(told(person, "exec", "ops", "--", sys.executable, "-c", BOTO3))
    whole = told(person, "exec", "ops", "--", str(AWS), "sts", "get-caller-identity", "--output", "json")
    assert is_ops(json.loads(whole)["Arn"])


def test_a_session_that_was_ended_from_here_is_had_anew(person: dict[str, str]) -> None:
    show = ("exec", "ops", "--", "sh", "-c", "echo $AWS_ACCESS_KEY_ID")
    before = told(person, *show).strip()
    assert told(person, *show).strip() == before
    told(person, "sessions", "end", before, "--yes")
    assert told(person, *show).strip() != before
    assert is_ops(told(person, "exec", "ops", "--", sys.executable, "-c", BOTO3))


def test_assume_does_not_show_a_session_that_was_ended_elsewhere(person: dict[str, str], authority: Authority) -> None:
    first = json.loads(told(person, "assume", "ops", "--json"))["Credentials"]
    again = json.loads(told(person, "assume", "ops", "--json"))["Credentials"]
    assert again == first
    authority.client("watchword").end_sessions(AccessKeyIds=[first["AccessKeyId"]])
    other = json.loads(told(person, "assume", "ops", "--json"))["Credentials"]
    assert other["AccessKeyId"] != first["AccessKeyId"]
    assert is_ops(told(person, "exec", "ops", "--", sys.executable, "-c", BOTO3))


def test_what_the_child_sees(person: dict[str, str]) -> None:
    more = {"AWS_ACCESS_KEY_ID": "AKIAOTHER", "AWS_SECRET_ACCESS_KEY": "other", "AWS_SECURITY_TOKEN": "old"}
    script = "import json, os, sys; print(json.dumps([dict(os.environ), sys.argv]))"
    command = ("--profile", "watchword", "--", sys.executable, "-c", script, "--profile", "its own", "--")
    environ, words = json.loads(told(person | more, "exec", "ops", *command))
    assert words == ["-c", "--profile", "its own", "--"]
    assert environ["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert environ["AWS_SECRET_ACCESS_KEY"] != "other"
    assert environ["WATCHWORD_ROLE"].endswith(":role/ops")
    assert not {"AWS_SECURITY_TOKEN", "AWS_PROFILE"} & environ.keys()


@pytest.mark.parametrize("way", [(), ("--serve",)])
def test_exit_codes(person: dict[str, str], way: tuple[str, ...], tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("")
    for command, code in (
        (("sh", "-c", "exit 7"), 7),
        (("true",), 0),
        (("no-such-command",), 127),
        ((str(plain),), 126),
    ):
        assert run(person, "exec", "ops", *way, "--", *command).returncode == code, command
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_signal_that_ends_the_child(person: dict[str, str]) -> None:
    kill = ("--", "sh", "-c", "kill -KILL $$")
    assert run(person, "exec", "ops", *kill).returncode == -9  # it is the child
    assert run(person, "exec", "ops", "--serve", *kill).returncode == 137


def test_nothing_to_run(person: dict[str, str]) -> None:
    for words in (("exec",), ("exec", "ops"), ("exec", "ops", "--"), ("exec", "ops", "aws", "s3")):
        done = asked(person, *words)
        assert done.exit_code == 2
        assert "write the command after `--`" in done.stderr


def test_standard_streams_are_the_childs(person: dict[str, str]) -> None:
    assert run(person, "exec", "ops", "--", "cat", input="a\nb").stdout == "a\nb"
    assert run(person, "exec", "ops", "--serve", "--", "cat", input="a\nb").stdout == "a\nb"


def test_a_role_that_one_may_not_have(person: dict[str, str], iam: Any) -> None:
    iam.create_role(RoleName="theirs", AssumeRolePolicyDocument=trusting("arn:aws:iam::111122223333:root"))
    done = run(person, "exec", "theirs", "--", "echo", "ran")
    assert (done.returncode, done.stdout) == (5, "")


@on_linux
@pytest.mark.parametrize("way", [(), ("--serve",)])
def test_no_secret_is_in_any_process_list(person: dict[str, str], way: tuple[str, ...]) -> None:
    script = """
import glob, json, os
names = [name for name in os.environ if name in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")]
secrets = [os.environb[name.encode()] for name in names]
if "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE" in os.environ:
    secrets.append(open(os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"], "rb").read())
found = []
for file in glob.glob("/proc/[0-9]*/cmdline"):
    try:
        line = open(file, "rb").read()
    except OSError:
        continue
    found += [file for secret in secrets if secret in line]
print(json.dumps([len(secrets), found]))
"""
    count, found = json.loads(told(person, "exec", "ops", *way, "--", sys.executable, "-c", script))
    assert count == (1 if way else 2)
    assert found == []


@pytest.mark.parametrize("way", [(), ("--serve",)])
def test_ctrl_c_goes_to_the_child_once(person: dict[str, str], way: tuple[str, ...], tmp_path: Path) -> None:
    script = """
import signal, sys
came = []
signal.signal(signal.SIGINT, lambda *_: came.append(1))
input("rea" + "dy")
input("go on")
print("came", len(came), flush=True)
sys.exit(33)
"""
    command = [*WATCHWORD, "exec", "ops", *way, "--", sys.executable, "-c", script]
    with typing(command, environment=person) as terminal:
        terminal.expect("ready")
        terminal.interrupt()
        terminal.send()
        terminal.expect("go on")
        terminal.send()
        terminal.expect("came 1")
        assert terminal.finish() == 33
    assert "Aborted" not in terminal.output
    assert list((tmp_path / "temporary").iterdir()) == []


def test_it_is_ones_own_and_says_who_one_is(person: dict[str, str]) -> None:
    with typing([*WATCHWORD, "shell", "ops"], environment=person | {"PS1": "there> "}) as terminal:
        terminal.expect("You are arn:aws:sts::")
        terminal.expect("`exit` leaves this shell.")
        terminal.expect("there> ")
        terminal.send('echo "role: $WATCHWORD_ROLE"')
        terminal.expect("role: arn:aws:iam::")
        terminal.send(f"{AWS} sts get-caller-identity --query Arn --output text")
        terminal.expect(":assumed-role/ops/", timeout=60)
        terminal.send("exit 5")
        assert terminal.finish() == 5


def test_it_may_renew_itself(person: dict[str, str]) -> None:
    script = f"{shlex.quote(sys.executable)} -c {shlex.quote(BOTO3)}\nexit 4\n"
    done = run(person, "shell", "ops", "--serve", input=script)
    assert done.returncode == 4
    assert is_ops(done.stdout)


def test_a_nested_one_is_refused(person: dict[str, str]) -> None:
    done = run(person, "shell", "ops", input=f"{OURS} shell other; echo code $?\n")
    assert done.stdout == "code 2\n"
    assert ":role/ops` already, until 20" in done.stderr
    assert "`exit`" in done.stderr
    assert "`watchword unset`" in done.stderr


def test_in_a_shell_that_export_changed_it_is_refused_too_until_unset(person: dict[str, str]) -> None:
    script = f'eval "$({OURS} export ops)"; {OURS} shell ops </dev/null; echo $?; eval "$({OURS} unset)"; '
    script += f"{OURS} shell ops </dev/null; echo $?"
    done = subprocess.run(["bash", "-c", script], env=person, capture_output=True, text=True, check=True, timeout=90)
    assert done.stdout == "2\n0\n"


def test_another_role_for_one_command(person: dict[str, str], iam: Any, authority: Authority) -> None:
    """From inside it is had as from outside: `ops` itself may not become `dev`."""
    user = f"arn:aws:iam::{authority.account_id}:user/admin"
    iam.create_role(RoleName="dev", AssumeRolePolicyDocument=trusting(user))
    script = f"{OURS} exec dev -- {AWS} sts get-caller-identity --query Arn --output text\n"
    done = run(person, "shell", "ops", input=script)
    assert ":assumed-role/dev/" in done.stdout, done.stderr
