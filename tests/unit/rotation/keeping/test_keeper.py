"""A secret's place: what is checked before a key is made, and what may go wrong with it after."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.rotation_world import ACCOUNT, START, Town, member_of
from watchword.domain.secret import Secret
from watchword.rotation.keeping import Keeper, Place, Unkept, naming, readers, secret_name, values
from watchword.rotation.keeping.place import Reply
from watchword.rotation.terms import SecretTerms

TEMPLATE = SecretTerms().name
TOKEN = "0123456789abcdef0123456789abcdef"
KEY, TEXT = "AKIANEW0000000000001", "secret of it"


def keeper(town: Town, terms: SecretTerms | None = None) -> Keeper:
    place = Place(
        ACCOUNT,
        "us-east-1",
        secret_name(TEMPLATE, ACCOUNT, "ann"),
        town.users["ann"],
        terms or SecretTerms(),
        town,  # type: ignore[arg-type]  # answers as a client does
        member_of(town).principal,
    )

    return Keeper(place, at_once, lambda _seconds: None)


def at_once(what: str, ask: Callable[[], Reply], *, again: bool = False) -> Reply:
    """Ask, and put nothing on record."""
    del what, again
    return ask()


@pytest.fixture
def town() -> Town:
    town = Town()
    town.user("ann")
    return town


def kept(town: Town) -> dict[str, Any]:
    """Keep a key, and give the secret as it stands."""
    one = keeper(town)
    place = one.put(one.check(lambda _key: True, TOKEN), KEY, Secret(TEXT), START)
    one.make_current(place)
    return town.secrets[place.name]


def test_what_waits_is_not_current(town: Town) -> None:
    one = keeper(town)
    place = one.put(one.check(lambda _key: True, TOKEN), KEY, Secret(TEXT), START)
    stages = town.secrets[place.name]["VersionIdsToStages"]
    assert stages[TOKEN] == ["AWSPENDING"]
    assert json.loads(town.get_secret_value(place.name, VersionStage="AWSCURRENT")["SecretString"])["AccessKeyId"] == ""
    found = one.recall(place, KEY)
    assert found is not None
    assert found[1].secret == Secret(TEXT)
    assert one.recall(place, "AKIAANOTHER") is None
    one.make_current(place)
    one.make_current(place)
    assert stages[TOKEN] == ["AWSCURRENT"]
    assert one.restore_previous(place)
    assert stages[place.previous] == ["AWSCURRENT"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"DeletedDate": 1}, "scheduled for deletion"),
        ({"Tags": []}, "is not ours"),
        ({"Tags": [{"Key": "watchword:rotation", "Value": "AIDAOTHER"}]}, "another user"),
        ({"PrimaryRegion": "eu-west-1"}, "is a replica"),
        ({"RotationEnabled": True}, "rotated by something else"),
    ],
)
def test_found_before_a_key_is_made(town: Town, changes: dict[str, Any], told: str) -> None:
    kept(town).update(changes)
    with pytest.raises(Unkept, match=told):
        keeper(town).check(lambda _key: True, TOKEN)


def test_changed_by_hand(town: Town) -> None:
    secret = kept(town)
    with pytest.raises(Unkept, match="no key of this rotation"):
        keeper(town).check(lambda key: key != KEY, TOKEN)
    secret["values"][TOKEN] = "my own notes"
    with pytest.raises(Unkept, match="is not a key"):
        keeper(town).check(lambda _key: True, TOKEN)


def test_sealed_by_another_key_than_the_rules_name(town: Town) -> None:
    kept(town)["KmsKeyId"] = "alias/theirs"
    with pytest.raises(Unkept, match="sealed by another key"):
        keeper(town, SecretTerms(kms_key="arn:aws:kms:us-east-1:1:key/x")).check(lambda _key: True, TOKEN)


def test_changed_by_somebody_between_two_steps(town: Town) -> None:
    one = keeper(town)
    place = one.put(one.check(lambda _key: True, TOKEN), KEY, Secret(TEXT), START)
    town.put_secret_value(SecretId=place.name, ClientRequestToken="f" * 32, SecretString="{}")
    with pytest.raises(Unkept, match="changed meanwhile"):
        one.make_current(place)


def test_the_policy_is_put_again_when_somebody_changed_it(town: Town) -> None:
    secret = kept(town)
    wanted = secret["Policy"]
    secret["Policy"] = "{}"
    one = keeper(town)
    one.put(one.check(lambda _key: True, "f" * 32), KEY, Secret(TEXT), START)
    assert secret["Policy"] == wanted


@pytest.mark.parametrize("theirs", ["arn:aws:kms:us-east-1:999988887777:key/k", "alias/theirs"])
def test_a_secret_that_was_made_beforehand_with_a_key_of_theirs(town: Town, theirs: str) -> None:
    kept(town)["KmsKeyId"] = theirs
    with pytest.raises(Unkept, match="sealed by another key"):
        keeper(town).check(lambda _key: True, TOKEN)


@pytest.mark.parametrize(
    ("wanted", "sealed_by", "same"),
    [
        ("alias/rotation", f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/rotation", True),
        ("alias/rotation", "arn:aws:kms:us-east-1:999988887777:alias/rotation", False),
        (f"arn:aws:kms:us-east-1:{ACCOUNT}:key/k", "k", True),
        ("", "alias/aws/secretsmanager", True),
        ("alias/rotation", None, False),
    ],
)
def test_a_key_is_that_of_the_place(town: Town, wanted: str, sealed_by: str | None, *, same: bool) -> None:
    kept(town)["KmsKeyId"] = sealed_by
    one = keeper(town, SecretTerms(kms_key=wanted))
    if same:
        one.check(lambda _key: True, TOKEN)
        return
    with pytest.raises(Unkept, match="sealed by another key"):
        one.check(lambda _key: True, TOKEN)


def test_the_policy_lets_in_whom_it_names_and_nobody_else() -> None:
    policy = json.loads(readers.policy("arn:aws:iam::1:user/ann", ["arn:aws:iam::1:role/app"], "arn:aws:iam::1:role/r"))
    allow, deny = policy["Statement"]
    assert allow["Principal"]["AWS"] == ["arn:aws:iam::1:role/app", "arn:aws:iam::1:user/ann"]
    assert deny["Condition"]["StringNotEquals"]["aws:PrincipalArn"] == sorted(
        [*allow["Principal"]["AWS"], "arn:aws:iam::1:role/r"]
    )


def test_a_policy_that_was_written_otherwise_is_the_same() -> None:
    wanted = readers.policy("arn:aws:iam::1:user/ann", [], "arn:aws:iam::1:role/r")
    stored = wanted.replace('["arn:aws:iam::1:user/ann"]', '"arn:aws:iam::1:user/ann"')
    assert stored != wanted
    assert readers.is_same(stored, wanted)
    assert not readers.is_same(None, wanted)
    assert not readers.is_same("{", wanted)


NAMES = st.text("abcXYZ019_+=,.@-", min_size=1, max_size=64)


@given(NAMES)
def test_a_name_can_be_read_back(user: str) -> None:
    name = secret_name(TEMPLATE, ACCOUNT, user)
    assert naming.user_of(name, TEMPLATE, ACCOUNT) == user
    assert "," not in name


@given(NAMES, NAMES)
def test_no_two_users_share_a_name(one: str, other: str) -> None:
    assert (secret_name(TEMPLATE, ACCOUNT, one) == secret_name(TEMPLATE, ACCOUNT, other)) is (one == other)


def test_a_value_says_what_it_always_said() -> None:
    text = values.written(KEY, Secret(TEXT), START, "ann")
    assert list(json.loads(text)) == ["AccessKeyId", "CreateDate", "SecretAccessKey", "Status", "UserName"]
    for wrong in ("[]", "7", "{}", '{"AccessKeyId": "", "SecretAccessKey": ""}', '{"AccessKeyId": 7}'):
        with pytest.raises(ValueError, match="value"):
            values.read(wrong, TOKEN)
