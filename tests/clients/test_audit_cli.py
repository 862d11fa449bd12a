"""`watchword audit`, run as its own process against a running authority, as it would be against AWS."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.accounts import trusting
from tests.support.authority import WATCHWORD, Authority

EVERYTHING = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'


def audit(authority: Authority, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command; what is empty in `environment` is not set at all."""
    variables = {name: value for name, value in (authority.environment | environment).items() if value}
    return subprocess.run(
        [*WATCHWORD, "audit", *words],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def objects(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def key(authority: Authority, iam: Any) -> dict[str, Any]:
    """The key of Ann, who may do everything."""
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="all", PolicyDocument=EVERYTHING)
    made: dict[str, Any] = iam.create_access_key(UserName="ann")["AccessKey"]
    return made


def chained(authority: Authority, iam: Any, key: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Let Ann assume one role, and from there another; gives both sessions."""
    arns = []
    for name in ("first", "second"):
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusting(authority.account_id))["Role"]
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=EVERYTHING)
        arns.append(role["Arn"])
    one = authority.of("sts", key).assume_role(RoleArn=arns[0], RoleSessionName="one")["Credentials"]
    two = authority.of("sts", one).assume_role(RoleArn=arns[1], RoleSessionName="two")["Credentials"]
    return one, two


@pytest.mark.slow
def test_search(authority: Authority, iam: Any, key: dict[str, Any]) -> None:
    ann = authority.of("iam", key)
    ann.create_group(GroupName="team")
    ann.list_users()
    (event,) = objects(
        audit(authority, "search", "--key", key["AccessKeyId"], "--event", "CreateGroup", "--output", "json")
    )
    assert event["requestParameters"] == {"groupName": "team"}
    assert "lookup" not in event
    names = {e["eventName"] for e in objects(audit(authority, "search", "--user", "ann", "--output", "json"))}
    assert names == {"CreateGroup", "ListUsers"}
    about = objects(audit(authority, "search", "--resource", "ann", "--source", "iam", "--output", "json"))
    assert [e["eventName"] for e in about] == ["CreateAccessKey", "PutUserPolicy", "CreateUser"]
    assert len(objects(audit(authority, "search", "--output", "json", "--last", "2"))) == 2


@pytest.mark.slow
def test_search_for_people_and_for_sheets(authority: Authority, key: dict[str, Any]) -> None:
    table = audit(authority, "search", "--event", "CreateUser")
    assert table.returncode == 0, table.stderr
    header, row = table.stdout.splitlines()
    assert header.split()[:2] == ["time", "who"]
    assert "iam:CreateUser" in row
    sheet = audit(authority, "search", "--resource", key["AccessKeyId"], "--output", "csv")
    (found,) = csv.DictReader(sheet.stdout.splitlines())
    assert (found["event"], found["error"]) == ("iam:CreateAccessKey", "")
    assert key["AccessKeyId"] in found["resources"]


@pytest.mark.slow
def test_what_is_not_there(authority: Authority) -> None:
    nothing = audit(authority, "search", "--user", "nobody")
    assert nothing.returncode == 0
    assert "no such event" in nothing.stderr
    assert nothing.stdout.count("\n") == 1
    unknown = audit(authority, "chain", "ASIAIOSFODNN7EXAMPLE")
    assert unknown.returncode == 1
    assert unknown.stderr.startswith("Error: nothing is known of `ASIAIOSFODNN7EXAMPLE`")


@pytest.mark.slow
def test_a_chain_leads_back_to_its_human(authority: Authority, iam: Any, key: dict[str, Any]) -> None:
    one, two = chained(authority, iam, key)
    authority.of("iam", two).create_group(GroupName="team")
    hops = objects(audit(authority, "chain", two["AccessKeyId"], "--output", "json"))
    session = f"arn:aws:sts::{authority.account_id}:assumed-role"
    assert [(hop["who"], hop["access_key_id"], hop["event"]) for hop in hops] == [
        (f"{session}/second/two", two["AccessKeyId"], None),
        (f"{session}/first/one", one["AccessKeyId"], "sts:AssumeRole"),
        (f"arn:aws:iam::{authority.account_id}:user/ann", key["AccessKeyId"], "sts:AssumeRole"),
    ]
    (event,) = objects(audit(authority, "search", "--event", "CreateGroup", "--output", "json"))
    traced = objects(audit(authority, "chain", event["eventID"], "--output", "json"))
    assert [hop["who"] for hop in traced] == [hop["who"] for hop in hops]
    assert traced[0]["event"] == "iam:CreateGroup"
    assert "user/ann" in audit(authority, "chain", event["eventID"]).stdout.splitlines()[-1]


@pytest.mark.slow
def test_a_key_that_was_never_used_still_leads_to_who_asked_for_it(
    authority: Authority, iam: Any, key: dict[str, Any]
) -> None:
    _, two = chained(authority, iam, key)
    hops = objects(audit(authority, "chain", two["AccessKeyId"], "--output", "json"))
    assert hops[-1]["who"].endswith(":user/ann")


@pytest.mark.slow
def test_follow(authority: Authority, iam: Any) -> None:
    words = ["audit", "follow", "--source", "iam", "--every", "0.5", "--since", "1h", "--output", "json"]
    iam.create_user(UserName="ann")
    with subprocess.Popen(
        [*WATCHWORD, *words], env=authority.environment, stdout=subprocess.PIPE, text=True
    ) as following:
        try:
            assert read_until(following, "CreateUser")["requestParameters"] == {"userName": "ann"}
            iam.delete_user(UserName="ann")
            assert read_until(following, "DeleteUser")["eventName"] == "DeleteUser"
        finally:
            following.terminate()


def read_until(process: subprocess.Popen[str], name: str) -> dict[str, Any]:
    assert process.stdout is not None
    return next(event for event in map(json.loads, process.stdout) if event["eventName"] == name)


def troubles(authority: Authority, key: dict[str, Any], nowhere: Path) -> Iterator[tuple[dict[str, str], int, str]]:
    powerless = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    no_profile = {"AWS_PROFILE": "", "AWS_CONFIG_FILE": str(nowhere), "AWS_SHARED_CREDENTIALS_FILE": str(nowhere)}
    yield powerless, 5, "cloudtrail:LookupEvents"
    yield no_profile, 4, "no AWS credentials were found"
    yield {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, 1, "Could not connect to the endpoint URL"
    session = authority.client("sts").get_session_token(DurationSeconds=900)["Credentials"]
    authority.advance(901)
    expired = {
        "AWS_ACCESS_KEY_ID": session["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": session["SecretAccessKey"],
        "AWS_SESSION_TOKEN": session["SessionToken"],
    }
    yield expired, 6, "expired"


@pytest.mark.slow
def test_troubles_are_told_in_one_line(authority: Authority, iam: Any, tmp_path: Path) -> None:
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    for environment, code, words in troubles(authority, key, tmp_path / "nothing"):
        done = audit(authority, "search", **(environment | {"AWS_MAX_ATTEMPTS": "1"}))
        assert (done.returncode, done.stdout) == (code, ""), done.stderr
        assert words in done.stderr
        assert done.stderr.count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [("search", "--since", "yesterday"), ("search", "--since", "1h", "--until", "2h"), ("chain",)]
)
def test_usage(authority: Authority, words: tuple[str, ...]) -> None:
    done = audit(authority, *words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
