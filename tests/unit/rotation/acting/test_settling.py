"""A rotation from its first step to its last, one user's turn after the other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.rotation_world import ACCOUNT, DAY, House, Town, everything, ledger_in, member_of, refused, rules_of
from watchword.rotation.acting import Settled, settle
from watchword.rotation.records import State
from watchword.rotation.steps import Do, Why
from watchword.rotation.terms import Keep, SecretTerms, Terms

NAME = f"Account_{ACCOUNT}_User_ann_AccessKey"


def test_from_the_first_step_to_the_last(house: House) -> None:
    old = house.town.user("ann")
    settled = house.settle()
    assert settled.error == ""
    assert settled.done == ("created", "stored", "verified", "current")
    rotation = house.rotation()
    assert rotation.state is State.OVERLAP
    assert house.town.active("ann") == [old, rotation.new]
    assert house.current() == {
        "AccessKeyId": rotation.new,
        "CreateDate": "2027-01-15 08:00:00+00:00",
        "SecretAccessKey": f"secret of {rotation.new}",
        "Status": "Active",
        "UserName": "ann",
    }
    assert house.settle().done == ()  # nothing more to do now

    house.town.now += 2 * DAY
    house.town.use("ann", rotation.new)
    assert house.settle().done == ("proven",)
    house.town.now += 11 * DAY
    assert house.settle().done == ("deactivated",)
    assert house.town.active("ann") == [rotation.new]
    house.town.now += 11 * DAY
    assert house.settle().done == ("deleted",)
    assert house.town.key("ann", old) is None
    assert house.rotation().state is State.DELETED


def test_intent_is_on_record_before_anything_is_asked(house: House) -> None:
    house.town.user("ann")
    points: list[str] = []
    house.settle(at=points.append)
    asked = [point for point in points if point.startswith("ask ") and point != "ask identity"]
    for point in asked:
        assert points[points.index(point) - 1] == f"written intend {point.removeprefix('ask ')}"
    assert asked[:4] == ["ask create", "ask create secret", "ask put resource policy", "ask put secret value"]
    assert "secret of" not in str(house.ledger.history())


def test_nothing_is_changed_that_is_not_allowed(house: House) -> None:
    old = house.town.user("ann")
    settled = house.settle(allowed=lambda _step: False)
    assert [(step.do, step.key, step.why) for step in settled.steps] == [(Do.OPEN, old, Why.AGE)]
    assert set(house.town.calls) == {"Look"}
    assert house.ledger.every() == ()


def test_a_user_in_other_hands_is_left_to_them(house: House) -> None:
    house.town.user("ann")
    user = house.town.users["ann"]
    assert house.ledger.lease(ACCOUNT, user.id, "another", 4_000_000_000.0)
    settled = house.settle(user_id=user.id)
    assert (settled.busy, settled.error, house.town.calls) == (True, "", [])


def test_who_was_overtaken_stops_at_once(house: House) -> None:
    house.town.user("ann")

    def overtake(point: str) -> None:
        if point == "written created":
            assert house.ledger.lease(ACCOUNT, house.town.users["ann"].id, "one", 4_000_000_000.0)

    settled = house.settle(at=overtake)
    assert settled.busy
    assert "DescribeSecret" in house.town.calls
    assert "CreateSecret" not in house.town.calls
    assert house.rotation().state is State.CREATED


def test_a_secret_that_cannot_be_kept_is_found_before_a_key_is_made(house: House) -> None:
    old = house.town.user("ann")
    house.town.secrets["x"] = {"ARN": "arn:x", "Name": NAME, "Tags": [], "values": {}, "VersionIdsToStages": {}}
    settled = house.settle()
    blocked = settled.steps[0]
    assert (blocked.do, blocked.why, settled.error) == (Do.BLOCKED, Why.SECRET, "")
    assert "is not ours" in blocked.note
    assert house.town.made == 0
    assert house.town.active("ann") == [old]
    assert house.rotation().blocked == blocked.note


@pytest.mark.parametrize("operation", ["CreateSecret", "PutResourcePolicy", "PutSecretValue", "GetSecretValue"])
def test_a_key_whose_secret_cannot_be_kept_is_taken_away_in_the_same_turn(house: House, operation: str) -> None:
    old = house.town.user("ann")

    def fail(_call: int, when: str, asked: str) -> None:
        if (when, asked) == ("before", operation):
            raise refused(asked, "AccessDeniedException")

    house.town.fail = fail
    settled = house.settle()
    assert "could not be kept" in settled.error
    assert settled.done == ("created", "disowned", "deactivated", "deleted")
    assert [key.id for key in house.town.users["ann"].keys] == [old]
    assert house.town.made == 1
    house.town.fail = lambda *_: None
    house.town.now += 61
    assert house.settle().done[-1] == "current"
    assert house.rotation().blocked == ""


def test_a_lost_answer_is_found_by_what_is_listed(house: House) -> None:
    old = house.town.user("ann")

    def lose(_call: int, when: str, asked: str) -> None:
        if (when, asked) == ("after", "CreateAccessKey"):
            raise refused(asked, "ServiceFailure", 500)

    house.town.fail = lose
    settled = house.settle()
    assert "ServiceFailure" in settled.error
    assert house.rotation().state is State.INTENT
    lost = house.town.active("ann")[-1]
    house.town.fail = lambda *_: None
    assert house.settle().done == ("disowned", "deactivated", "deleted")
    assert house.town.active("ann") == [old]
    house.town.now += 61
    assert house.settle().done == ("created", "stored", "verified", "current")
    assert lost not in house.town.active("ann")
    assert house.town.made == 2


def test_a_create_that_was_refused_leaves_nothing(house: House) -> None:
    house.town.user("ann")

    def refuse(_call: int, when: str, asked: str) -> None:
        if (when, asked) == ("before", "CreateAccessKey"):
            raise refused(asked, "AccessDenied", 403)

    house.town.fail = refuse
    settled = house.settle()
    assert (settled.steps[0].do, settled.steps[0].why) == (Do.BLOCKED, Why.REFUSED)
    assert (house.rotation().state, house.rotation().attempts) == (State.DUE, ())
    assert "AccessDenied" in house.rotation().blocked


def test_a_new_key_that_is_not_known_everywhere_yet(house: House) -> None:
    house.town.user("ann")
    waited: list[float] = []
    house.town.unknown = 3
    assert house.settle(pause=waited.append).done[-1] == "current"
    assert waited == [1.0, 2.0, 3.0]


def test_a_new_key_that_never_works_is_given_up(house: House) -> None:
    old = house.town.user("ann")
    house.town.unknown = 99
    settled = house.settle()
    assert "not known to STS" in settled.error
    assert [key.id for key in house.town.users["ann"].keys] == [old]
    assert "AWSPENDING" not in str(house.town.secrets)
    assert house.current()["AccessKeyId"] == ""


def test_the_old_key_stays_until_every_region_has_the_secret(house: House) -> None:
    house.town.user("ann")
    house.terms = Terms(secret=SecretTerms(regions=("eu-west-1", "us-east-1")))
    house.town.replicas_stay = "InProgress"
    settled = house.settle()
    assert "eu-west-1 (InProgress)" in settled.steps[0].note
    assert house.rotation().state is State.VERIFIED
    house.town.secrets[NAME]["ReplicationStatus"][0]["Status"] = "InSync"
    assert house.settle().done == ("current",)
    assert house.town.made == 1


def test_a_list_that_lags_is_not_believed(house: House) -> None:
    old = house.town.user("ann")
    house.town.lag = {"AKIANEW0000000000001"}
    assert house.settle().done[-1] == "current"
    assert house.town.active("ann")[0] == old


def test_a_user_that_was_made_anew_is_another_one(house: House) -> None:
    house.town.user("ann")
    house.settle()
    before = house.rotation()
    house.town.user("bob")
    house.town.user("ann", age=DAY)
    settled = house.settle(user_id=before.user_id)
    assert settled.user is not None
    assert settled.user.id != before.user_id
    assert house.ledger.find(before.id).state is State.ABANDONED  # type: ignore[union-attr]
    assert settled.done == ()


def test_a_user_that_is_gone_closes_what_it_had(house: House) -> None:
    house.town.user("ann")
    house.settle()
    del house.town.users["ann"]
    assert house.settle().done == ("closed",)
    assert house.rotation().state is State.ABANDONED


def test_in_the_central_account_only_what_the_user_can_read_is_made_current(tmp_path: Path) -> None:
    town, ledger = Town(), ledger_in(tmp_path)
    town.user("ann")
    town.lacking = True
    central = "999999999999"
    key = f"arn:aws:kms:us-east-1:{central}:key/1234"
    rules = rules_of(Terms(secret=SecretTerms(keep=Keep.CENTRAL, kms_key=key)), central)
    keeping = member_of(town)

    def turn() -> Settled:
        return settle(
            member_of(town),
            "ann",
            rules=rules,
            ledger=ledger,
            holder="one",
            allowed=everything,
            central=lambda: keeping,
            look=town.look,
        )

    settled = turn()
    assert "`secretsmanager:GetSecretValue`" in settled.steps[0].note
    assert "`kms:Decrypt`" in settled.steps[0].note
    assert ledger.every()[0].state is State.VERIFIED
    town.lacking = False
    assert turn().done == ("current",)
    ledger.close()


def test_central_without_a_customer_key_is_refused_before_a_key_is_made(house: House) -> None:
    house.town.user("ann")
    house.terms = Terms(secret=SecretTerms(keep=Keep.CENTRAL))
    keeping = member_of(house.town)
    keeping.account = type(keeping.account)("999999999999")
    settled = house.settle(central=lambda: keeping)
    assert "customer key" in settled.steps[0].note
    assert house.town.made == 0


def test_a_user_that_has_another_name_now_goes_on(house: House) -> None:
    house.town.user("ann")
    house.settle()
    user = house.town.users.pop("ann")
    house.town.users["bob"] = replace(user, name="bob", arn=user.arn.replace("ann", "bob"))
    settled = house.settle("ann", user_id=user.id)
    assert settled.user is not None
    assert settled.user.name == "bob"
    assert house.rotation().state is State.OVERLAP
