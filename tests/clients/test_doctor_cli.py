"""`watchword doctor` where there is an account to ask: a sandbox, and moto's server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.clients.asking import asked
from tests.clients.peer import peer
from tests.clients.persons import OWN_KEYS, Person, settle
from tests.support.authority import Authority

__all__ = ["peer"]


@pytest.fixture
def ann(authority: Authority, iam: Any, tmp_path: Path) -> Person:
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=json.dumps(OWN_KEYS))
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    return settle(tmp_path / "ann", authority.environment, authority.endpoint, key)


def rows(person: Person, code: int = 0) -> dict[str, dict[str, str]]:
    done = person.ask("doctor", "--json")
    assert done.exit_code == code, done.output
    return {row["check"]: row for row in json.loads(done.stdout)}


def test_all_is_well(authority: Authority, ann: Person) -> None:
    found = rows(ann)
    assert {name: row["state"] for name, row in found.items()} == {
        "versions": "ok",
        "config file": "ok",
        "credentials file": "ok",
        "private files": "ok",
        "store": "ok",
        "sessions": "ok",
        "rotation": "ok",
        "environment": "ok",
        "profile": "ok",
        "endpoint": "ok",
        "clock": "ok",
        "credentials": "ok",
        "MFA": "note",
    }
    assert found["MFA"]["found"] == "not allowed: iam:ListMFADevices"
    assert found["credentials"]["found"] == f"you are arn:aws:iam::{authority.account_id}:user/ann"
    assert "rotation" in ann.ask("doctor").stdout


def test_a_rotation_and_a_key_that_is_off(iam: Any, ann: Person) -> None:
    old = ann.key()["aws_access_key_id"]
    ann.told("keys", "rotate")
    assert old in rows(ann)["rotation"]["found"]
    iam.update_access_key(UserName="ann", AccessKeyId=ann.key()["aws_access_key_id"], Status="Inactive")
    found = rows(ann, 3)
    assert found["credentials"]["state"] == "problem"
    assert found["credentials"]["next"] == "`watchword configure --profile work`"
    assert found["endpoint"]["state"] == "ok"


def test_the_device_that_a_profile_names(authority: Authority, iam: Any, ann: Person) -> None:
    more = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:ListMFADevices", "Resource": "*"}}
    iam.put_user_policy(UserName="ann", PolicyName="more", PolicyDocument=json.dumps(more))
    assert rows(ann)["MFA"]["found"] == "no device"
    with ann.files.config.open("a") as file:
        file.write("mfa_serial = arn:aws:iam::123456789012:mfa/other\n")
    assert rows(ann, 3)["MFA"]["next"] == "correct `mfa_serial` in the config file"


def test_the_first_profile_of_a_store(authority: Authority, tmp_path: Path) -> None:
    environment = {name: value for name, value in authority.environment.items() if "PROFILE" not in name}
    environment |= {"WATCHWORD_HOME": str(tmp_path / "home"), "WATCHWORD_STORE": "file"}
    done = asked(environment, "doctor", "--data", str(authority.data), "--json")
    assert done.exit_code == 0, done.output
    found = {row["check"]: row for row in json.loads(done.stdout)}
    assert found["profile"]["found"].startswith("`watchword`, by a key")
    assert found["credentials"]["state"] == "ok"


def test_the_peer(peer: dict[str, str], tmp_path: Path) -> None:
    done = asked(peer | {"WATCHWORD_HOME": str(tmp_path), "WATCHWORD_STORE": "file"}, "doctor", "--json")
    assert done.exit_code == 0, (done.output, done.exception)
    found = {row["check"]: row for row in json.loads(done.stdout)}
    assert (found["endpoint"]["state"], found["clock"]["state"], found["credentials"]["state"]) == ("ok", "ok", "ok")
