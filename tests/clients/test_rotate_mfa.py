"""A rotation where keys may be managed with MFA only: one code for a run, and none where it is not needed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from tests.api.phone import Phone
from tests.clients.persons import OWN_KEYS, Person, settle
from tests.support.authority import Authority
from watchword.cli import aws
from watchword.cli.credentials.asking import NoAsk
from watchword.cli.exits import Exit, Stop
from watchword.cli.keys import profile_keys
from watchword.cli.keys.rotate import Turn
from watchword.cli.keys.telling import Stage, Standing

WITH_MFA = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Deny",
        "Action": "iam:*AccessKey*",
        "Resource": "*",
        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
    },
}


class Hand:
    """A person with a phone."""

    def __init__(self, phone: Phone) -> None:
        self.phone, self.asked = phone, 0

    def mfa_code(self, serial: str) -> str:
        assert serial == self.phone.serial_number
        self.asked += 1
        others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        with patch.dict(os.environ, others, clear=True):  # the phone is no part of the person's machine
            return self.phone.code()


@pytest.fixture
def ann(authority: Authority, iam: Any, tmp_path: Path) -> Person:
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=json.dumps(OWN_KEYS))
    iam.put_user_policy(UserName="ann", PolicyName="mfa", PolicyDocument=json.dumps(WITH_MFA))
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    return settle(tmp_path / "ann", authority.environment, authority.endpoint, key)


@pytest.fixture
def hand(authority: Authority, iam: Any, ann: Person) -> Hand:
    phone = Phone.new(authority, iam).enable(iam, "ann")
    with ann.files.config.open("a") as file:
        file.write(f"mfa_serial = {phone.serial_number}\n")
    return Hand(phone)


def turn(person: Person, stage: str, by: Hand | NoAsk) -> Standing:
    with patch.dict(os.environ, person.environment, clear=True):
        account = aws.opened()
        told, _ = Turn(account, profile_keys.files_of(account), "work", person.ledger, person=by).take(stage)
    return told


def test_one_code_for_a_run(iam: Any, ann: Person, hand: Hand) -> None:
    old = ann.key()
    assert turn(ann, "next", hand).stage is Stage.OVERLAP
    assert hand.asked == 1
    assert turn(ann, "undo", hand).stage is Stage.DONE
    assert hand.asked == 2
    assert ann.key() == old
    assert turn(ann, "next", hand).stage is Stage.OVERLAP
    assert turn(ann, "finish", hand).stage is Stage.DONE
    (left,) = iam.list_access_keys(UserName="ann")["AccessKeyMetadata"]
    assert left["AccessKeyId"] == ann.key()["aws_access_key_id"]


def test_none_where_it_is_not_needed(iam: Any, ann: Person, hand: Hand) -> None:
    iam.delete_user_policy(UserName="ann", PolicyName="mfa")
    assert turn(ann, "next", hand).stage is Stage.OVERLAP
    assert hand.asked == 0


def test_nobody_to_ask(iam: Any, ann: Person, hand: Hand) -> None:
    old = ann.key()
    with pytest.raises(Stop, match="MFA code") as stop:
        turn(ann, "next", NoAsk())
    assert stop.value.exit_code == Exit.LOGIN
    assert ann.key() == old
    assert len(iam.list_access_keys(UserName="ann")["AccessKeyMetadata"]) == 1
