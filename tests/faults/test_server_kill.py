"""A `kill -9` at any moment, under load: all that was answered is there afterwards, on record, and works."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.conftest import OwnStore
from tests.support.authority import Authority, initialise, serving
from tests.support.lines import line
from tests.support.load import Load, Told, expect_kept, expect_open, role_for_load
from tests.support.polling import until
from tests.support.postgres import Postgres
from tests.support.processes import lives, on_linux, workers

ROUNDS = 3
FEWEST, MOST = 5, 120
"""Answers after which the blow falls."""

pytestmark = [on_linux, pytest.mark.slow]


def kill(*pids: int) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def whole(data: Path) -> bool:
    with closing(sqlite3.connect(data / "watchword.db")) as database:
        return database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def loaded_until_killed(authority: Authority, name: str, role_arn: str, chance: random.Random) -> list[Told]:
    """Put load on an authority, kill every process of it at once, and give what was answered."""
    blow = chance.randint(FEWEST, MOST)
    with Load(authority, name, role_arn).running() as load:
        until(lambda: len(load.told) >= blow or not lives(authority.process.pid))
        everyone = [authority.process.pid, *workers(authority.process.pid)]
        kill(*everyone)
        until(lambda: not any(map(lives, everyone)))
    assert load.refused == []
    return load.told


@pytest.mark.parametrize(("processes", "rounds"), [(1, 4), (2, ROUNDS)])
def test_the_whole_server_is_killed(own: OwnStore, processes: int, rounds: int) -> None:
    chance = random.Random(processes)
    told: list[Told] = []
    fresh: list[Told] = []
    role_arn = ""
    for turn in range(rounds):
        with serving(own.data, own.first, "--workers", str(processes)) as authority:
            role_arn = role_arn or role_for_load(authority)
            expect_open(authority, fresh)
            fresh = loaded_until_killed(authority, f"turn-{turn}", role_arn, chance)
        told += fresh
        expect_kept(own.url, own.first["account_id"], told)
        assert whole(own.data)
    with serving(own.data, own.first) as authority:
        expect_open(authority, fresh)


def test_what_was_ended_stays_ended(own: OwnStore) -> None:
    with serving(own.data, own.first, "--workers", "2") as authority, line(authority) as mine:
        role_arn = role_for_load(authority)
        live = [
            mine.ask("sts", "AssumeRole", RoleArn=role_arn, RoleSessionName=f"s{number}").credentials
            for number in range(40)
        ]
        for one in live[::2]:
            body = json.dumps({"AccessKeyIds": [one["AccessKeyId"]]}).encode()
            assert mine.json("watchword", "Watchword.EndSessions", body).status == 200
        kill(authority.process.pid, *workers(authority.process.pid))
    with serving(own.data, own.first) as authority, line(authority) as mine:
        said = [mine.ask("sts", "GetCallerIdentity", one) for one in live]
    assert {answer.code for answer in said[::2]} == {"ExpiredToken"}
    assert {answer.status for answer in said[1::2]} == {200}


def test_one_worker_is_killed_and_replaced(own: OwnStore) -> None:
    with serving(own.data, own.first, "--workers", "2") as authority:
        told = workers_killed_under_load(authority, random.Random(3))
        expect_kept(own.url, own.first["account_id"], told)
        expect_open(authority, told[-200:])
    assert whole(own.data)


def test_one_worker_is_killed_and_replaced_on_postgres(tmp_path: Path, postgres: Postgres) -> None:
    url = postgres.url(postgres.create())
    environment = {"WATCHWORD_DATABASE": url}
    first = initialise(tmp_path, environment=environment)
    with serving(tmp_path, first, "--workers", "2", environment=environment) as authority:
        told = workers_killed_under_load(authority, random.Random(4), rounds=2)
        expect_kept(url, first["account_id"], told)
        expect_open(authority, told[-200:])


def workers_killed_under_load(authority: Authority, chance: random.Random, rounds: int = ROUNDS) -> list[Told]:
    """Kill one worker after another, each time that both answer; gives what was answered."""
    with Load(authority, "load", role_for_load(authority)).running() as load:
        for _ in range(rounds):
            kill_one_worker(authority.process.pid, load, chance)
    assert load.refused == []
    assert authority.process.poll() is None
    return load.told


def kill_one_worker(supervisor: int, load: Load, chance: random.Random) -> None:
    """Kill a worker under load, and wait until another takes its place."""
    until(lambda: len(workers(supervisor)) == 2)
    enough = len(load.told) + chance.randint(FEWEST, MOST)
    until(lambda: len(load.told) >= enough)
    victim = chance.choice(sorted(workers(supervisor)))
    kill(victim)
    until(lambda: not lives(victim) and len(workers(supervisor) - {victim}) == 2)
