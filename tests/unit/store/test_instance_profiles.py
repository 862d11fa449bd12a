from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from tests.support.stores import ACCOUNT, NOW, StoreInHand
from watchword.store import instance_profiles, roles, tags
from watchword.store.instance_profiles import InstanceProfile
from watchword.store.roles import Role
from watchword.store.tx import Tx

ROLE = Role("AROAWEB", ACCOUNT, "web", "/", None, "{}", 3600, None, NOW)
WEB = InstanceProfile("AIPAWEB", ACCOUNT, "Web", "/tier/", None, NOW)
DATA = InstanceProfile("AIPADATA", ACCOUNT, "data", "/", None, NOW)


@pytest.fixture
def kept(store: StoreInHand) -> StoreInHand:
    def fill(tx: Tx) -> None:
        roles.add(tx, ROLE)
        for profile in (WEB, DATA):
            instance_profiles.add(tx, profile)

    store.change(fill)
    return store


def test_a_profile_is_found_by_name_in_any_case(kept: StoreInHand) -> None:
    assert WEB.arn == f"arn:aws:iam::{ACCOUNT}:instance-profile/tier/Web"
    assert kept.read(lambda tx: instance_profiles.named(tx, ACCOUNT, "wEB")) == WEB
    assert kept.read(lambda tx: instance_profiles.named(tx, "999999999999", "Web")) is None
    with pytest.raises(IntegrityError):
        kept.change(lambda tx: instance_profiles.add(tx, replace(WEB, id="AIPAOTHER", name="WEB", path="/")))


def test_profiles_are_listed_by_name_from_a_point_and_under_a_path(kept: StoreInHand) -> None:
    def names(path: str, after: str) -> list[str]:
        found = kept.read(lambda tx: instance_profiles.page(tx, ACCOUNT, path_prefix=path, after=after, limit=10))
        return [profile.name for profile in found]

    assert names("/", "") == ["data", "Web"]
    assert names("/", "data") == ["Web"]
    assert names("/tier/", "") == ["Web"]
    assert kept.read(lambda tx: instance_profiles.count(tx, ACCOUNT)) == 2


def test_a_role_goes_in_and_out(kept: StoreInHand) -> None:
    kept.change(lambda tx: instance_profiles.set_role(tx, WEB.id, ROLE.id))
    held = kept.read(lambda tx: instance_profiles.page_of_role(tx, ROLE.id, after="", limit=10))
    assert held == [replace(WEB, role_id=ROLE.id)]
    assert kept.read(lambda tx: instance_profiles.count_of_role(tx, ROLE.id)) == 1
    kept.change(lambda tx: instance_profiles.set_role(tx, WEB.id, None))
    assert kept.read(lambda tx: instance_profiles.count_of_role(tx, ROLE.id)) == 0


def test_a_removed_profile_leaves_nothing(kept: StoreInHand) -> None:
    kept.change(lambda tx: tags.put(tx, WEB.id, {"team": "a"}))
    kept.change(lambda tx: instance_profiles.remove(tx, WEB.id))
    assert kept.read(lambda tx: instance_profiles.named(tx, ACCOUNT, "Web")) is None
    assert kept.read(lambda tx: tags.of(tx, WEB.id)) == {}


def test_roles_are_found_by_their_ids(kept: StoreInHand) -> None:
    assert kept.read(lambda tx: roles.by_ids(tx, {ROLE.id, "AROANOBODY"})) == {ROLE.id: ROLE}
    assert kept.read(lambda tx: roles.by_ids(tx, set())) == {}
