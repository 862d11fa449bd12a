"""`watchword keys` as an AWS client: of a sandbox, and of moto's server. Rotation has a file of its own."""

from __future__ import annotations

import csv
import json
import os
import stat
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.clients.peer import peer
from tests.clients.persons import OWN_KEYS, Person, settle
from tests.support.authority import Authority
from watchword.cli.keys.csv_file import Line, NewCsv

__all__ = ["peer"]

DAY = 86_400


@pytest.fixture
def ann(authority: Authority, iam: Any, tmp_path: Path) -> Person:
    """A user who may look after her own keys, at her machine."""
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=json.dumps(OWN_KEYS))
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    return settle(tmp_path / "ann", authority.environment, authority.endpoint, key)


@pytest.fixture
def admin(authority: Authority, tmp_path: Path) -> Person:
    key = {"AccessKeyId": authority.access_key_id, "SecretAccessKey": authority.secret_access_key}
    return settle(tmp_path / "admin", authority.environment, authority.endpoint, key)


def states(iam: Any, user: str = "ann") -> dict[str, str]:
    return {key["AccessKeyId"]: key["Status"] for key in iam.list_access_keys(UserName=user)["AccessKeyMetadata"]}


def test_list(authority: Authority, iam: Any, ann: Person, admin: Person) -> None:
    iam.create_user(UserName="bob")
    bobs = iam.create_access_key(UserName="bob")["AccessKey"]["AccessKeyId"]
    (own,) = ann.told("keys", "list")
    assert list(own) == [
        "user",
        "access_key_id",
        "status",
        "created",
        "age_days",
        "last_used_state",
        "last_used",
        "last_used_service",
        "last_used_region",
        "profiles",
        "note",
    ]
    assert (own["user"], own["access_key_id"], own["profiles"]) == ("ann", ann.key()["aws_access_key_id"], ["work"])
    assert own["last_used_state"] == "used"
    (row,) = admin.told("keys", "list", "--user", "bob")
    assert (row["access_key_id"], row["last_used_state"], row["profiles"]) == (bobs, "never", [])
    assert {row["user"] for row in admin.told("keys", "list", "--all-users")} == {"admin", "ann", "bob"}
    authority.advance(50 * DAY)
    assert admin.told("keys", "list", "--all-users", "--older-than", "60d") == []
    assert {row["user"] for row in admin.told("keys", "list", "--all-users", "--unused", "45d")} == {"ann", "bob"}
    assert "work" in ann.ask("keys", "list").stdout
    assert admin.ask("keys", "list", "--all-users", "--user", "x").exit_code == 2
    assert ann.ask("keys", "list", "--user", "bob").exit_code == 5


def test_create_into_a_profile(iam: Any, ann: Person) -> None:
    before = (ann.folder / "credentials").read_text()
    done = ann.ask("keys", "create", "--to-profile", "second")
    assert done.exit_code == 0, done.output
    made = ann.key("second")
    assert made["aws_secret_access_key"] not in done.output
    assert (ann.folder / "credentials").read_text().startswith(before)
    done = ann.ask("keys", "list", "--profile", "second", "--json")
    assert [row["profiles"] for row in json.loads(done.stdout)] == [["work"], ["second"]] or done.exit_code == 0
    done = ann.ask("keys", "create", "--to-profile", "second")
    assert (done.exit_code, "holds a key already" in done.stderr) == (2, True)
    assert len(states(iam)) == 2


def test_create_into_a_file(iam: Any, ann: Person) -> None:
    path = ann.folder / "ann_accessKeys.csv"
    told = ann.told("keys", "create", "--csv", str(path))
    assert told["secret_access_key"] is None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (row,) = csv.DictReader(path.read_text().splitlines())
    assert list(row) == ["Access key ID", "Secret access key", "User name"]
    assert (row["Access key ID"], row["User name"]) == (told["access_key_id"], "ann")
    assert len(row["Secret access key"]) == 40
    assert ann.ask("keys", "create", "--csv", str(path)).exit_code == 2
    assert ann.ask("keys", "create", "--csv", str(ann.folder / "none" / "x.csv")).exit_code == 2
    assert len(states(iam)) == 2


def test_create_to_the_screen_only_when_told_so(iam: Any, ann: Person, admin: Person) -> None:
    assert ann.ask("keys", "create").exit_code == 2
    assert ann.ask("keys", "create", "--csv", "x", "--to-profile", "y").exit_code == 2
    assert len(states(iam)) == 1
    told = ann.told("keys", "create")
    assert len(told["secret_access_key"]) == 40
    iam.create_user(UserName="bob")
    done = admin.ask("keys", "create", "--user", "bob", "--show")
    assert len(done.stdout.split("secret")[1].strip()) == 40


