from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest

from tests.support.stores import ACCOUNT, NOW
from tests.unit.services.iam.documents import trusting
from tests.unit.services.iam.house import House, refused
from watchword.services.iam.instance_profile_refusals import InstanceProfileExists, NoSuchInstanceProfile
from watchword.services.iam.policy_refusals import NoSuchRole
from watchword.services.iam.refusals import DeleteConflict, InvalidMarker, LimitExceeded, ReservedTag

TRUST = trusting(f"arn:aws:iam::{ACCOUNT}:root")
TEAM = [{"Key": "team", "Value": "blue"}]


def make(house: House, name: str = "Web", **parameters: Any) -> dict[str, Any]:
    profile: dict[str, Any] = house.ask("create_instance_profile", instance_profile_name=name, **parameters)
    told: dict[str, Any] = profile["InstanceProfile"]
    return told


def filled(house: House, name: str = "Web", role: str = "web") -> dict[str, Any]:
    made: dict[str, Any] = house.ask(
        "create_role", role_name=role, assume_role_policy_document=TRUST, description="serves", tags=TEAM
    )["Role"]
    make(house, name)
    house.ask("add_role_to_instance_profile", instance_profile_name=name, role_name=role)
    return made


def test_a_new_profile_is_told_and_found_in_any_case(house: House) -> None:
    profile = make(house, path="/tier/", tags=TEAM)
    assert profile["InstanceProfileId"].startswith("AIPA")
    assert len(profile["InstanceProfileId"]) == 21
    assert profile == {
        "Path": "/tier/",
        "InstanceProfileName": "Web",
        "InstanceProfileId": profile["InstanceProfileId"],
        "Arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/tier/Web",
        "CreateDate": NOW,
        "Roles": [],
        "Tags": TEAM,
    }
    assert house.ask("get_instance_profile", instance_profile_name="wEB") == {"InstanceProfile": profile}
    with refused(InstanceProfileExists, "Instance Profile WEB already exists."):
        make(house, "WEB")
    assert "Tags" not in make(house, "bare")
    assert house.ask("get_instance_profile", instance_profile_name="bare")["InstanceProfile"]["Tags"] == []


def test_what_cannot_be_made(house: House) -> None:
    with refused(ReservedTag):
        make(house, tags=[{"Key": "aws:x", "Value": ""}])
    few = house.limited(instance_profiles_per_account=1)
    make(few)
    with refused(LimitExceeded, "Cannot exceed quota for InstanceProfilesPerAccount: 1"):
        make(few, "other")


def test_the_role_inside_is_told_with_whom_it_trusts(house: House) -> None:
    role = filled(house)
    told = house.ask("get_instance_profile", instance_profile_name="Web")["InstanceProfile"]
    inside = told["Roles"]
    assert inside == [
        {name: role[name] for name in ("Path", "RoleName", "RoleId", "Arn", "CreateDate", "AssumeRolePolicyDocument")}
    ]
    assert json.loads(unquote(inside[0]["AssumeRolePolicyDocument"])) == json.loads(TRUST)
    assert house.ask("list_instance_profiles")["InstanceProfiles"][0]["Roles"] == inside


def test_profiles_are_listed_a_page_at_a_time_and_under_a_path(house: House) -> None:
    for name, path in (("c", "/"), ("A", "/tier/"), ("b", "/")):
        make(house, name, path=path)

    def names(**parameters: Any) -> list[str]:
        return [
            one["InstanceProfileName"] for one in house.ask("list_instance_profiles", **parameters)["InstanceProfiles"]
        ]

    assert names() == ["A", "b", "c"]
    assert names(path_prefix="/tier/") == ["A"]
    first = house.ask("list_instance_profiles", max_items=2)
    assert first["IsTruncated"]
    assert names(max_items=2, marker=first["Marker"]) == ["c"]
    with refused(InvalidMarker):
        names(marker="x")


def test_the_profiles_of_a_role(house: House) -> None:
    filled(house, "b")
    for name in ("A", "c"):
        make(house, name)
    house.ask("add_role_to_instance_profile", instance_profile_name="A", role_name="WEB")
    first = house.ask("list_instance_profiles_for_role", role_name="web", max_items=1)
    assert [one["InstanceProfileName"] for one in first["InstanceProfiles"]] == ["A"]
    rest = house.ask("list_instance_profiles_for_role", role_name="web", marker=first["Marker"])
    assert [one["InstanceProfileName"] for one in rest["InstanceProfiles"]] == ["b"]
    with refused(NoSuchRole, "The role with name nobody cannot be found."):
        house.ask("list_instance_profiles_for_role", role_name="nobody")


def test_a_profile_with_a_role_is_not_deleted_and_neither_is_the_role(house: House) -> None:
    filled(house)
    first = "Cannot delete entity, must remove roles from instance profile first."
    with refused(DeleteConflict, first):
        house.ask("delete_instance_profile", instance_profile_name="Web")
    with refused(DeleteConflict, first):
        house.ask("delete_role", role_name="web")
    house.ask("remove_role_from_instance_profile", instance_profile_name="Web", role_name="web")
    house.ask("delete_role", role_name="web")
    house.ask("delete_instance_profile", instance_profile_name="Web")
    with refused(NoSuchInstanceProfile, "Instance Profile Web cannot be found."):
        house.ask("get_instance_profile", instance_profile_name="Web")


@pytest.mark.parametrize("name", ["get_instance_profile", "delete_instance_profile", "list_instance_profile_tags"])
def test_a_profile_that_does_not_exist(house: House, name: str) -> None:
    with refused(NoSuchInstanceProfile, "Instance Profile none cannot be found."):
        house.ask(name, instance_profile_name="none")
    target = house.target(name, instance_profile_name="none")
    assert target.arn == f"arn:aws:iam::{ACCOUNT}:instance-profile/none"


def test_tags_are_laid_over_and_taken_away(house: House) -> None:
    make(house, tags=TEAM)
    more = [{"Key": "TEAM", "Value": "red"}, {"Key": "\u00e9", "Value": "\u4e2d"}]
    house.ask("tag_instance_profile", instance_profile_name="Web", tags=more)
    assert house.ask("list_instance_profile_tags", instance_profile_name="Web")["Tags"] == more
    house.ask("untag_instance_profile", instance_profile_name="Web", tag_keys=["team", "none"])
    assert house.ask("list_instance_profile_tags", instance_profile_name="Web")["Tags"] == more[1:]
    with refused(LimitExceeded):
        house.limited(tags_per_resource=1).ask("tag_instance_profile", instance_profile_name="Web", tags=TEAM)
