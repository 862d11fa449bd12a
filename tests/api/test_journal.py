"""The record: every request has its entry, and no entry holds a secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from tests.support.authority import Authority, run
from tests.support.lines import Line, line
from tests.support.refusals import refused
from tests.support.wire import Answer, Raw, presigned, send, signed
from watchword.store import journal
from watchword.store.opening import open_store

WHO = {"Action": "GetCallerIdentity"}
SECRETS = ("SecretAccessKey", "SessionToken")


def entries(authority: Authority, *options: str) -> list[dict[str, Any]]:
    """Read the journal as an operator does, the oldest first."""
    done = run("journal", "--data", str(authority.data), "--json", "--last", "1000", *options)
    assert done.returncode == 0, done.stderr
    return [json.loads(entry) for entry in done.stdout.splitlines()]


def entry_of(authority: Authority, answer: Answer) -> dict[str, Any]:
    """Find the entry of one answer, as `--json` prints it, and see that it is the only one."""
    store = open_store(f"sqlite:///{authority.data}/watchword.db")
    with store.read() as tx:
        every = journal.newest(tx, 1000)
    store.close()
    (found,) = (entry for entry in every if entry.request_id == answer.headers["x-amzn-requestid"])
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(found))
    return plain


@pytest.fixture
def mine(authority: Authority) -> Iterator[Line]:
    with line(authority) as made:
        yield made


def trusting(account: str) -> str:
    principal = f'{{"AWS":"arn:aws:iam::{account}:root"}}'
    return (
        '{"Version":"2012-10-17","Statement":'
        f'[{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"}}]}}'
    )


def test_an_answered_request(authority: Authority, mine: Line) -> None:
    entry = entry_of(authority, mine.ask("iam", "CreateUser", UserName="ann"))
    assert (entry["service"], entry["event"], entry.get("error", "")) == ("iam", "CreateUser", "")
    assert entry["principal"] == f"arn:aws:iam::{authority.account_id}:user/admin"
    assert (entry["account"], entry["userName"]) == (authority.account_id, "admin")
    assert (entry["accessKeyId"], entry["region"]) == (authority.access_key_id, "us-east-1")
    assert entry["sourceIp"] == "127.0.0.1"
    assert entry["request"]["user_name"] == "ann"
    assert not entry.get("readOnly", False)
    assert entry["sandbox"] is True


def test_what_only_reads_says_so(authority: Authority, mine: Line) -> None:
    assert entry_of(authority, mine.ask("iam", "ListUsers"))["readOnly"] is True


def test_a_refused_request(authority: Authority, mine: Line) -> None:
    entry = entry_of(authority, mine.ask("iam", "GetUser", UserName="nobody"))
    assert entry["error"] == "NoSuchEntity"
    assert "nobody" in entry["errorMessage"]
    assert "response" not in entry


def test_a_refused_change(authority: Authority, mine: Line) -> None:
    assert mine.ask("iam", "CreateUser", UserName="ann").status == 200
    entry = entry_of(authority, mine.ask("iam", "CreateUser", UserName="ann"))
    assert (entry["event"], entry["error"]) == ("CreateUser", "EntityAlreadyExists")


def test_a_request_that_may_not(authority: Authority, mine: Line) -> None:
    mine.ask("iam", "CreateUser", UserName="ann")
    key = authority.client("iam").create_access_key(UserName="ann")["AccessKey"]
    entry = entry_of(authority, mine.ask("iam", "ListUsers", key))
    assert (entry["error"], entry["userName"]) == ("AccessDenied", "ann")


def test_requests_that_nobody_signed_or_understood(authority: Authority) -> None:
    good = signed(authority, "sts", WHO)
    unsigned = Raw("POST", "/", [header for header in good.headers if header[0] != "Authorization"], good.body)
    forged = signed(authority, "sts", WHO)
    forged.body += b"&More=1"
    strange = Raw("DELETE", "/what/is/this?x=%00", [("Host", "somewhere")], b"\x00\xff")
    large = Raw("POST", "/", good.headers, b"a" * 5_000_000)
    large.headers = [header for header in large.headers if header[0] != "Content-Length"]
    unknown = presigned(authority, "sts", WHO, credentials={"AccessKeyId": "AKIA\x1b[2J[b]", "SecretAccessKey": "x"})
    for raw, status, code in (
        (unsigned, 403, "MissingAuthenticationToken"),
        (forged, 403, "SignatureDoesNotMatch"),
        (strange, None, None),
        (large, 413, "RequestEntityTooLarge"),
        (unknown, 403, "InvalidClientTokenId"),
    ):
        answer = send(authority, raw)
        assert status in {None, answer.status}, answer.body
        assert 400 <= answer.status < 500
        entry = entry_of(authority, answer)
        assert entry["error"] == (code or answer.code)
        assert not entry.get("principal")
        assert entry["sandbox"] is True
    shown = run("journal", "--data", str(authority.data))
    assert shown.returncode == 0, shown.stderr
    assert "\x1b" not in shown.stdout, "what a stranger sends must not command the terminal"
    assert "[b]" in shown.stdout


def test_what_is_issued_is_on_record_by_its_id(authority: Authority, mine: Line) -> None:
    mine.ask("iam", "CreateUser", UserName="ann")
    key = mine.ask("iam", "CreateAccessKey", UserName="ann")
    assert key.text("AccessKeyId") in entry_of(authority, key)["response"].values()
    session = mine.ask("sts", "GetSessionToken")
    assert session.text("AccessKeyId") in entry_of(authority, session)["response"].values()
    role = mine.ask(
        "iam", "CreateRole", RoleName="reader", AssumeRolePolicyDocument=trusting(authority.account_id)
    ).text("Arn")
    taken = mine.ask("sts", "AssumeRole", RoleArn=str(role), RoleSessionName="one")
    entry = entry_of(authority, taken)
    assert taken.text("AccessKeyId") in entry["response"].values()
    assert entry["request"]["role_arn"] == role


def test_a_chained_session_leads_back_to_its_human(authority: Authority, iam: Any, sts: Any) -> None:
    arns = []
    for name in ("first", "second"):
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusting(authority.account_id))["Role"]
        everything = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=everything)
        arns.append(role["Arn"])
    one = sts.assume_role(RoleArn=arns[0], RoleSessionName="one")["Credentials"]
    two = authority.of("sts", one).assume_role(RoleArn=arns[1], RoleSessionName="two")["Credentials"]
    answer = authority.of("sts", two).get_caller_identity()
    request_id = answer["ResponseMetadata"]["RequestId"]
    entry = next(entry for entry in entries(authority) if entry["requestId"] == request_id)
    assert entry["session"]["issuerArn"] == arns[1]
    assert entry["session"]["sessionName"] == "two"
    chain = json.dumps(entry["session"]["chain"])
    human = chain.index(f"arn:aws:iam::{authority.account_id}:user/admin")
    assert human < chain.index(f"arn:aws:sts::{authority.account_id}:assumed-role/first/one")
    assert authority.access_key_id in chain
    assert one["AccessKeyId"] in chain


def test_entries_can_be_found_by_key(authority: Authority, iam: Any) -> None:
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    authority.of("sts", key).get_caller_identity()
    found = entries(authority, "--access-key-id", key["AccessKeyId"])
    assert [entry["event"] for entry in found] == ["GetCallerIdentity"]


def test_no_secret_is_in_any_file_but_the_profile(authority: Authority, iam: Any, sts: Any) -> None:
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trusting(authority.account_id))["Role"]
    lent = [
        authority.of("sts", key).get_session_token()["Credentials"],
        sts.assume_role(RoleArn=role["Arn"], RoleSessionName="one")["Credentials"],
        sts.get_federation_token(Name="bob")["Credentials"],
    ]
    for session in lent:
        authority.of("sts", session).get_caller_identity()
    with refused("SignatureDoesNotMatch"):
        authority.client("sts", key["AccessKeyId"], lent[0]["SecretAccessKey"]).get_caller_identity()
    told = {given[name] for given in (key, *lent) for name in SECRETS if name in given}
    told.add(authority.secret_access_key)
    for file in authority.data.iterdir():
        content = file.read_bytes()
        found = {secret[:6] + "…" for secret in told if secret.encode() in content}
        assert not found or file == authority.profile_file, f"{file} holds {found}"
