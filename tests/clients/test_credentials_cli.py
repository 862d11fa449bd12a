"""`assume`, `whoami` and `credential-process`: sessions for a person, of a server that really runs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.api.phone import Phone
from tests.clients.asking import asked
from tests.clients.persons import Person, settle
from tests.support.accounts import allowing, trusting
from tests.support.authority import WATCHWORD, Authority
from tests.support.pty import typing
from tests.support.terminal import AWS

OURS = str(Path(sys.executable).with_name("watchword"))
DAY = 86_400
WITH_MFA: dict[str, Any] = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


@dataclass(frozen=True, slots=True)
class Ann:
    """Somebody with a key, a phone and profiles of roles."""

    person: Person
    phone: Phone
    user: Any
    """IAM, as the administrator."""
    account: str

    def ask(self, *words: str) -> Any:
        return self.person.ask(*words)

    def process(self, *words: str) -> dict[str, Any]:
        done = self.ask("credential-process", *words)
        assert done.exit_code == 0, done.output
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def me(self, *words: str) -> dict[str, Any]:
        told: dict[str, Any] = self.person.told("whoami", *words)
        return told

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words, env=self.person.environment, capture_output=True, text=True, check=False, timeout=60
        )

    def add_profile(self, name: str, **settings: str) -> None:
        lines = "".join(f"{setting} = {value}\n" for setting, value in settings.items())
        with self.person.files.config.open("a") as file:
            file.write(f"[profile {name}]\n{lines}")

    def role(self, name: str) -> str:
        return f"arn:aws:iam::{self.account}:role/{name}"


@pytest.fixture
def ann(authority: Authority, iam: Any, tmp_path: Path) -> Ann:
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="roles", PolicyDocument=allowing(["sts:*", "iam:ListUsers"]))
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    phone = Phone.new(authority, iam, "ann").enable(iam, "ann")
    for name in ("dev", "ops"):
        iam.create_role(
            RoleName=name,
            AssumeRolePolicyDocument=trusting(
                authority.account_id, action=["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
            ),
        )
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=allowing("*"))
    for name in ("safe", "safer"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusting(authority.account_id, **WITH_MFA))
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=allowing("*"))
    ann = Ann(
        settle(tmp_path / "ann", authority.environment, authority.endpoint, key), phone, iam, authority.account_id
    )
    ann.add_profile("dev", role_arn=ann.role("dev"), source_profile="work")
    ann.add_profile("ops", role_arn=ann.role("ops"), source_profile="dev")
    for name in ("safe", "safer"):
        ann.add_profile(name, role_arn=ann.role(name), source_profile="work", mfa_serial=phone.serial_number)
    return ann


def test_a_session_is_got_once_and_kept(ann: Ann) -> None:
    done = ann.ask("assume", "dev")
    assert (done.exit_code, done.stdout) == (0, "")
    assert f"You are arn:aws:sts::{ann.account}:assumed-role/dev/" in done.stderr
    assert 'eval "$(watchword export dev)"' in done.stderr
    assert "credential_process = watchword credential-process dev" in done.stderr
    first = ann.process("dev")
    assert set(first) == {"Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "AccountId"}
    assert (first["Version"], first["AccountId"]) == (1, ann.account)
    assert ann.process("dev") == ann.process("--profile", "dev") == first
    assert ann.process(ann.role("dev"))["AccessKeyId"] == first["AccessKeyId"]
    assert ann.process("dev", "--force")["AccessKeyId"] != first["AccessKeyId"]


def test_as_the_aws_cli_prints_it(ann: Ann) -> None:
    told = json.loads(ann.ask("assume", "dev", "--json", "--session-name", "one", "--duration", "30m").stdout)
    assert set(told) == {"Credentials", "AssumedRoleUser"}
    assert set(told["Credentials"]) == {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}
    assert told["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ann.account}:assumed-role/dev/one"
    assert told["AssumedRoleUser"]["AssumedRoleId"].endswith(":one")
    left = datetime.fromisoformat(told["Credentials"]["Expiration"]).timestamp() - time.time()
    assert 1_700 < left <= 1_800


def test_a_chain_of_roles(ann: Ann) -> None:
    told = ann.me("ops")
    assert ":assumed-role/ops/" in told["arn"]
    assert told["source"].startswith("profile `work`, long-term key AKIA")
    assert f"→ role {ann.role('dev')} → role {ann.role('ops')}" in told["source"]
    assert 3_500 < told["seconds_left"] <= 3_600
    assert told["chain"] == [f"arn:aws:iam::{ann.account}:user/ann", ann.me("dev")["arn"]]
    done = ann.ask("assume", "ops", "--duration", "2h")
    assert (done.exit_code, "role chaining" in done.stderr) == (2, True)


def test_what_shapes_a_session_arrives(ann: Ann) -> None:
    told = ann.me("dev", "--source-identity", "ann@example.com", "--tag", "team=red", "--session-name", "shaped")
    assert (told["source_identity"], told["arn"].endswith("/dev/shaped")) == ("ann@example.com", True)
    assert told["access_key_id"] != ann.process("dev")["AccessKeyId"]
    policy = ann.person.folder / "policy.json"
    policy.write_text(allowing("iam:ListRoles"))
    (ann.person.folder / "bytes").write_bytes(b"\xff")
    assert ann.ask("credential-process", "dev", "--policy", str(ann.person.folder / "bytes")).exit_code == 2
    less = boto3.client("iam", **as_boto3(ann.process("dev", "--policy", str(policy))), **where(ann))
    assert less.list_roles()["Roles"]
    with pytest.raises(less.exceptions.ClientError, match="AccessDenied"):
        less.list_users()


def test_whoami(ann: Ann) -> None:
    told = ann.me()
    assert told["arn"] == f"arn:aws:iam::{ann.account}:user/ann"
    assert (told["account"], told["profile"], told["seconds_left"]) == (ann.account, "work", None)
    assert told["store"].startswith("file: ")
    assert list(told) == [
        "account", "arn", "user_id", "access_key_id", "profile", "source", "endpoint_url", "source_identity", "chain",
        "expires_at", "seconds_left", "store",
    ]  # fmt: skip
    text = ann.ask("whoami").stdout
    assert f"ARN               arn:aws:iam::{ann.account}:user/ann\n" in text
    for secret in (ann.person.key()["aws_secret_access_key"], ann.process("dev")["SecretAccessKey"]):
        assert secret not in text + ann.ask("whoami", "dev").output


def test_one_code_for_two_roles(ann: Ann) -> None:
    done = ann.ask("credential-process", "safe")
    assert (done.exit_code, done.stdout) == (4, "")
    assert "nobody can be asked here; run `watchword assume`" in done.stderr
    assert ann.ask("assume", "safe", "--mfa-code", ann.phone.code()).exit_code == 0
    assert ":assumed-role/safer/" in ann.me("safer")["arn"]
    assert ann.process("safe")["AccessKeyId"] == ann.process("safe")["AccessKeyId"]


def test_a_wrong_code_is_told_and_not_tried_again(ann: Ann) -> None:
    done = ann.ask("assume", "safe", "--mfa-code", ann.phone.wrong_code())
    assert done.exit_code == 4
    assert "wait until the device shows another code" in done.stderr
    assert ann.ask("assume", "safe", "--mfa-code", ann.phone.code()).exit_code == 0


def test_a_spent_code_is_told(ann: Ann) -> None:
    code = ann.phone.code()
    assert ann.ask("assume", "safe", "--mfa-code", code).exit_code == 0
    assert ann.ask("assume", "safer", "--mfa-code", code).exit_code == 0  # not needed, so not spent again
    assert ann.ask("assume", "safe", "--force", "--mfa-code", code).exit_code == 4


def test_two_processes_at_once_spend_one_code(ann: Ann) -> None:
    code = ann.phone.code()
    running = [
        subprocess.Popen(
            [OURS, "assume", name, "--mfa-code", code],
            env=ann.person.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("safe", "safer", "safe")
    ]
    told = [process.communicate(timeout=60)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], told


def test_a_person_is_asked_in_their_terminal(ann: Ann) -> None:
    environment = ann.person.environment
    with typing([OURS, "assume", "safe"], environment=environment) as terminal:
        terminal.expect(f"MFA code of {ann.phone.serial_number}: ")
        terminal.send("12345")
        terminal.expect("A code has six digits.")
        terminal.expect("MFA code of")
        code = ann.phone.code()
        terminal.send(f"{code[:3]} {code[3:]}")
        terminal.expect("You are arn:aws:sts::")
        assert terminal.finish() == 0
        assert code not in terminal.output
    with typing([OURS, "credential-process", "safer"], environment=environment, piped=True) as terminal:
        assert terminal.finish() == 0
        assert json.loads(terminal.data)["Version"] == 1
        assert terminal.output == ""


def test_a_person_may_change_their_mind(ann: Ann) -> None:
    with typing([OURS, "assume", "safe"], environment=ann.person.environment) as terminal:
        terminal.expect("MFA code of")
        terminal.interrupt()
        assert terminal.finish() == 1
        assert "Traceback" not in terminal.output
    assert ann.ask("assume", "safe", "--mfa-code", ann.phone.code()).exit_code == 0  # nothing is held any longer


def test_a_rotated_key_leaves_no_session_behind(ann: Ann) -> None:
    before = ann.process("dev")
    old = ann.person.key()["aws_access_key_id"]
    new = ann.user.create_access_key(UserName="ann")["AccessKey"]
    credentials = ann.person.files.credentials
    text = credentials.read_text().replace(old, new["AccessKeyId"])
    credentials.write_text(text.replace(ann.person.key()["aws_secret_access_key"], new["SecretAccessKey"]))
    after = ann.process("dev")
    assert after["AccessKeyId"] != before["AccessKeyId"]
    assert ann.process("dev") == after


def test_a_session_that_was_ended_there_is_got_anew_for_the_next_role(ann: Ann, authority: Authority) -> None:
    first = ann.process("dev")
    iam = ann.user
    iam.delete_role_policy(RoleName="dev", PolicyName="all")
    iam.delete_role(RoleName="dev")
    iam.create_role(RoleName="dev", AssumeRolePolicyDocument=trusting(authority.account_id))
    iam.put_role_policy(RoleName="dev", PolicyName="all", PolicyDocument=allowing("*"))
    assert ":assumed-role/ops/" in ann.me("ops")["arn"]
    assert ann.process("dev")["AccessKeyId"] != first["AccessKeyId"]


def test_a_session_of_ones_own(ann: Ann) -> None:
    done = ann.ask("assume")
    assert (done.exit_code, "name a role, or say how long" in done.stderr) == (2, True)
    told = ann.process("--duration", "36h", "--mfa-serial", ann.phone.serial_number, "--mfa-code", ann.phone.code())
    assert told["AccessKeyId"].startswith("ASIA")
    left = datetime.fromisoformat(told["Expiration"]).timestamp() - time.time()
    assert 129_500 < left <= 129_600
    assert set(ann.process()) == {"Version", "AccessKeyId", "SecretAccessKey", "AccountId"}


def test_a_sandbox_that_is_ahead_does_not_lengthen_anything_here(ann: Ann, authority: Authority) -> None:
    authority.advance(100 * DAY)
    left = datetime.fromisoformat(ann.process("dev")["Expiration"]).timestamp() - time.time()
    assert 3_500 < left <= 3_600


def test_quarter_of_an_hour_is_warned_of_and_asked_for_each_time(ann: Ann) -> None:
    first = ann.ask("credential-process", "dev", "--duration", "15m")
    assert "a session of 15m is renewed at each use" in first.stderr
    second = json.loads(ann.ask("credential-process", "dev", "--duration", "15m").stdout)
    assert second["AccessKeyId"] != json.loads(first.stdout)["AccessKeyId"]
    third = ann.process("dev", "--duration", "15m", "--min-left", "5m")
    assert third["AccessKeyId"] == second["AccessKeyId"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("nobody",), 5, "`nobody` is no profile, so a role of that name was asked for"),
        (("arn:aws:iam::1:role/x",), 2, "is not the ARN of a role"),
        (("--profile", "nobody"), 2, "there is no AWS profile `nobody`"),
        (("dev", "--duration", "13h"), 2, "13h is not what AssumeRole gives: from 15m to 12h, 1h by default"),
        (("dev", "--duration", "12h"), 1, "MaxSessionDuration set for this role; ask for less, or raise it"),
        (("dev", "--tag", "x"), 2, "`x` is not a tag; write `key=value`"),
        (("dev", "--endpoint-url", "http://127.0.0.1:1"), 1, "Could not connect to the endpoint URL"),
        (("dev", "--policy", "/no/such/file"), 2, "No such file"),
    ],
)
def test_how_it_ends(ann: Ann, words: tuple[str, ...], code: int, told: str) -> None:
    for command in ("credential-process", "assume", "whoami"):
        done = ann.ask(command, *words)
        assert (done.exit_code, done.stdout) == (code, ""), done.output
        assert told in done.stderr


def test_how_it_ends_with_credentials_that_open_nothing(ann: Ann, authority: Authority) -> None:
    session = ann.process("dev")
    in_environment = {
        "AWS_ACCESS_KEY_ID": session["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": session["SecretAccessKey"],
        "AWS_SESSION_TOKEN": session["SessionToken"],
        "AWS_ENDPOINT_URL": authority.endpoint,
    }
    environment = {name: value for name, value in ann.person.environment.items() if name != "AWS_PROFILE"}
    done = asked(environment | in_environment, "whoami", "--json")
    assert json.loads(done.stdout)["source"] == f"the environment, session {session['AccessKeyId']}"
    wrong = in_environment | {"AWS_SECRET_ACCESS_KEY": "x" * 40}
    assert asked(environment | wrong, "whoami").exit_code == 4
    authority.advance(3_700)
    assert asked(environment | in_environment, "whoami").exit_code == 6
    assert asked(environment | in_environment, "assume", ann.role("ops")).exit_code == 6
    nobody = {"AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_CONFIG_FILE": "/dev/null"}
    done = asked(environment | nobody, "whoami")
    assert (done.exit_code, "no AWS credentials" in done.stderr) == (4, True)


def test_sdks_read_it_as_a_process(ann: Ann) -> None:
    config = ann.person.files.config
    endpoint = f"endpoint_url = {ann.person.files.config.read_text().split('endpoint_url = ')[1].splitlines()[0]}\n"
    with config.open("a") as file:
        file.write(
            f"[profile tools]\nregion = us-east-1\n{endpoint}credential_process = {OURS} credential-process dev\n"
        )
    done = ann.run(str(AWS), "sts", "get-caller-identity", "--profile", "tools")
    assert ":assumed-role/dev/" in json.loads(done.stdout)["Arn"], done.stderr
    script = "import boto3; print(boto3.Session(profile_name='tools').client('sts').get_caller_identity()['Arn'])"
    done = ann.run(sys.executable, "-c", script)
    assert ":assumed-role/dev/" in done.stdout, done.stderr
    assert ann.me("tools")["source"] == "another process, by profile `tools`"


def test_a_profile_that_names_itself_as_its_process_does_not_go_round(ann: Ann) -> None:
    ann.add_profile("round", credential_process=f"{OURS} credential-process round")
    done = ann.run(OURS, "credential-process", "round")
    assert done.returncode == 4
    assert "profile `round` names asks for that profile; name another one" in done.stderr


def test_every_other_command_uses_the_same_sessions(ann: Ann) -> None:
    done = ann.ask("report", "mfa", "--profile", "safe", "--json")
    assert (done.exit_code, "an MFA code of" in done.stderr) == (4, True), done.output
    assert ann.ask("assume", "safe", "--mfa-code", ann.phone.code()).exit_code == 0
    for profile in ("safe", "safer"):
        done = ann.ask("report", "mfa", "--profile", profile, "--json")
        assert done.exit_code == 0, done.output
        assert {row["user"] for row in json.loads(done.stdout)} >= {"admin"}


def test_it_completes_names_of_profiles(ann: Ann) -> None:
    environment = ann.person.environment | {
        "_WATCHWORD_COMPLETE": "bash_complete",
        "COMP_WORDS": "watchword assume sa",
        "COMP_CWORD": "2",
    }
    done = subprocess.run([OURS], env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["plain,safe", "plain,safer"]


def test_the_command_is_found_as_a_module_too(ann: Ann) -> None:
    assert json.loads(ann.run(*WATCHWORD, "credential-process", "dev").stdout)["Version"] == 1


def as_boto3(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "aws_access_key_id": told["AccessKeyId"],
        "aws_secret_access_key": told["SecretAccessKey"],
        "aws_session_token": told["SessionToken"],
    }


def where(ann: Ann) -> dict[str, Any]:
    return {"endpoint_url": ann.me()["endpoint_url"], "region_name": "us-east-1"}
