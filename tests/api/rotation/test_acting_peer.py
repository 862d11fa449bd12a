"""The same engine against moto's server, as a stand-in for AWS: it rests on no manner of our own authority."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.clients.peer import peer
from tests.faults.rotating_child import Engine, turn
from watchword.rotation.access import Member
from watchword.rotation.acting import Refused, quarantine, undo
from watchword.rotation.ledger import Ledger
from watchword.rotation.records import State
from watchword.rotation.rules import Rules
from watchword.rotation.terms import SecretTerms, Terms

__all__ = ["peer"]

NAME = "Account_{account}_User_{user}_AccessKey"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    yield ledger
    ledger.close()


@pytest.fixture
def engine(peer: dict[str, str]) -> Engine:
    return Engine(peer["AWS_ENDPOINT_URL"], peer["AWS_ACCESS_KEY_ID"], peer["AWS_SECRET_ACCESS_KEY"], "")


@pytest.fixture
def member(engine: Engine) -> Member:
    return engine.member()


def client(engine: Engine, service: str, key: dict[str, Any] | None = None) -> Any:
    given = key or {"AccessKeyId": engine.key, "SecretAccessKey": engine.secret}
    make: Any = boto3.client
    return make(
        service,
        endpoint_url=engine.endpoint,
        region_name=engine.region,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
    )


def current(engine: Engine, member: Member, user: str, region: str = "") -> dict[str, str]:
    secret = NAME.format(account=member.account.id, user=user)
    secrets = member.secrets(region)
    told: dict[str, str] = json.loads(
        secrets.get_secret_value(SecretId=secret, VersionStage="AWSCURRENT")["SecretString"]
    )
    return told


def test_a_whole_rotation(engine: Engine, member: Member, ledger: Ledger) -> None:
    iam = client(engine, "iam")
    iam.create_user(UserName="ann")
    old = iam.create_access_key(UserName="ann")["AccessKey"]
    made = turn(member, ledger, "ann", forced=True)
    assert made.error == ""
    assert made.done == ("created", "stored", "verified", "current")
    rotation = ledger.every()[0]
    told = current(engine, member, "ann")
    assert told["AccessKeyId"] == rotation.new
    assert client(engine, "sts", told).get_caller_identity()["Arn"].endswith(":user/ann")
    policy = member.secrets().get_resource_policy(SecretId=rotation.kept.arn if rotation.kept else "")
    assert [one["Effect"] for one in json.loads(policy["ResourcePolicy"])["Statement"]] == ["Allow", "Deny"]

    client(engine, "iam", told).list_users()
    assert turn(later(engine, 2), ledger, "ann").done == ("proven",)
    undo(member, "ann", rules=Rules(), ledger=ledger, holder="one", by="eve", why="a try")
    assert ledger.every()[0].state is State.ROLLED_BACK
    states = {key["AccessKeyId"]: key["Status"] for key in iam.list_access_keys(UserName="ann")["AccessKeyMetadata"]}
    assert states[old["AccessKeyId"]] == "Active"


def later(engine: Engine, days: int) -> Member:
    return engine.member(lambda: days * 86_400.0)


def test_to_the_end(engine: Engine, ledger: Ledger) -> None:
    iam = client(engine, "iam")
    iam.create_user(UserName="bob")
    iam.create_access_key(UserName="bob")
    turn(engine.member(), ledger, "bob", forced=True)
    told = current(engine, engine.member(), "bob")
    client(engine, "iam", told).list_users()
    turn(later(engine, 1), ledger, "bob")
    turn(later(engine, 12), ledger, "bob")
    assert ledger.every()[0].state is State.DEACTIVATED
    turn(later(engine, 24), ledger, "bob")
    assert ledger.every()[0].state is State.DELETED
    assert [key["AccessKeyId"] for key in iam.list_access_keys(UserName="bob")["AccessKeyMetadata"]] == [
        told["AccessKeyId"]
    ]
    with pytest.raises(Refused, match="was deleted"):
        undo(engine.member(), "bob", rules=Rules(), ledger=ledger, holder="one", by="eve", why="too late")


def test_a_leaked_key_and_other_regions(engine: Engine, member: Member, ledger: Ledger) -> None:
    iam = client(engine, "iam")
    iam.create_user(UserName="cleo,1")
    old = iam.create_access_key(UserName="cleo,1")["AccessKey"]["AccessKeyId"]
    rules = Rules(ordinary=Terms(secret=SecretTerms(regions=("eu-west-1",))))
    found = quarantine(
        member, old, rules=rules, ledger=ledger, holder="one", by="eve", why="a page", pause=lambda _seconds: None
    )
    assert "deploy the member role's policies" in found.findings[0]
    assert found.settled is not None
    assert found.settled.error == ""
    states = {key["AccessKeyId"]: key["Status"] for key in iam.list_access_keys(UserName="cleo,1")["AccessKeyMetadata"]}
    assert states.pop(old) == "Inactive"
    assert list(states.values()) == ["Active"]
    assert current(engine, member, "cleo/2C1")["AccessKeyId"] in states
    kept = ledger.every()[0].kept
    assert kept is not None
    told = member.secrets("eu-west-1").describe_secret(SecretId=kept.arn.replace("us-east-1", "eu-west-1"))
    assert told["Name"] == kept.name