def test_a_third_key(iam: Any, ann: Person, tmp_path: Path) -> None:
    second = ann.told("keys", "create")["access_key_id"]
    path = tmp_path / "new.csv"
    done = ann.ask("keys", "create", "--csv", str(path))
    assert done.exit_code == 1
    assert f"{second} of ann: active, never used" in done.stderr
    assert "free a place first" in done.stderr
    assert not path.exists()
    ann.told("keys", "deactivate", second)
    assert f"watchword keys delete {second}" in ann.ask("keys", "create", "--show").stderr


def test_a_secret_that_cannot_be_kept_leaves_no_key(
    iam: Any, ann: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_self: NewCsv, _line: Line) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(NewCsv, "write", full)
    before = states(iam)
    done = ann.ask("keys", "create", "--csv", str(tmp_path / "x.csv"))
    assert (done.exit_code, "the new key was deleted again" in done.stderr) == (1, True)
    assert states(iam) == before
    assert not (tmp_path / "x.csv").exists()


def test_off_on_and_away(iam: Any, ann: Person) -> None:
    second = ann.told("keys", "create")["access_key_id"]
    done = ann.ask("keys", "delete", second, "--yes")
    assert (done.exit_code, f"keys deactivate {second}" in done.stderr) == (1, True)
    done = ann.ask("keys", "deactivate", second)
    assert (done.exit_code, done.stdout) == (0, "")
    assert f"{second} of ann: active, never used" in done.stderr
    assert states(iam)[second] == "Inactive"
    assert ann.told("keys", "activate", second) == {"user": "ann", "access_key_id": second, "status": "Active"}
    assert states(iam)[second] == "Active"
    ann.told("keys", "deactivate", second)
    done = ann.ask("keys", "delete", second)
    assert (done.exit_code, "--yes" in done.stderr) == (2, True)
    assert ann.told("keys", "delete", second, "--yes")["status"] == "Deleted"
    assert second not in states(iam)
    third = ann.told("keys", "create")["access_key_id"]
    assert ann.ask("keys", "delete", third, "--force", "--yes").exit_code == 0
    assert third not in states(iam)


def test_the_key_in_use(iam: Any, ann: Person) -> None:
    own = ann.key()["aws_access_key_id"]
    assert ann.ask("keys", "delete", own, "--force", "--yes").exit_code == 2
    done = ann.ask("keys", "deactivate", own)
    assert done.exit_code == 2
    assert states(iam)[own] == "Active"
    assert ann.ask("keys", "deactivate", own, "--yes").exit_code == 0
    assert states(iam)[own] == "Inactive"


def test_another_users_key_is_found(iam: Any, ann: Person, admin: Person) -> None:
    own = ann.key()["aws_access_key_id"]
    assert admin.ask("keys", "deactivate", own).exit_code == 0
    assert states(iam)[own] == "Inactive"
    (row,) = admin.told("keys", "last-used", own)
    assert (row["user"], row["status"]) == ("ann", "Inactive")
    assert admin.ask("keys", "activate", own, "--user", "admin").exit_code == 1
    assert admin.ask("keys", "activate", own, "--user", "ann").exit_code == 0


def test_what_is_no_key(authority: Authority, ann: Person) -> None:
    done = ann.ask("keys", "delete", "AKIAIOSFODNN7EXAMPLE", "--yes")
    assert (done.exit_code, "watchword whose AKIAIOSFODNN7EXAMPLE" in done.stderr) == (1, True)
    secret = ann.key()["aws_secret_access_key"]
    done = ann.ask("keys", "last-used", secret)
    assert (done.exit_code, secret in done.output) == (2, False)
    assert ann.ask("keys", "delete", "ASIAIOSFODNN7EXAMPLE").exit_code == 2
    assert ann.ask("keys", "last-used", authority.access_key_id).exit_code == 1


def test_nothing_is_made_where_there_is_no_file(iam: Any, ann: Person) -> None:
    key = ann.key()
    ann.environment.update(
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_ACCESS_KEY_ID=key["aws_access_key_id"],
        AWS_SECRET_ACCESS_KEY=key["aws_secret_access_key"],
    )
    done = ann.ask("keys", "create", "--to-profile", "x")
    assert (done.exit_code, "not a file" in done.stderr) == (1, True)
    assert len(states(iam)) == 1


def test_the_peer(peer: dict[str, str], tmp_path: Path) -> None:
    iam: Any = boto3.client(
        "iam",
        region_name="us-east-1",
        endpoint_url=peer["AWS_ENDPOINT_URL"],
        aws_access_key_id=peer["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=peer["AWS_SECRET_ACCESS_KEY"],
    )
    iam.create_user(UserName="kim")
    kim = settle(tmp_path / "kim", peer, peer["AWS_ENDPOINT_URL"], iam.create_access_key(UserName="kim")["AccessKey"])
    assert [row["user"] for row in kim.told("keys", "list")] == ["kim"]
    second = kim.told("keys", "create")["access_key_id"]
    kim.told("keys", "deactivate", second)
    assert kim.told("keys", "last-used", second)[0]["status"] == "Inactive"
    kim.told("keys", "delete", second, "--yes")
    assert list(states(iam, "kim")) == [kim.key()["aws_access_key_id"]]
