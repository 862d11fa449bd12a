"""A rotation that is killed at every request and every write in turn: the next run always finds its way."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from tests.clients.persons import OWN_KEYS, Person, settle
from tests.support.authority import Authority, botocore_session
from watchword.cli import aws
from watchword.cli.credentials.store import Store
from watchword.cli.exits import Stop
from watchword.cli.keys import profile_keys, signing
from watchword.cli.keys.hands import Hands
from watchword.cli.keys.rotate import Turn
from watchword.cli.keys.telling import Stage, Standing

HOUR, DAY = 3_600, 86_400
KILLED, NOT_REACHED = 9, 0
LOADER = botocore_session().get_component("data_loader")
"""Reads each service's model once, for all runs."""


@dataclass
class Killer:
    """Ends the process at the nth point, as a kill would: nothing is cleaned up."""

    left: int

    def __call__(self, _point: str) -> None:
        if self.left == 0:
            os._exit(KILLED)
        self.left -= 1


def turn(person: Person, stage: str, at: Callable[[str], None] = lambda _point: None) -> Standing:
    with patch.dict(os.environ, person.environment, clear=True):
        account = aws.opened()
        account.core.register_component("data_loader", LOADER)
        told, now = Turn(
            account,
            profile_keys.files_of(account),
            "work",
            type(person.ledger)(person.ledger.folder, at),
            pause=lambda _seconds: None,
        ).take(stage)
    assert isinstance(now, datetime)
    return told


def killed(person: Person, stage: str, point: int) -> bool:
    """Run in a process that is killed at a point; gives False when it ended before."""
    child = os.fork()
    if child == 0:
        try:
            turn(person, stage, Killer(point))
        finally:
            os._exit(NOT_REACHED)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return ended == KILLED


@dataclass
class Town:
    """Where there is a new person for every death."""

    authority: Authority
    folder: Path
    iam: Any
    count: int = 0

    def person(self) -> tuple[Person, str]:
        self.count += 1
        name = f"ann{self.count}"
        self.iam.create_user(UserName=name)
        self.iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=json.dumps(OWN_KEYS))
        key = self.iam.create_access_key(UserName=name)["AccessKey"]
        return settle(self.folder / name, self.authority.environment, self.authority.endpoint, key), name

    def states(self, name: str) -> dict[str, str]:
        return {
            key["AccessKeyId"]: key["Status"] for key in self.iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
        }

    def made(self, name: str) -> int:
        """Count the keys that were ever made for someone, but for the first."""
        events = self.authority.client("cloudtrail").lookup_events(
            LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateAccessKey"}]
        )["Events"]
        told = (json.loads(event["CloudTrailEvent"]) for event in events)
        made = [event for event in told if (event["requestParameters"] or {}).get("userName") == name]
        return sum(not event.get("errorCode") for event in made) - 1

    def works(self, person: Person) -> None:
        """The profile holds a key that works."""
        key = person.key()
        self.authority.client("sts", key["aws_access_key_id"], key["aws_secret_access_key"]).get_caller_identity()


@pytest.fixture
def town(authority: Authority, iam: Any, tmp_path: Path) -> Town:
    return Town(authority, tmp_path, iam)


def points(town: Town, *stages: str) -> list[str]:
    """Tell which points a run goes through."""
    person, _ = town.person()
    found: list[str] = []
    for stage in stages[:-1]:
        turn(person, stage)
    turn(person, stages[-1], found.append)
    return found


@pytest.mark.slow
def test_killed_anywhere_in_the_first_run(town: Town) -> None:
    passed = points(town, "next")
    assert {"ask CreateAccessKey", "asked CreateAccessKey", "write credentials", "written credentials"} < set(passed)
    for point, name in enumerate(passed):
        person, user = town.person()
        old = person.key()
        assert killed(person, "next", point), name
        town.works(person)
        ours = {key for known in person.ledger.every() for key in (known.old, known.new)} | {old["aws_access_key_id"]}
        unknown = set(town.states(user)) - ours
        assert not unknown or person.ledger.every()[0].attempts, name
        told = turn(person, "next")
        town.works(person)
        assert told.stage is Stage.OVERLAP, (name, told)
        assert set(town.states(user)) == {old["aws_access_key_id"], person.key()["aws_access_key_id"]}, name
        assert town.made(user) <= 2, name
        assert turn(person, "undo").stage is Stage.DONE, name
        assert person.key() == old
        assert town.states(user) == {old["aws_access_key_id"]: "Active"}, name


@pytest.mark.slow
def test_killed_anywhere_on_the_way_to_the_end(town: Town) -> None:
    for point, name in enumerate(points(town, "next", "finish")):
        person, user = town.person()
        turn(person, "next")
        new = person.key()
        assert killed(person, "finish", point), name
        town.works(person)
        if person.ledger.every():
            assert turn(person, "finish").stage is Stage.DONE, name
        assert town.states(user) == {new["aws_access_key_id"]: "Active"}, name
        assert person.key() == new


