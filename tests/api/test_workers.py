"""Several workers, several nodes, one authority: what one has answered, every other knows."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.authority import Authority, initialise, serving
from tests.support.lines import Line, line, line_to_each_worker
from tests.support.polling import until
from tests.support.postgres import Postgres
from tests.support.processes import on_linux

HEARD_WITHIN = 1.0
"""Seconds until every node knows of a change."""
TURNS = 6
CLIENTS = 4

pytestmark = on_linux


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """A sandbox with two workers, on either database."""
    environment = {}
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        environment["WATCHWORD_DATABASE"] = server.url(server.create())
    data = tmp_path_factory.mktemp("pair") / "data"
    first = initialise(data, "--sandbox", environment=environment)
    with serving(data, first, "--workers", "2", environment=environment) as authority:
        yield authority


@pytest.fixture
def lines(pair: Authority) -> Iterator[list[Line]]:
    """A connection to each worker of a sandbox that is as after init."""
    with line_to_each_worker(pair) as made:
        assert made[0].json("watchword", "Watchword.ResetSandbox").status == 200
        yield made


def told(one: Line, service: str, action: str, **more: str) -> dict[str, str]:
    """Ask for something that must be answered; gives the credentials in it, if there are any."""
    answer = one.ask(service, action, **more)
    assert answer.status == 200, answer.body
    names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
    return {name: text for name in names if (text := answer.text(name))}


def who(one: Line, credentials: dict[str, str]) -> str:
    """Ask who somebody is; gives the name, or the code of the refusal."""
    answer = one.ask("sts", "GetCallerIdentity", credentials)
    return (answer.text("Arn") or "").rpartition("/")[2] if answer.status == 200 else str(answer.code)


def test_a_key_works_and_stops_working_on_every_worker_at_once(lines: list[Line]) -> None:
    told(lines[0], "iam", "CreateUser", UserName="ann")
    for turn in range(TURNS):
        here, there = lines[turn % 2], lines[(turn + 1) % 2]
        key = told(here, "iam", "CreateAccessKey", UserName="ann")
        named = {"UserName": "ann", "AccessKeyId": key["AccessKeyId"]}
        assert who(there, key) == "ann"
        told(here, "iam", "UpdateAccessKey", Status="Inactive", **named)
        assert who(there, key) == "InvalidClientTokenId"
        told(there, "iam", "UpdateAccessKey", Status="Active", **named)
        assert who(here, key) == "ann"
        assert who(there, key) == "ann"
        told(here, "iam", "DeleteAccessKey", **named)
        assert who(there, key) == "InvalidClientTokenId"


ALLOW_LISTING = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*"}}'


def test_a_policy_counts_and_stops_counting_on_every_worker_at_once(pair: Authority, lines: list[Line]) -> None:
    told(lines[0], "iam", "CreateUser", UserName="ann")
    key = told(lines[0], "iam", "CreateAccessKey", UserName="ann")
    told(lines[0], "iam", "CreatePolicy", PolicyName="listing", PolicyDocument=ALLOW_LISTING)
    named = {"UserName": "ann", "PolicyArn": f"arn:aws:iam::{pair.account_id}:policy/listing"}
    for turn in range(TURNS):
        here, there = lines[turn % 2], lines[(turn + 1) % 2]
        assert there.ask("iam", "ListUsers", key).code == "AccessDenied"
        told(here, "iam", "AttachUserPolicy", **named)
        assert there.ask("iam", "ListUsers", key).status == 200
        told(here, "iam", "DetachUserPolicy", **named)


def test_a_deleted_users_sessions_end_on_every_worker_at_once(lines: list[Line]) -> None:
    for turn in range(TURNS):
        here, there = lines[turn % 2], lines[(turn + 1) % 2]
        told(here, "iam", "CreateUser", UserName="ann")
        key = told(there, "iam", "CreateAccessKey", UserName="ann")
        answer = here.ask("sts", "GetSessionToken", key)
        session = answer.credentials
        assert (who(here, session), who(there, session)) == ("ann", "ann")
        told(here, "iam", "DeleteAccessKey", UserName="ann", AccessKeyId=key["AccessKeyId"])
        told(here, "iam", "DeleteUser", UserName="ann")
        assert who(there, session) == "InvalidClientTokenId"


def test_the_sandbox_clock_moves_on_every_worker_at_once(lines: list[Line]) -> None:
    sessions = [told(one, "sts", "GetSessionToken", DurationSeconds="900") for one in lines]
    for turn in range(TURNS):
        here, there = lines[turn % 2], lines[(turn + 1) % 2]
        assert [who(there, session) for session in sessions] == ["admin", "admin"]
        body = json.dumps({"Seconds": 901}).encode()
        assert here.json("watchword", "Watchword.AdvanceClock", body).status == 200
        assert [who(there, session) for session in sessions] == ["ExpiredToken", "ExpiredToken"]
        sessions = [told(one, "sts", "GetSessionToken", DurationSeconds="900") for one in lines]


def test_an_ended_session_is_refused_by_every_worker_at_once(lines: list[Line]) -> None:
    role = told_role(lines[0])
    for turn in range(TURNS):
        here, there = lines[turn % 2], lines[(turn + 1) % 2]
        one, other = (told(there, "sts", "AssumeRole", RoleArn=role, RoleSessionName=name) for name in ("one", "other"))
        assert (who(here, one), who(there, one)) == ("one", "one")
        end(here, AccessKeyIds=[one["AccessKeyId"]])
        assert (who(there, one), who(here, one)) == ("ExpiredToken", "ExpiredToken")
        assert (who(there, other), who(here, other)) == ("other", "other")


def test_one_of_a_thousand_ends_while_all_of_them_call(pair: Authority, lines: list[Line]) -> None:
    role = told_role(lines[0])
    live = [
        told(lines[number % 2], "sts", "AssumeRole", RoleArn=role, RoleSessionName=f"s{number}")
        for number in range(1_000)
    ]
    heard: list[tuple[int, str]] = []
    ended, over = threading.Event(), threading.Event()

    def use(first: int) -> None:
        with line(pair) as mine:
            for number in itertools.cycle(range(first, len(live), CLIENTS)):
                after = ended.is_set()  # asked before the call: one that was under way may still be answered
                said = who(mine, live[number])
                heard.append((number + 1_000_000 * after, said))
                if over.is_set():
                    return

    threads = [threading.Thread(target=use, args=(first,)) for first in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        until(lambda: len(heard) > 500)
        end(lines[0], AccessKeyIds=[live[7]["AccessKeyId"]])
        ended.set()
        assert [who(one, live[7]) for one in lines] == ["ExpiredToken", "ExpiredToken"]
        until(lambda: sum(number >= 1_000_000 for number, _ in heard) > 1_500)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    since = [said for number, said in heard if number == 1_000_007]
    assert since, "it went on calling"
    assert set(since) == {"ExpiredToken"}
    assert all(said == f"s{number % 1_000_000}" for number, said in heard if number % 1_000_000 != 7)


def told_role(one: Line) -> str:
    """Make a role that everybody in the account may assume; gives its ARN."""
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": trust})
    made = one.ask("iam", "CreateRole", RoleName="deploy", AssumeRolePolicyDocument=document)
    assert made.status == 200, made.body
    return made.text("Arn") or ""


def end(one: Line, **which: Any) -> None:
    """End sessions."""
    answer = one.json("watchword", "Watchword.EndSessions", json.dumps(which).encode())
    assert answer.status == 200, answer.body


def secret(one: Line, operation: str, **more: Any) -> tuple[int, dict[str, Any]]:
    """Ask Secrets Manager; gives the status and the answer."""
    answer = one.json("secretsmanager", f"secretsmanager.{operation}", json.dumps(more).encode())
    return answer.status, json.loads(answer.body)


def test_a_secrets_value_and_policy_count_on_every_worker_at_once(pair: Authority, lines: list[Line]) -> None:
    assert secret(lines[0], "CreateSecret", Name="s", SecretString="-1", ClientRequestToken="x" * 32)[0] == 200
    for turn in range(TURNS):
        here, there = lines[turn % 2], lines[(turn + 1) % 2]
        token = f"{turn:032}"
        assert secret(here, "PutSecretValue", SecretId="s", SecretString=str(turn), ClientRequestToken=token)[0] == 200
        assert secret(there, "GetSecretValue", SecretId="s")[1]["SecretString"] == str(turn)
    deny = {"Effect": "Deny", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": deny})
    assert secret(lines[0], "PutResourcePolicy", SecretId="s", ResourcePolicy=document)[0] == 200
    assert [secret(one, "GetSecretValue", SecretId="s")[0] for one in lines] == [400, 400]


def test_of_twenty_values_under_one_token_one_counts(pair: Authority, lines: list[Line]) -> None:
    assert secret(lines[0], "CreateSecret", Name="s", SecretString="-1", ClientRequestToken="x" * 32)[0] == 200

    def put(number: int) -> tuple[str, int]:
        with line(pair) as mine:
            named = {"SecretId": "s", "ClientRequestToken": "t" * 32}
            return str(number), secret(mine, "PutSecretValue", SecretString=str(number), **named)[0]

    with ThreadPoolExecutor(20) as threads:
        done = list(threads.map(put, range(20)))
    (kept,) = [value for value, status in done if status == 200]
    assert {secret(one, "GetSecretValue", SecretId="s")[1]["SecretString"] for one in lines} == {kept}


def test_a_scheduled_rotation_happens_once(pair: Authority, lines: list[Line]) -> None:
    told(lines[0], "iam", "CreateUser", UserName="ann")
    assert secret(lines[0], "CreateSecret", Name="k", SecretString='{"UserName": "ann"}', ClientRequestToken="x" * 32)
    rotator = f"arn:aws:lambda:us-east-1:{pair.account_id}:function:watchword-rotate-access-key"
    rules = {"SecretId": "k", "RotationLambdaARN": rotator, "RotationRules": {"AutomaticallyAfterDays": 1}}
    assert secret(lines[0], "RotateSecret", ClientRequestToken="y" * 32, **rules)[0] == 200
    first = secret(lines[1], "GetSecretValue", SecretId="k")[1]["VersionId"]
    body = json.dumps({"Seconds": 2 * 86_400}).encode()
    assert lines[0].json("watchword", "Watchword.AdvanceClock", body).status == 200
    until(lambda: secret(lines[1], "GetSecretValue", SecretId="k")[1]["VersionId"] != first)
    stages = secret(lines[0], "DescribeSecret", SecretId="k")[1]["VersionIdsToStages"]
    assert sorted(map(tuple, stages.values())) == [("AWSCURRENT",), ("AWSPREVIOUS",)]
    assert stages[first] == ["AWSPREVIOUS"]
    listed = lines[1].ask("iam", "ListAccessKeys", UserName="ann").body
    assert listed.count(b"<AccessKeyId>") == 2


@dataclass(frozen=True, slots=True)
class Nodes:
    """Two authorities that share a database and a master key, and nothing else."""

    one: Authority
    other: Authority


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Nodes]:
    place = tmp_path_factory.mktemp("nodes")
    environment = {
        "WATCHWORD_DATABASE": postgres.url(postgres.create()),
        "WATCHWORD_MASTER_KEY_FILE": str(place / "keys" / "master.key"),
    }
    first = initialise(place / "one", environment=environment)
    (place / "other").mkdir()
    with ExitStack() as running:
        started = [
            running.enter_context(serving(place / name, first, environment=environment)) for name in ("one", "other")
        ]
        yield Nodes(*started)


def test_a_node_hears_of_changes_on_another_within_a_second(nodes: Nodes) -> None:
    with line(nodes.one) as one, line(nodes.other) as other:
        told(one, "iam", "CreateUser", UserName="ann")
        key = told(one, "iam", "CreateAccessKey", UserName="ann")
        assert who(other, key) == "ann", "what is not in memory is read"
        lent = other.ask("sts", "GetSessionToken", key)
        session = lent.credentials
        assert who(one, session) == "ann"
        named = {"UserName": "ann", "AccessKeyId": key["AccessKeyId"]}
        for status, expected in (("Inactive", "InvalidClientTokenId"), ("Active", "ann")) * 2:
            told(one, "iam", "UpdateAccessKey", Status=status, **named)
            until(lambda expected=expected: who(other, key) == expected, within=HEARD_WITHIN)  # type: ignore[misc]  # bound now
        told(other, "iam", "DeleteAccessKey", **named)
        told(other, "iam", "DeleteUser", UserName="ann")
        until(lambda: who(one, session) == "InvalidClientTokenId", within=HEARD_WITHIN)


def test_a_node_hears_of_an_end_on_another_within_a_second(nodes: Nodes) -> None:
    with line(nodes.one) as one, line(nodes.other) as other:
        role = told_role(one)
        here, spared = (
            told(other, "sts", "AssumeRole", RoleArn=role, RoleSessionName=name) for name in ("here", "spared")
        )
        assert (who(one, here), who(other, here)) == ("here", "here")
        end(one, AccessKeyIds=[here["AccessKeyId"]])
        assert who(one, here) == "ExpiredToken"
        until(lambda: who(other, here) == "ExpiredToken", within=HEARD_WITHIN)
        assert who(other, spared) == "spared"


def test_nodes_do_not_overshoot_a_quota_together(nodes: Nodes, tmp_path: Path) -> None:
    with line(nodes.one) as one, line(nodes.other) as other:
        told(one, "iam", "CreateUser", UserName="ben")
        answers: list[Any] = [
            asked.ask("iam", "CreateAccessKey", UserName="ben") for _ in range(2) for asked in (one, other)
        ]
    assert [answer.status for answer in answers] == [200, 200, 409, 409]
