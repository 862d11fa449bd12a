"""`watchword report` as an AWS client: of a sandbox whose clock moves, and of moto's server."""

from __future__ import annotations

import csv
import json
import os
import pty
import subprocess
from io import StringIO
from typing import Any

import boto3
import pytest

from tests.clients.asking import answered, asked, signing
from tests.clients.peer import peer
from tests.support.accounts import allowing, trusting
from tests.support.authority import WATCHWORD, Authority

__all__ = ["peer"]

DAY = 86_400
REPORTS = ("credentials", "keys", "unused", "mfa")


def rows(authority: Authority, *words: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(answered(authority.environment, *words, "--output", "json"))
    return told


def by_user(told: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["user"]: row for row in told}


@pytest.fixture
def ann(authority: Authority, iam: Any) -> dict[str, str]:
    """A user's key that was used once, a hundred days ago; another user's never was."""
    for name in ("ann", "bob", "carl"):
        iam.create_user(UserName=name)
    key: dict[str, str] = iam.create_access_key(UserName="ann")["AccessKey"]
    iam.create_access_key(UserName="bob")
    authority.of("sts", key).get_caller_identity()
    authority.advance(100 * DAY)
    return key


@pytest.mark.parametrize("way", [(), ("--fresh",)])
def test_keys(authority: Authority, ann: dict[str, str], way: tuple[str, ...]) -> None:
    told = by_user(rows(authority, "report", "keys", *way))
    assert set(told) == {"admin", "ann", "bob"}
    row = told["ann"]
    assert (row["access_key_id"], row["status"], row["age_days"]) == (ann["AccessKeyId"], "Active", 100)
    assert (row["last_used_state"], row["last_used_service"], row["last_used_region"]) == ("used", "sts", "us-east-1")
    assert row["owner"] == f"arn:aws:iam::{authority.account_id}:user/ann"
    assert row["findings"] == ["IAM.3", "IAM.22"]
    assert (told["bob"]["last_used_state"], told["bob"]["last_used"]) == ("never", None)
    assert told["admin"]["findings"] == ["IAM.3"]


def test_keys_made_since_the_report_are_asked_for(authority: Authority, iam: Any, ann: dict[str, str]) -> None:
    assert len(rows(authority, "report", "keys")) == 3
    second = iam.create_access_key(UserName="ann")["AccessKey"]
    authority.of("sts", second).get_caller_identity()
    told = {row["access_key_id"]: row for row in rows(authority, "report", "keys")}
    assert len(told) == 4
    assert told[second["AccessKeyId"]]["last_used_state"] == "used"
    assert ann["AccessKeyId"] in told


def test_only_keys_over_a_limit(authority: Authority, iam: Any, ann: dict[str, str]) -> None:
    iam.create_access_key(UserName="carl")
    assert set(by_user(rows(authority, "report", "keys", "--older-than", "99d"))) == {"admin", "ann", "bob"}
    assert set(by_user(rows(authority, "report", "keys", "--older-than", "101d"))) == set()
    assert set(by_user(rows(authority, "report", "keys", "--unused", "45d"))) == {"ann", "bob"}
    iam.update_access_key(UserName="ann", AccessKeyId=ann["AccessKeyId"], Status="Inactive")
    assert set(by_user(rows(authority, "report", "keys", "--unused", "45d"))) == {"bob"}


def test_check(authority: Authority) -> None:
    done = asked(authority.environment, "report", "keys", "--check")
    assert done.exit_code == 0, done.output
    authority.advance(91 * DAY)
    assert asked(authority.environment, "report", "keys", "--check").exit_code == 3
    assert asked(authority.environment, "report", "keys", "--check", "--older-than", "200d").exit_code == 0
    assert asked(authority.environment, "report", "mfa", "--check").exit_code == 3


def test_users_without_keys(authority: Authority, ann: dict[str, str]) -> None:
    told = by_user(rows(authority, "report", "keys", "--all-users"))
    assert set(told) == {"<root_account>", "admin", "ann", "bob", "carl"}
    assert told["carl"]["access_key_id"] is None


def test_forms_agree(authority: Authority, ann: dict[str, str]) -> None:
    for report in REPORTS:
        whole = rows(authority, "report", report)
        text = answered(authority.environment, "report", report, "--output", "csv")
        cells = list(csv.DictReader(StringIO(text)))
        assert len(cells) == len(whole)
        assert all(list(line) == list(row) for line, row in zip(cells, whole, strict=True))
    table = answered(authority.environment, "report", "keys").splitlines()
    assert table[0].split() == ["user", "key", "state", "created", "(UTC)", "age", "(d)", "last", "used", "breaks"]
    line = next(line for line in table if line.startswith("ann "))
    assert f"{ann['AccessKeyId']}  Active" in line
    assert "100 d ago (" in line
    assert line.split("UTC) ")[1].split() == ["sts", "us-east-1", "IAM.3", "IAM.22"]


def test_aws_format(authority: Authority, iam: Any) -> None:
    text = answered(authority.environment, "report", "credentials", "--aws-format")
    assert text.encode() == iam.get_credential_report()["Content"]


def test_credentials_table(authority: Authority, ann: dict[str, str]) -> None:
    table = answered(authority.environment, "report", "credentials").splitlines()
    assert "active, 100 d old, never used " in next(line for line in table if line.startswith("bob "))
    assert "active, 100 d old, used 100 d ago (" in next(line for line in table if line.startswith("ann "))


def test_unused(authority: Authority, iam: Any, ann: dict[str, str]) -> None:
    iam.create_role(RoleName="new", AssumeRolePolicyDocument=trusting("*"))
    told = rows(authority, "report", "unused")
    assert {(row["kind"], row["name"]) for row in told} == {
        ("UnusedIAMUserAccessKey", "ann"),
        ("UnusedIAMUserAccessKey", "bob"),
    }
    authority.advance(101 * DAY)
    found = {row["name"]: row for row in rows(authority, "report", "unused", "--days", "100")}
    assert (found["new"]["kind"], found["new"]["last_used_state"]) == ("UnusedIAMRole", "never")
    assert found["new"]["idle_days"] == 101
    assert found["ann"]["access_key_id"] == ann["AccessKeyId"]
    assert asked(authority.environment, "report", "unused", "--check").exit_code == 3


def test_mfa(authority: Authority, iam: Any, ann: dict[str, str]) -> None:
    iam.create_login_profile(UserName="carl", Password="Correct-horse-9-battery")
    told = by_user(rows(authority, "report", "mfa"))
    assert told["ann"]["findings"] == ["IAM.19"]
    assert "<root_account>" in told
    table = answered(authority.environment, "report", "mfa")
    assert table.splitlines()[0].split() == ["user", "MFA", "password", "active", "keys", "breaks"]


def test_what_one_may_not_read_is_told_in_its_place(authority: Authority, iam: Any, ann: dict[str, str]) -> None:
    may = allowing(["iam:ListUsers", "iam:ListAccessKeys", "cloudtrail:LookupEvents"])
    iam.put_user_policy(UserName="ann", PolicyName="some", PolicyDocument=may)
    environment = signing(authority.environment, ann)
    done = asked(environment, "report", "keys", "--output", "json")
    assert done.exit_code == 0, done.output
    assert "not allowed: iam:GenerateCredentialReport; asking user by user" in done.stderr
    told = by_user(json.loads(done.stdout))
    assert {row["note"] for row in told.values()} == {
        "not allowed: iam:GetAccountSummary",
        "not allowed: iam:GetAccessKeyLastUsed",
    }
    assert told["bob"]["last_used_state"] == "unknown"
    assert told["bob"]["findings"] == ["IAM.3"]
    done = asked(environment, "report", "keys", "--check", "--older-than", "200d")
    assert done.exit_code == 5
    assert "not everything could be read: not allowed: iam:GetAccessKeyLastUsed" in done.stderr


def test_how_it_ends_where_nothing_can_be_read(authority: Authority, ann: dict[str, str]) -> None:
    own, environment = authority.environment, signing(authority.environment, ann)
    for report in REPORTS:
        done = asked(environment, "report", report)
        assert (done.exit_code, done.stdout) == (5, "")
        assert "Encoded" not in done.stderr
        assert done.stderr.splitlines()[-1].startswith("Error: ")
    wrong = signing(own, ann | {"SecretAccessKey": "not+the+secret"})
    assert asked(wrong, "report", "mfa").exit_code == 4
    session = authority.of("sts", ann).get_session_token(DurationSeconds=900)["Credentials"]
    authority.advance(1_000)
    assert asked(signing(own, session), "report", "mfa").exit_code == 6
    nobody = {name: value for name, value in own.items() if name != "AWS_PROFILE"}
    assert asked(nobody | {"AWS_SHARED_CREDENTIALS_FILE": os.devnull}, "report", "mfa").exit_code == 4
    assert asked(own, "report", "mfa", "--profile", "nobody").exit_code == 2
    done = asked(own, "report", "mfa", "--endpoint-url", "http://127.0.0.1:1")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: Could not connect to the endpoint URL")
    assert len(done.stderr.splitlines()) == 1


def test_plain_where_there_is_no_terminal(authority: Authority) -> None:
    done = subprocess.run(
        [*WATCHWORD, "report", "keys"], env=authority.environment, capture_output=True, timeout=60, check=True
    )
    assert b"\x1b" not in done.stdout + done.stderr


def test_no_colour(authority: Authority) -> None:
    ours, theirs = pty.openpty()
    environment = authority.environment | {"NO_COLOR": "1", "TERM": "xterm-256color"}
    subprocess.run(
        [*WATCHWORD, "report", "keys"], env=environment, stdout=theirs, stderr=theirs, timeout=60, check=True
    )
    os.close(theirs)
    shown = os.read(ours, 65_536).decode()
    os.close(ours)
    assert authority.access_key_id in shown
    assert "\x1b[3" not in shown


def test_the_peer(peer: dict[str, str]) -> None:
    iam = boto3.client(
        "iam",
        region_name="us-east-1",
        endpoint_url=peer["AWS_ENDPOINT_URL"],
        aws_access_key_id=peer["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=peer["AWS_SECRET_ACCESS_KEY"],
    )
    iam.create_user(UserName="dora")
    key = iam.create_access_key(UserName="dora")["AccessKey"]
    for way in ((), ("--fresh",)):
        told = by_user(json.loads(answered(peer, "report", "keys", "--output", "json", *way)))
        assert told["dora"]["access_key_id"] == key["AccessKeyId"]
        assert told["dora"]["last_used_state"] == "never"
    for report in REPORTS:
        assert answered(peer, "report", report)
    assert answered(peer, "report", "credentials", "--aws-format").startswith("user,arn,user_creation_time,")