@pytest.mark.slow
def test_killed_anywhere_on_the_way_back(town: Town) -> None:
    for point, name in enumerate(points(town, "next", "undo")):
        person, user = town.person()
        old = person.key()
        turn(person, "next")
        assert killed(person, "undo", point), name
        town.works(person)
        if person.ledger.every():
            town.authority.advance(120)
            again = "next" if point else "undo"  # at first it was not recorded yet
            assert turn(person, again).stage is Stage.DONE, name
        assert town.states(user) == {old["aws_access_key_id"]: "Active"}, name
        assert person.key() == old


@pytest.mark.slow
def test_killed_and_undone_at_once(town: Town) -> None:
    """Whatever the first run left, undo takes it back, without going on first."""
    for point, name in enumerate(points(town, "next")):
        person, user = town.person()
        old = person.key()
        assert killed(person, "next", point), name
        if person.ledger.every():
            turn(person, "undo")
            town.authority.advance(120)
        if person.ledger.every():
            assert turn(person, "undo").stage is Stage.DONE, name
        assert (town.states(user), person.key()) == ({old["aws_access_key_id"]: "Active"}, old), name
        assert town.made(user) <= 1


def test_a_lost_answer(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key was made, and nobody was told its secret: it is found, taken out, and another one made."""
    person, user = town.person()
    old, create = person.key()["aws_access_key_id"], Hands.create

    def losing(self: Hands) -> signing.Pair:
        create(self)
        raise ReadTimeoutError(endpoint_url="x")

    with monkeypatch.context() as patched:
        patched.setattr(Hands, "create", losing)
        with pytest.raises(ReadTimeoutError):
            turn(person, "next")
    lost = set(town.states(user)) - {old}
    assert len(lost) == 1
    told = turn(person, "next")
    assert told.stage is Stage.OVERLAP
    assert any("whose secret was lost" in line for line in told.did)
    assert lost.isdisjoint(town.states(user))
    assert town.made(user) == 2


def test_a_key_of_someone_elses_is_not_taken_for_a_lost_one(town: Town) -> None:
    """Made by hand beside a rotation that was killed before it asked."""
    passed = points(town, "next")
    person, user = town.person()
    assert killed(person, "next", passed.index("ask CreateAccessKey"))
    theirs = town.iam.create_access_key(UserName=user)["AccessKey"]
    town.authority.of("sts", theirs).get_caller_identity()
    told = turn(person, "next")
    assert told.blocked
    assert theirs["AccessKeyId"] in told.blocked
    assert town.states(user)[theirs["AccessKeyId"]] == "Active"
    town.authority.advance(120)
    assert turn(person, "undo").stage is Stage.DONE
    assert town.states(user)[theirs["AccessKeyId"]] == "Active"


def test_a_store_that_fails_after_the_key_was_made(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    person, user = town.person()
    before, put = town.states(user), Store.put
    kept: list[str] = []

    def failing(self: Store, name: str, content: bytes) -> None:
        kept.append(name)
        if len(set(kept)) > 1:
            raise Stop("the disk is full")
        put(self, name, content)

    with monkeypatch.context() as patched:
        patched.setattr(Store, "put", failing)
        with pytest.raises(Stop, match="the disk is full"):
            turn(person, "next")
    assert town.states(user) == before
    assert person.ledger.every() == []
    assert turn(person, "next").stage is Stage.OVERLAP


def test_a_new_key_that_is_not_known_everywhere_yet(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS needs some seconds; and if it never is, nothing is switched, and the next run goes on."""
    person, user = town.person()
    old, prove = person.key(), signing.prove
    refusals = [2]

    def slow(account: Any, pair: signing.Pair, *, pause: signing.Pause | None = None) -> signing.Identity:
        if pair.id == old["aws_access_key_id"] or pause is None:
            return prove(account, pair, pause=pause)
        for seconds in signing.PATIENCE:
            if refusals[0] == 0:
                return prove(account, pair, pause=pause)
            refusals[0] -= 1
            pause(seconds)
        raise ClientError({"Error": {"Code": "InvalidClientTokenId"}}, "GetCallerIdentity")

    monkeypatch.setattr(signing, "prove", slow)
    refusals[0] = 99
    with pytest.raises(ClientError):
        turn(person, "next")
    assert person.key() == old
    refusals[0] = 2
    assert turn(person, "next").stage is Stage.OVERLAP
    assert town.made(user) == 1


def test_two_runs_at_once(town: Town) -> None:
    """One goes first; the other one then finds nothing to do."""
    person, user = town.person()
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            ended = 1
            try:
                ended = 0 if turn(person, "next").stage is Stage.OVERLAP else 1
            finally:
                os._exit(ended)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 4
    assert town.made(user) == 1
    assert len(town.states(user)) == 2
