"""`watchword keys rotate` as an AWS client: of a sandbox whose clock moves, and of moto's server."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.clients.peer import peer
from tests.clients.persons import OWN_KEYS, Person, settle
from tests.support.authority import Authority

__all__ = ["peer"]

HOUR, DAY = 3_600, 86_400
ROTATE = ("keys", "rotate")


@pytest.fixture
def ann(authority: Authority, iam: Any, tmp_path: Path) -> Person:
    """A user who may look after her own keys, at her machine."""
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=json.dumps(OWN_KEYS))
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    return settle(tmp_path / "ann", authority.environment, authority.endpoint, key)


def states(iam: Any) -> dict[str, str]:
    return {key["AccessKeyId"]: key["Status"] for key in iam.list_access_keys(UserName="ann")["AccessKeyMetadata"]}


def test_from_the_first_run_to_the_last(authority: Authority, iam: Any, ann: Person) -> None:
    before, old = (ann.folder / "credentials").read_text(), ann.key()
    told = ann.told(*ROTATE)
    new = ann.key()
    assert (told["stage"], told["old_access_key_id"]) == ("overlap", old["aws_access_key_id"])
    assert told["new_access_key_id"] == new["aws_access_key_id"] != old["aws_access_key_id"]
    assert states(iam) == {old["aws_access_key_id"]: "Active", new["aws_access_key_id"]: "Active"}
    after = (ann.folder / "credentials").read_text()
    assert after == before.replace(old["aws_access_key_id"], new["aws_access_key_id"]).replace(
        old["aws_secret_access_key"], new["aws_secret_access_key"]
    )
    assert authority.client("sts", new["aws_access_key_id"], new["aws_secret_access_key"]).get_caller_identity()

    authority.advance(23 * HOUR)
    assert ann.told(*ROTATE)["did"] == []
    authority.advance(2 * HOUR)
    told = ann.told(*ROTATE)
    assert (told["stage"], told["did"]) == ("recovery", [f"Deactivated {old['aws_access_key_id']}."])
    authority.advance(6 * DAY)
    assert ann.told(*ROTATE)["did"] == []
    authority.advance(2 * DAY)
    told = ann.told(*ROTATE)
    assert told["stage"] == "done"
    assert states(iam) == {new["aws_access_key_id"]: "Active"}
    assert ann.key() == new
    assert ann.ledger.every() == []
    assert ann.told(*ROTATE, "--stage", "status")["stage"] == "none"


def test_the_secrets_are_nowhere_to_be_read(ann: Person) -> None:
    old = ann.key()["aws_secret_access_key"]
    done = ann.ask(*ROTATE)
    assert done.exit_code == 0, done.output
    new = ann.key()["aws_secret_access_key"]
    assert old not in done.output
    assert new not in done.output
    for path in (ann.folder / "home").rglob("*"):
        if path.is_file():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
            assert old.encode() not in path.read_bytes()
            assert new.encode() not in path.read_bytes()


def test_an_old_key_that_is_still_used_is_kept(authority: Authority, iam: Any, ann: Person) -> None:
    old = ann.key()
    ann.told(*ROTATE)
    authority.advance(20 * HOUR)
    authority.client("sts", old["aws_access_key_id"], old["aws_secret_access_key"]).get_caller_identity()
    authority.advance(10 * HOUR)
    told = ann.told(*ROTATE)
    assert told["stage"] == "overlap"
    assert "was used after the switch" in told["next"]
    assert ann.told(*ROTATE, "--stage", "finish", "--yes")["stage"] == "overlap"
    authority.advance(15 * HOUR)
    assert ann.told(*ROTATE)["stage"] == "recovery"


def test_finish(iam: Any, ann: Person) -> None:
    ann.told(*ROTATE)
    done = ann.ask(*ROTATE, "--stage", "finish")
    assert done.exit_code == 2
    assert "--yes" in done.stderr
    assert ann.told(*ROTATE, "--stage", "finish", "--yes")["stage"] == "done"
    assert list(states(iam)) == [ann.key()["aws_access_key_id"]]


@pytest.mark.parametrize("wait", [0, 25 * HOUR])
def test_undo(authority: Authority, iam: Any, ann: Person, wait: int) -> None:
    """In the overlap, and in the time of recovery."""
    before = (ann.folder / "credentials").read_text()
    old = ann.key()
    ann.told(*ROTATE)
    if wait:
        authority.advance(wait)
        assert ann.told(*ROTATE)["stage"] == "recovery"
    told = ann.told(*ROTATE, "--stage", "undo")
    assert told["stage"] == "done"
    assert (ann.folder / "credentials").read_text() == before
    assert states(iam) == {old["aws_access_key_id"]: "Active"}
    assert ann.ledger.every() == []
    done = ann.ask(*ROTATE, "--stage", "undo")
    assert done.exit_code == 2
    assert "no rotation is under way" in done.stderr


def test_two_keys_are_told_and_left_alone(iam: Any, ann: Person) -> None:
    second = iam.create_access_key(UserName="ann")["AccessKey"]["AccessKeyId"]
    before = (states(iam), (ann.folder / "credentials").read_text())
    done = ann.ask(*ROTATE)
    assert done.exit_code == 1
    assert f"watchword keys deactivate {second}" in done.stderr
    iam.update_access_key(UserName="ann", AccessKeyId=second, Status="Inactive")
    done = ann.ask(*ROTATE)
    assert f"run `watchword keys delete {second}`, then try again" in done.stderr
    assert (states(iam) | {second: "Active"}, (ann.folder / "credentials").read_text()) == before
    assert ann.ledger.every() == []


def test_a_last_use_that_may_not_be_asked_is_not_taken_for_none(authority: Authority, iam: Any, ann: Person) -> None:
    ann.told(*ROTATE)
    deny = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Deny", "Action": "iam:GetAccessKeyLastUsed", "Resource": "*"},
    }
    iam.put_user_policy(UserName="ann", PolicyName="no", PolicyDocument=json.dumps(deny))
    authority.advance(30 * DAY)
    done = ann.ask(*ROTATE)
    assert done.exit_code == 5
    assert "not allowed: iam:GetAccessKeyLastUsed" in done.stderr
    assert set(states(iam).values()) == {"Active"}


def test_a_denied_create_leaves_nothing(iam: Any, ann: Person) -> None:
    iam.delete_user_policy(UserName="ann", PolicyName="own")
    done = ann.ask(*ROTATE)
    assert done.exit_code == 5
    may = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:ListAccessKeys", "Resource": "*"}}
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=json.dumps(may))
    done = ann.ask(*ROTATE)
    assert done.exit_code == 5
    assert "iam:CreateAccessKey" in done.stderr
    assert ann.ledger.every() == []


def test_a_key_that_someone_deactivated_gets_its_whole_time_of_recovery(
    authority: Authority, iam: Any, ann: Person
) -> None:
    old = ann.key()["aws_access_key_id"]
    ann.told(*ROTATE)
    authority.advance(20 * DAY)
    iam.update_access_key(UserName="ann", AccessKeyId=old, Status="Inactive")
    assert ann.told(*ROTATE)["stage"] == "recovery"
    authority.advance(6 * DAY)
    iam.update_access_key(UserName="ann", AccessKeyId=old, Status="Active")
    told = ann.told(*ROTATE)
    assert "activated" in told["did"][0]
    assert told["stage"] == "overlap"


def test_what_cannot_be_rotated(ann: Person) -> None:
    (ann.folder / "config").write_text(
        (ann.folder / "config").read_text()
        + "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = work\n"
        + "[profile made]\ncredential_process = /bin/true\n[profile none]\nregion = x\n"
    )
    done = ann.ask(*ROTATE, "--profile", "admin")
    assert (done.exit_code, "keys rotate --profile work" in done.stderr) == (2, True)
    assert "credential_process" in ann.ask(*ROTATE, "--profile", "made").stderr
    assert ann.ask(*ROTATE, "--profile", "none").exit_code == 4
    ann.environment.update({"AWS_ACCESS_KEY_ID": "AKIAX", "AWS_SECRET_ACCESS_KEY": "x"})
    done = ann.ask(*ROTATE)
    assert "AWS_ACCESS_KEY_ID in the environment" in done.stderr


def test_another_profile_with_the_same_key_is_named(ann: Person) -> None:
    key = ann.key()
    with (ann.folder / "credentials").open("a") as file:
        file.write("[twin]\n" + "".join(f"{name} = {value}\n" for name, value in key.items()))
    (ann.folder / "config").write_text(
        (ann.folder / "config").read_text().replace("work", "twin") * 1 + (ann.folder / "config").read_text()
    )
    done = ann.ask(*ROTATE)
    assert "also stands in profile `twin`" in done.stderr
    done = ann.ask(*ROTATE, "--profile", "twin")
    assert done.exit_code == 1
    assert "keys rotate --profile work" in done.stderr


def test_the_first_profile_of_a_store(authority: Authority, tmp_path: Path) -> None:
    """One file that is both; the administrator's key."""
    before = authority.profile_file.read_text()
    environment = {
        name: value
        for name, value in authority.environment.items()
        if not name.startswith("AWS_") or "METADATA" in name
    } | {"WATCHWORD_HOME": str(tmp_path), "WATCHWORD_STORE": "file", "AWS_ENDPOINT_URL": authority.endpoint}
    person = Person(tmp_path, environment)
    try:
        told = person.told(*ROTATE, "--data", str(authority.data))
        assert told["stage"] == "overlap"
        after = authority.profile_file.read_text()
        assert told["new_access_key_id"] in after
        assert after.split("[watchword]")[0] == before.split("[watchword]")[0]
        assert person.told(*ROTATE, "--data", str(authority.data), "--stage", "undo")["stage"] == "done"
        assert authority.profile_file.read_text() == before
    finally:
        authority.profile_file.write_text(before)


def test_the_peer(peer: dict[str, str], tmp_path: Path) -> None:
    """Moto checks nothing, but every request has to be one that AWS knows."""
    iam: Any = boto3.client(
        "iam",
        region_name="us-east-1",
        endpoint_url=peer["AWS_ENDPOINT_URL"],
        aws_access_key_id=peer["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=peer["AWS_SECRET_ACCESS_KEY"],
    )
    iam.create_user(UserName="rota")
    key = iam.create_access_key(UserName="rota")["AccessKey"]
    rota = settle(tmp_path / "rota", peer, peer["AWS_ENDPOINT_URL"], key)
    told = rota.told(*ROTATE)
    assert (told["stage"], told["user"]) == ("overlap", "rota")
    assert rota.told(*ROTATE, "--stage", "undo")["stage"] == "done"
    assert rota.key()["aws_access_key_id"] == key["AccessKeyId"]
    new = rota.told(*ROTATE)["new_access_key_id"]
    assert rota.told(*ROTATE, "--stage", "finish", "--yes")["stage"] == "done"
    listed = iam.list_access_keys(UserName="rota")["AccessKeyMetadata"]
    assert [(each["AccessKeyId"], each["Status"]) for each in listed] == [(new, "Active")]
