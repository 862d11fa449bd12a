from __future__ import annotations

import pytest

from tests.support.stores import ACCOUNT, NOW
from tests.unit.services.iam.house import ROLE_SESSION, House, as_user, refused
from watchword.services.iam.policy_refusals import NoSuchBoundary, UnreadableArn
from watchword.services.iam.refusals import (
    DeleteConflict,
    DuplicateTagKeys,
    InvalidMarker,
    LimitExceeded,
    NamelessCaller,
    NoBoundary,
    NoSuchUser,
    ReservedTag,
    UserExists,
)
from watchword.store import attachments, inline_policies, policies
from watchword.store.policies import ManagedPolicy

BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/limits"


def keep_policy(house: House) -> None:
    policy = ManagedPolicy("ANPALIMITS", ACCOUNT, "limits", "/", None, 1, 1, NOW, NOW)
    house.store.change(lambda tx: policies.add(tx, policy))


def test_a_new_user_is_told_whole(house: House) -> None:
    user = house.ask("create_user", user_name="Ann", path="/staff/", tags=[{"Key": "team", "Value": "blue"}])["User"]
    assert user["UserId"].startswith("AIDA")
    assert len(user["UserId"]) == 21
    assert user == {
        "Path": "/staff/",
        "UserName": "Ann",
        "UserId": user["UserId"],
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/staff/Ann",
        "CreateDate": NOW,
        "Tags": [{"Key": "team", "Value": "blue"}],
    }
    assert house.ask("get_user", user_name="aNN") == {"User": user}


def test_a_user_without_tags_has_no_tags_member(house: House) -> None:
    user = house.ask("create_user", user_name="ann")["User"]
    assert user.keys() == {"Path", "UserName", "UserId", "Arn", "CreateDate"}
    assert user["Path"] == "/"


def test_names_are_taken_in_any_case(house: House) -> None:
    house.ask("create_user", user_name="Ann")
    with refused(UserExists, "User with name ANN already exists."):
        house.ask("create_user", user_name="ANN", path="/elsewhere/")


def test_too_many_users(house: House) -> None:
    house = house.limited(users_per_account=1)
    house.ask("create_user", user_name="ann")
    with refused(LimitExceeded, "Cannot exceed quota for UsersPerAccount: 1"):
        house.ask("create_user", user_name="bob")


def test_a_boundary_is_an_existing_policy_of_the_account(house: House) -> None:
    with refused(NoSuchBoundary, f"Scope ARN: {BOUNDARY} does not exist or is not attachable."):
        house.ask("create_user", user_name="ann", permissions_boundary=BOUNDARY)
    with refused(UnreadableArn):
        house.ask("create_user", user_name="ann", permissions_boundary="no-arn-but-long-enough")
    keep_policy(house)
    user = house.ask("create_user", user_name="ann", permissions_boundary=BOUNDARY)["User"]
    assert user["PermissionsBoundary"] == {
        "PermissionsBoundaryType": "PermissionsBoundaryPolicy",
        "PermissionsBoundaryArn": BOUNDARY,
    }


def test_a_boundary_is_set_and_lifted(house: House) -> None:
    keep_policy(house)
    user_id = house.ask("create_user", user_name="ann")["User"]["UserId"]
    house.ask("put_user_permissions_boundary", user_name="ann", permissions_boundary=BOUNDARY)
    assert house.touched == {user_id}
    assert "PermissionsBoundary" in house.ask("get_user", user_name="ann")["User"]
    house.ask("delete_user_permissions_boundary", user_name="ann")
    assert house.touched == {user_id}
    assert "PermissionsBoundary" not in house.ask("get_user", user_name="ann")["User"]
    with refused(NoBoundary):
        house.ask("delete_user_permissions_boundary", user_name="ann")


def test_without_a_name_the_caller_is_told(house: House) -> None:
    ann = house.ask("create_user", user_name="ann")["User"]
    assert house.ask("get_user", caller=as_user(ann)) == {"User": ann}
    assert house.ask("get_user") == {
        "User": {
            "Path": "/",
            "UserName": "root",
            "UserId": ACCOUNT,
            "Arn": f"arn:aws:iam::{ACCOUNT}:root",
            "CreateDate": NOW,
        }
    }
    with refused(NamelessCaller, "Must specify userName when calling with non-User credentials"):
        house.ask("get_user", caller=ROLE_SESSION)


