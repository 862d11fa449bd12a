"""The engine against the authority, in a member account through its role: who can read what it keeps, and where."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError

from tests.support.accounts import ADMINISTRATOR, Member, allowing, member_of
from tests.support.authority import Authority
from watchword.rotation import acting
from watchword.rotation.access import Calls, Hub, open_hub
from watchword.rotation.acting import Settled, settle
from watchword.rotation.ledger import Ledger
from watchword.rotation.records import Rotation, State
from watchword.rotation.rules import Rules
from watchword.rotation.rules.shapes import Aws, SecretRules
from watchword.rotation.seen import Account
from watchword.rotation.steps import Do, Why
from watchword.rotation.terms import Keep, SecretTerms, Terms

ROLE = "OrganizationAccountAccessRole"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    yield ledger
    ledger.close()


@pytest.fixture
def hub(authority: Authority) -> Hub:
    session = botocore.session.Session()
    session.set_credentials(authority.access_key_id, authority.secret_access_key)
    aws = Aws(endpoint_url=authority.endpoint, region="us-east-1", role_name=ROLE, calls_per_second=100_000.0)
    return open_hub(aws, calls=Calls(calls_per_second=100_000.0), session=session, clock=time.time)


@pytest.fixture
def town(authority: Authority) -> Member:
    return member_of(authority, "town")


def turn(hub: Hub, town: Member, ledger: Ledger, rules: Rules, **more: Any) -> Settled:
    return settle(
        hub.member(Account(town.account_id)),
        "ann",
        rules=rules,
        ledger=ledger,
        holder="one",
        allowed=lambda _step: True,
        pause=lambda _seconds: None,
        central=lambda: hub.member(Account(hub.account)),
        **more,
    )


def secret_of(rotation: Rotation) -> str:
    assert rotation.kept is not None
    return rotation.kept.arn


def test_only_the_user_can_read_it(hub: Hub, town: Member, ledger: Ledger) -> None:
    ann = town.user("ann")
    admin = town.user("admin", ADMINISTRATOR)
    settled = turn(hub, town, ledger, Rules(ordinary=Terms(secret=SecretTerms(regions=("eu-west-1",)))), forced=True)
    assert settled.error == ""
    assert settled.done == ("created", "stored", "verified", "current")
    arn = secret_of(ledger.every()[0])
    told = json.loads(town.authority.of("secretsmanager", ann).get_secret_value(SecretId=arn)["SecretString"])
    town.authority.of("sts", told).get_caller_identity()
    with pytest.raises(ClientError, match="explicit deny"):
        town.authority.of("secretsmanager", admin).get_secret_value(SecretId=arn)
    replica = town.authority.client(
        "secretsmanager", ann["AccessKeyId"], ann["SecretAccessKey"], region_name="eu-west-1"
    )
    there = replica.get_secret_value(SecretId=arn.replace("us-east-1", "eu-west-1"))
    assert json.loads(there["SecretString"]) == told


def test_in_the_central_account_once_the_user_can_read_it(hub: Hub, town: Member, ledger: Ledger) -> None:
    ann = town.user("ann")
    key = f"arn:aws:kms:us-east-1:{hub.account}:key/mrk-00000000000000000000000000000000"
    central = SecretRules(central_account=hub.account)
    rules = Rules(ordinary=Terms(secret=SecretTerms(keep=Keep.CENTRAL, kms_key=key)), secret=central)
    settled = turn(hub, town, ledger, rules, forced=True)
    blocked = settled.steps[0]
    assert (blocked.do, blocked.why) == (Do.BLOCKED, Why.SECRET)
    rotation = ledger.every()[0]
    arn = secret_of(rotation)
    assert f"`secretsmanager:GetSecretValue` on `{arn}`" in blocked.note
    assert f"`kms:Decrypt` on `{key}`" in blocked.note
    assert rotation.state is State.VERIFIED
    with pytest.raises(ClientError, match="AccessDenied"):
        town.authority.of("secretsmanager", ann).get_secret_value(SecretId=arn)

    iam = town.client("iam")
    for name, action, resource in (("read", "secretsmanager:GetSecretValue", arn), ("open", "kms:Decrypt", key)):
        iam.put_user_policy(UserName="ann", PolicyName=name, PolicyDocument=allowing(action, resource))
    settled = turn(hub, town, ledger, rules)
    assert settled.done == ("current",), settled.steps
    told = json.loads(town.authority.of("secretsmanager", ann).get_secret_value(SecretId=arn)["SecretString"])
    assert told["AccessKeyId"] == ledger.every()[0].new


def test_a_secret_that_is_somebody_elses(hub: Hub, town: Member, ledger: Ledger) -> None:
    town.user("ann")
    name = f"Account_{town.account_id}_User_ann_AccessKey"
    secrets = town.client("secretsmanager")
    secrets.create_secret(Name=name, SecretString="my own")
    settled = turn(hub, town, ledger, Rules(), forced=True)
    assert "is not ours" in settled.steps[0].note
    secrets.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    assert "scheduled for deletion" in turn(hub, town, ledger, Rules(), forced=True).steps[0].note
    assert len(town.client("iam").list_access_keys(UserName="ann")["AccessKeyMetadata"]) == 1


def test_sessions_of_a_leaked_key_open_nothing(hub: Hub, town: Member, ledger: Ledger) -> None:
    ann = town.user("ann", ADMINISTRATOR)
    session = town.authority.of("sts", ann).get_session_token()["Credentials"]
    denying = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"Null": {"aws:TokenIssueTime": "false"}}}
    town.client("iam").create_policy(
        Path="/watchword/",
        PolicyName="refuse-sessions",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [denying]}),
    )
    town.authority.of("secretsmanager", session).list_secrets()
    found = acting.quarantine(
        hub.member(Account(town.account_id)),
        ann["AccessKeyId"],
        rules=Rules(),
        ledger=ledger,
        holder="one",
        by="eve",
        why="on a public page",
    )
    assert found.findings == []
    for credentials in (ann, session):
        with pytest.raises(ClientError):
            town.authority.of("secretsmanager", credentials).list_secrets()
    told = json.loads(
        hub.member(Account(town.account_id))
        .secrets()
        .get_secret_value(SecretId=secret_of(ledger.every()[0]))["SecretString"]
    )
    town.authority.of("secretsmanager", told).list_secrets()
