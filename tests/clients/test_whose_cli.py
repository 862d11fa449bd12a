"""`watchword whose` as an AWS client: of a sandbox, and of moto's server, which has no record of events."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import Any

import boto3
import pytest

from tests.clients.asking import answered, asked, signing
from tests.clients.peer import peer
from tests.support.accounts import allowing, member_of, trusting
from tests.support.authority import Authority

__all__ = ["peer"]

DAY = 86_400


def whose(authority: Authority, key_id: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(answered(authority.environment, "whose", key_id, "--output", "json"))
    return told


@pytest.fixture
def ann(iam: Any) -> dict[str, str]:
    iam.create_user(UserName="ann")
    key: dict[str, str] = iam.create_access_key(UserName="ann")["AccessKey"]
    return key


def test_a_long_term_key(authority: Authority, ann: dict[str, str]) -> None:
    key_id = ann["AccessKeyId"]
    told = whose(authority, key_id)
    assert (told["kind"], told["account"], told["owner"]) == ("long-term access key", authority.account_id, "ann")
    assert (told["status"], told["last_used_state"], told["age_days"]) == ("Active", "never", 0)
    assert told["created_by"] == f"arn:aws:iam::{authority.account_id}:user/admin"
    authority.of("sts", ann).get_caller_identity()
    authority.advance(10 * DAY)
    told = whose(authority, key_id)
    assert (told["last_used_service"], told["last_used_region"], told["age_days"]) == ("sts", "us-east-1", 10)
    table = answered(authority.environment, "whose", key_id).splitlines()
    assert table[:4] == [
        f"identifier   {key_id}, long-term access key",
        f"account      {authority.account_id}",
        "owner        ann",
        "status       Active",
    ]
    assert table[4].startswith("created      10 d ago (")
    line = next(csv.DictReader(StringIO(answered(authority.environment, "whose", key_id, "--output", "csv"))))
    assert (line["id"], line["owner"]) == (key_id, "ann")
    assert ann["SecretAccessKey"] not in "".join(table)


def test_a_deleted_key(authority: Authority, iam: Any, ann: dict[str, str]) -> None:
    iam.delete_access_key(UserName="ann", AccessKeyId=ann["AccessKeyId"])
    told = whose(authority, ann["AccessKeyId"])
    assert (told["status"], told["owner"]) == ("Deleted", "ann")
    assert told["deleted_by"] == f"arn:aws:iam::{authority.account_id}:user/admin"
    authority.advance(91 * DAY)
    told = whose(authority, ann["AccessKeyId"])
    assert told["owner"] is None
    assert "no event of the last 90 days tells who deleted it" in told["notes"]


def test_a_session(authority: Authority, ann: dict[str, str]) -> None:
    session = authority.of("sts", ann).get_session_token()["Credentials"]
    told = whose(authority, session["AccessKeyId"])
    arn = f"arn:aws:iam::{authority.account_id}:user/ann"
    assert (told["kind"], told["owner"], told["requested_by"]) == ("temporary access key", arn, arn)
    assert (told["requested_with"], told["request"]) == (ann["AccessKeyId"], "sts:GetSessionToken")
    assert told["source_ip"] == "127.0.0.1"
    assert told["expires"] == session["Expiration"].strftime("%Y-%m-%dT%H:%M:%SZ")
    assert told["last_used_state"] is None
    assert session["SessionToken"] not in json.dumps(told)


def test_a_chain_of_roles_leads_to_the_first_who_asked(authority: Authority, iam: Any, ann: dict[str, str]) -> None:
    root = f"arn:aws:iam::{authority.account_id}:root"
    roles = [
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusting(root))["Role"]["Arn"]
        for name in ("reader", "deployer")
    ]
    iam.put_role_policy(RoleName="reader", PolicyName="go", PolicyDocument=allowing("sts:AssumeRole"))
    iam.put_user_policy(UserName="ann", PolicyName="go", PolicyDocument=allowing("sts:AssumeRole"))
    first = authority.of("sts", ann).assume_role(RoleArn=roles[0], RoleSessionName="one")["Credentials"]
    last = authority.of("sts", first).assume_role(RoleArn=roles[1], RoleSessionName="two")["Credentials"]
    for used in (False, True):
        if used:
            authority.of("sts", last).get_caller_identity()
        told = whose(authority, last["AccessKeyId"])
        assert told["owner"].endswith(":assumed-role/deployer/two")
        assert (told["requested_with"], told["request"]) == (first["AccessKeyId"], "sts:AssumeRole")
        assert [link["access_key_id"] for link in told["chain"]] == [first["AccessKeyId"], ann["AccessKeyId"]]
        assert told["chain"][1]["who"] == f"arn:aws:iam::{authority.account_id}:user/ann"
        assert told["last_used_state"] == ("used" if used else None)


def test_a_session_that_is_not_on_record(authority: Authority) -> None:
    key_id = "ASIA" + authority.access_key_id[4:]
    told = whose(authority, key_id)
    assert (told["account"], told["owner"]) == (authority.account_id, None)
    assert told["notes"][0].startswith("no event of the last 90 days names it")


def test_another_accounts_key(authority: Authority) -> None:
    other = member_of(authority)
    key = other.user("olga")
    told = whose(authority, key["AccessKeyId"])
    assert (told["account"], told["owner"]) == (other.account_id, None)
    assert f"ask with a profile of account {other.account_id}" in told["notes"][0]


def test_what_is_no_key_is_told_as_what_it_is(authority: Authority, iam: Any, ann: dict[str, str]) -> None:
    user = iam.get_user(UserName="ann")["User"]
    told = whose(authority, user["UserId"])
    assert (told["kind"], told["owner"]) == ("user", user["Arn"])
    told = whose(authority, "AGPA" + user["UserId"][4:])
    assert (told["kind"], told["owner"]) == ("group", None)
    assert whose(authority, "ANVA" + user["UserId"][4:])["kind"] == "version of a managed policy"


def test_denials_are_told_and_what_is_left_is_answered(authority: Authority, iam: Any, ann: dict[str, str]) -> None:
    environment = signing(authority.environment, ann)
    done = asked(environment, "whose", authority.access_key_id, "--output", "json")
    assert done.exit_code == 5
    told = json.loads(done.stdout)
    assert told["account"] == authority.account_id
    assert told["not_allowed"] == [
        "sts:GetAccessKeyInfo",
        "iam:GetAccessKeyLastUsed",
        "cloudtrail:LookupEvents",
    ]
    assert asked(environment, "whose", "ASIA" + authority.access_key_id[4:]).exit_code == 5
    assert asked(environment, "whose", "AIDA" + authority.access_key_id[4:]).exit_code == 5
    iam.put_user_policy(UserName="ann", PolicyName="one", PolicyDocument=allowing("iam:GetAccessKeyLastUsed"))
    done = asked(environment, "whose", authority.access_key_id)
    assert done.exit_code == 0
    assert "owner        admin" in done.stdout
    assert "not allowed  iam:ListAccessKeys" in done.stdout


def test_nobody_signed(authority: Authority, ann: dict[str, str]) -> None:
    wrong = signing(authority.environment, ann | {"SecretAccessKey": "not+the+secret"})
    done = asked(wrong, "whose", ann["AccessKeyId"])
    assert (done.exit_code, done.stdout) == (4, "")


def test_the_peer(peer: dict[str, str]) -> None:
    iam = boto3.client(
        "iam",
        region_name="us-east-1",
        endpoint_url=peer["AWS_ENDPOINT_URL"],
        aws_access_key_id=peer["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=peer["AWS_SECRET_ACCESS_KEY"],
    )
    iam.create_user(UserName="emma")
    key = iam.create_access_key(UserName="emma")["AccessKey"]
    told = json.loads(answered(peer, "whose", key["AccessKeyId"], "--output", "json"))
    assert (told["owner"], told["status"], told["last_used_state"]) == ("emma", "Active", "never")
    assert told["notes"][0].startswith("the record of events cannot be asked here")
