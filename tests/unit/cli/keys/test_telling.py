"""How a rotation is told, at each of its stages."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from watchword.cli.keys import reasons, telling
from watchword.cli.keys.machine import DAY, Do, Rotation, Step
from watchword.cli.keys.telling import Stage, Standing

T = 1_800_000_000.0
NOW = datetime.fromtimestamp(T, UTC)
BEGUN = Rotation("123456789012", "AIDAANN", "ann", "work", "/c", "work", "AKIAOLD")
MADE = replace(BEGUN, new="AKIANEW")
SWITCHED = replace(MADE, switched_at=T)
OFF = replace(SWITCHED, deactivated_at=T)


@pytest.mark.parametrize(
    ("rotation", "step", "stage", "words"),
    [
        (BEGUN, Step(Do.CREATE), Stage.INTENT, "make a new key"),
        (MADE, Step(Do.SWITCH, "AKIANEW"), Stage.CREATED, "prove that the key works"),
        (SWITCHED, Step(Do.WAIT, "AKIAOLD", reasons.OVERLAP, T + DAY), Stage.OVERLAP, "if it is unused for 24h"),
        (SWITCHED, Step(Do.WAIT, "AKIAOLD", reasons.STILL_USED, T + DAY), Stage.OVERLAP, "audit search --key AKIAOLD"),
        (OFF, Step(Do.WAIT, "AKIAOLD", reasons.RECOVERY, T + DAY), Stage.RECOVERY, "delete AKIAOLD"),
        (replace(OFF, undoing=True), Step(Do.ACTIVATE, "AKIAOLD"), Stage.UNDOING, "activate the old key"),
        (replace(BEGUN, undoing=True), Step(Do.WAIT, "", reasons.UNSETTLED, T), Stage.UNDOING, "wait a minute"),
    ],
)
def test_what_comes_next(rotation: Rotation, step: Step, stage: Stage, words: str) -> None:
    told = telling.standing(rotation, step)
    assert told.stage is stage
    assert told.blocked is None
    assert words in (told.next or "")


def test_every_wait_can_be_told() -> None:
    assert {reasons.OVERLAP, *telling._WAITS} == {
        reasons.OVERLAP,
        reasons.STILL_USED,
        reasons.RECOVERY,
        reasons.UNSETTLED,
    }


def test_blocked_and_done() -> None:
    told = telling.standing(SWITCHED, Step(Do.BLOCKED, "AKIAX", reasons.OTHER_IN_PROFILE))
    assert told.next is None
    assert "the profile holds AKIAX" in (told.blocked or "")
    assert telling.standing(OFF, Step(Do.FINISH, "AKIAOLD")).stage is Stage.DONE
    back = telling.standing(replace(OFF, undoing=True), Step(Do.FINISH, "AKIANEW"))
    assert (back.stage, back.new_access_key_id, back.switched) == (Stage.DONE, None, None)


def test_its_forms(capsys: pytest.CaptureFixture[str]) -> None:
    told = telling.standing(OFF, Step(Do.WAIT, "AKIAOLD", reasons.RECOVERY, T + 7 * DAY), ("Deactivated AKIAOLD.",))
    telling.show(told, "json", NOW)
    record = json.loads(capsys.readouterr().out)
    assert list(record) == [member.name for member in fields(Standing)]
    assert (record["next_at"], record["did"]) == ("2027-01-22T08:00:00Z", ["Deactivated AKIAOLD."])
    telling.show(told, "table", NOW)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "profile   work"
    assert "when      in 7 d (2027-01-22 08:00 UTC): run `watchword keys rotate` again then" in lines