def test_a_missing_user(house: House) -> None:
    for operation in ("get_user", "update_user", "delete_user", "list_user_tags", "list_groups_for_user"):
        with refused(NoSuchUser, "The user with name ann cannot be found."):
            house.ask(operation, user_name="ann")


def test_targets_have_the_stored_path_and_tags(house: House) -> None:
    house.ask("create_user", user_name="Ann", path="/staff/", tags=[{"Key": "team", "Value": "blue"}])
    target = house.target("delete_user", user_name="ann")
    assert target.arn == f"arn:aws:iam::{ACCOUNT}:user/staff/Ann"
    assert house.target("delete_user", user_name="Bob").arn == f"arn:aws:iam::{ACCOUNT}:user/Bob"
    assert house.target("create_user", user_name="Bob", path="/x/").arn == f"arn:aws:iam::{ACCOUNT}:user/x/Bob"
    assert house.target("list_users").arn == f"arn:aws:iam::{ACCOUNT}:user/"
    assert house.target("list_users", path_prefix="/staff/").arn == f"arn:aws:iam::{ACCOUNT}:user/staff/"


def test_listing_goes_page_by_page_in_the_order_of_names(house: House) -> None:
    for name in ("carl", "Bob", "ann", "Dora"):
        house.ask("create_user", user_name=name, path="/staff/" if name != "Dora" else "/staffing/")
    first = house.ask("list_users", max_items=2)
    assert [user["UserName"] for user in first["Users"]] == ["ann", "Bob"]
    assert first["IsTruncated"]
    rest = house.ask("list_users", max_items=2, marker=first["Marker"])
    assert [user["UserName"] for user in rest["Users"]] == ["carl", "Dora"]
    assert not rest["IsTruncated"]
    assert "Marker" not in rest
    under = house.ask("list_users", path_prefix="/staff/")
    assert [user["UserName"] for user in under["Users"]] == ["ann", "Bob", "carl"]


@pytest.mark.parametrize("marker", ["forged", "AAAA", "=", "é", "AQ" * 40])
def test_a_forged_marker_is_refused(house: House, marker: str) -> None:
    with refused(InvalidMarker, f"Invalid Marker: {marker}"):
        house.ask("list_users", marker=marker)


def test_a_marker_goes_with_its_own_listing_only(house: House) -> None:
    for name in ("ann", "bob"):
        house.ask("create_user", user_name=name)
    marker = house.ask("list_users", max_items=1)["Marker"]
    assert len(marker) <= 320
    with refused(InvalidMarker):
        house.ask("list_groups", marker=marker)
    with refused(InvalidMarker):
        house.ask("list_users", path_prefix="/staff/", marker=marker)
    with refused(InvalidMarker):
        house.ask("list_users", marker=f"{marker[:30]}~{marker[30:]}")


def test_the_marker_of_the_longest_name_fits(house: House) -> None:
    for name in ("a" * 128, "b"):
        house.ask("create_group", group_name=name)
    assert len(house.ask("list_groups", max_items=1)["Marker"]) <= 320


