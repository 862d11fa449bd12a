"""Several workers, several nodes, one authority: what one has answered, every other knows."""

from __future__ import annotations

import json
from collections.abc import Iterator
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
        session = {name: answer.text(name) or "" for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")}
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
        session = {name: lent.text(name) or "" for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")}
        assert who(one, session) == "ann"
        named = {"UserName": "ann", "AccessKeyId": key["AccessKeyId"]}
        for status, expected in (("Inactive", "InvalidClientTokenId"), ("Active", "ann")) * 2:
            told(one, "iam", "UpdateAccessKey", Status=status, **named)
            until(lambda expected=expected: who(other, key) == expected, within=HEARD_WITHIN)  # type: ignore[misc]  # bound now
        told(other, "iam", "DeleteAccessKey", **named)
        told(other, "iam", "DeleteUser", UserName="ann")
        until(lambda: who(one, session) == "InvalidClientTokenId", within=HEARD_WITHIN)


def test_nodes_do_not_overshoot_a_quota_together(nodes: Nodes, tmp_path: Path) -> None:
    with line(nodes.one) as one, line(nodes.other) as other:
        told(one, "iam", "CreateUser", UserName="ben")
        answers: list[Any] = [
            asked.ask("iam", "CreateAccessKey", UserName="ben") for _ in range(2) for asked in (one, other)
        ]
    assert [answer.status for answer in answers] == [200, 200, 409, 409]