def test_a_renamed_user_keeps_its_id(house: House) -> None:
    ann = house.ask("create_user", user_name="ann")["User"]
    house.ask("create_access_key", user_name="ann")
    house.ask("update_user", user_name="ann", new_user_name="Anna", new_path="/staff/")
    assert house.touched == {ann["UserId"]}
    anna = house.ask("get_user", caller=as_user(ann))["User"]
    assert anna["UserId"] == ann["UserId"]
    assert anna["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/staff/Anna"
    assert len(house.ask("list_access_keys", user_name="anna")["AccessKeyMetadata"]) == 1


def test_a_rename_takes_no_ones_name(house: House) -> None:
    for name in ("ann", "bob"):
        house.ask("create_user", user_name=name)
    with refused(UserExists, "User with name BOB already exists."):
        house.ask("update_user", user_name="ann", new_user_name="BOB")
    house.ask("update_user", user_name="ann", new_user_name="ANN")
    assert house.ask("get_user", user_name="ann")["User"]["UserName"] == "ANN"


def test_a_user_is_deleted_only_when_nothing_is_left(house: House) -> None:
    keep_policy(house)
    user_id = house.ask("create_user", user_name="ann", tags=[{"Key": "team", "Value": "blue"}])["User"]["UserId"]
    house.store.change(lambda tx: attachments.attach(tx, user_id, "ANPALIMITS"))
    house.store.change(lambda tx: inline_policies.put(tx, user_id, "own", "{}"))
    key_id = house.ask("create_access_key", user_name="ann")["AccessKey"]["AccessKeyId"]
    house.ask("create_group", group_name="staff")
    house.ask("add_user_to_group", group_name="staff", user_name="ann")

    def conflict(first: str) -> None:
        with refused(DeleteConflict, f"Cannot delete entity, must {first} first."):
            house.ask("delete_user", user_name="ann")

    conflict("detach all policies")
    house.store.change(lambda tx: attachments.detach(tx, user_id, "ANPALIMITS"))
    conflict("delete policies")
    house.store.change(lambda tx: inline_policies.remove(tx, user_id, "own"))
    conflict("delete access keys")
    house.ask("delete_access_key", user_name="ann", access_key_id=key_id)
    conflict("remove users from group")
    house.ask("remove_user_from_group", group_name="staff", user_name="ann")
    house.ask("delete_user", user_name="ann")
    assert house.touched == {user_id}
    again = house.ask("create_user", user_name="ann")["User"]
    assert again["UserId"] != user_id
    assert "Tags" not in again


def test_tags_replace_each_other_in_any_case(house: House) -> None:
    user_id = house.ask("create_user", user_name="ann")["User"]["UserId"]
    house.ask("tag_user", user_name="ann", tags=[{"Key": "Department", "Value": "foo"}, {"Key": "cost", "Value": ""}])
    house.ask("tag_user", user_name="ann", tags=[{"Key": "department", "Value": "bar"}])
    assert house.touched == {user_id}
    assert house.ask("list_user_tags", user_name="ann") == {
        "Tags": [{"Key": "cost", "Value": ""}, {"Key": "department", "Value": "bar"}],
        "IsTruncated": False,
    }
    house.ask("untag_user", user_name="ann", tag_keys=["COST", "absent"])
    assert house.touched == {user_id}
    assert house.ask("list_user_tags", user_name="ann")["Tags"] == [{"Key": "department", "Value": "bar"}]


@pytest.mark.parametrize("operation", ["create_user", "tag_user"])
def test_tags_that_are_refused(house: House, operation: str) -> None:
    if operation == "tag_user":
        house.ask("create_user", user_name="ann")
    twice = [{"Key": "team", "Value": "a"}, {"Key": "TEAM", "Value": "b"}]
    with refused(DuplicateTagKeys, "Duplicate tag keys found. Please note that Tag keys are case insensitive."):
        house.ask(operation, user_name="ann", tags=twice)
    for key, value in (("aws:team", "a"), ("AWS:team", "a"), ("team", "aws:a")):
        with refused(ReservedTag):
            house.ask(operation, user_name="ann", tags=[{"Key": key, "Value": value}])


def test_no_more_than_fifty_tags_together(house: House) -> None:
    house.ask("create_user", user_name="ann", tags=[{"Key": f"k{i}", "Value": ""} for i in range(50)])
    house.ask("tag_user", user_name="ann", tags=[{"Key": "K7", "Value": "replaced"}])
    with refused(LimitExceeded, "Cannot exceed quota for TagsPerUser: 50"):
        house.ask("tag_user", user_name="ann", tags=[{"Key": "one more", "Value": ""}])


def test_tags_are_listed_page_by_page(house: House) -> None:
    keys = [("ü" * 120) + str(i) for i in range(5)]
    house.ask("create_user", user_name="ann", tags=[{"Key": key, "Value": ""} for key in keys])
    seen, marker = [], None
    while True:
        page = house.ask("list_user_tags", user_name="ann", max_items=2, marker=marker)
        seen += [tag["Key"] for tag in page["Tags"]]
        if not page["IsTruncated"]:
            break
        marker = page["Marker"]
        assert len(marker) <= 320
    assert seen == keys
