from __future__ import annotations

from tests.support.stores import ACCOUNT, NOW
from tests.unit.services.iam.house import House, refused
from watchword.services.iam.refusals import (
    DeleteConflict,
    GroupExists,
    LimitExceeded,
    NoSuchGroup,
    NoSuchUser,
    NotAMember,
)
from watchword.store import inline_policies


def with_users(house: House, *names: str) -> None:
    house.ask("create_group", group_name="staff")
    for name in names:
        house.ask("create_user", user_name=name)
        house.ask("add_user_to_group", group_name="staff", user_name=name)


def test_a_new_group_is_told_and_found_in_any_case(house: House) -> None:
    group = house.ask("create_group", group_name="Staff", path="/x/")["Group"]
    assert group["GroupId"].startswith("AGPA")
    assert group == {
        "Path": "/x/",
        "GroupName": "Staff",
        "GroupId": group["GroupId"],
        "Arn": f"arn:aws:iam::{ACCOUNT}:group/x/Staff",
        "CreateDate": NOW,
    }
    assert house.ask("get_group", group_name="sTAFF") == {"Group": group, "Users": [], "IsTruncated": False}
    with refused(GroupExists, "Group with name STAFF already exists."):
        house.ask("create_group", group_name="STAFF")


def test_too_many_groups(house: House) -> None:
    house = house.limited(groups_per_account=1)
    house.ask("create_group", group_name="a")
    with refused(LimitExceeded, "Cannot exceed quota for GroupsPerAccount: 1"):
        house.ask("create_group", group_name="b")


def test_a_missing_group(house: House) -> None:
    for operation in ("get_group", "update_group", "delete_group"):
        with refused(NoSuchGroup, "The group with name staff cannot be found."):
            house.ask(operation, group_name="staff")


def test_members_are_told_page_by_page(house: House) -> None:
    with_users(house, "carl", "Bob", "ann")
    first = house.ask("get_group", group_name="staff", max_items=2)
    rest = house.ask("get_group", group_name="staff", max_items=2, marker=first["Marker"])
    assert (len(first["Users"]), first["IsTruncated"], rest["IsTruncated"]) == (2, True, False)
    assert {user["UserName"] for user in first["Users"] + rest["Users"]} == {"ann", "Bob", "carl"}


def test_a_page_of_members_is_in_the_order_of_names(house: House) -> None:
    with_users(house, "carl", "Bob", "ann")
    told = house.ask("get_group", group_name="staff")["Users"]
    assert [user["UserName"] for user in told] == ["ann", "Bob", "carl"]


def test_groups_are_listed_by_path(house: House) -> None:
    for name, path in (("b", "/x/"), ("A", "/x/y/"), ("c", "/z/")):
        house.ask("create_group", group_name=name, path=path)
    names = [group["GroupName"] for group in house.ask("list_groups", path_prefix="/x/")["Groups"]]
    assert names == ["A", "b"]
    assert len(house.ask("list_groups")["Groups"]) == 3


def test_joining_is_told_to_user_and_group(house: House) -> None:
    group_id = house.ask("create_group", group_name="staff")["Group"]["GroupId"]
    user_id = house.ask("create_user", user_name="ann")["User"]["UserId"]
    house.ask("add_user_to_group", group_name="staff", user_name="ann")
    assert house.touched == {group_id, user_id}
    house.ask("add_user_to_group", group_name="staff", user_name="ann")
    assert [group["GroupName"] for group in house.ask("list_groups_for_user", user_name="ann")["Groups"]] == ["staff"]
    house.ask("remove_user_from_group", group_name="staff", user_name="ann")
    assert house.touched == {group_id, user_id}
    assert house.ask("list_groups_for_user", user_name="ann") == {"Groups": [], "IsTruncated": False}
    with refused(NotAMember):
        house.ask("remove_user_from_group", group_name="staff", user_name="ann")


def test_a_user_is_in_so_many_groups_and_no_more(house: House) -> None:
    house = house.limited(groups_per_user=1)
    with_users(house, "ann")
    house.ask("create_group", group_name="more")
    house.ask("add_user_to_group", group_name="staff", user_name="ann")
    with refused(LimitExceeded, "Cannot exceed quota for GroupsPerUser: 1"):
        house.ask("add_user_to_group", group_name="more", user_name="ann")


def test_only_who_exists_joins(house: House) -> None:
    with refused(NoSuchGroup):
        house.ask("add_user_to_group", group_name="staff", user_name="ann")
    house.ask("create_group", group_name="staff")
    with refused(NoSuchUser):
        house.ask("add_user_to_group", group_name="staff", user_name="ann")
    with refused(NoSuchUser):
        house.ask("remove_user_from_group", group_name="staff", user_name="ann")


def test_a_renamed_group_keeps_its_members(house: House) -> None:
    with_users(house, "ann")
    house.ask("create_group", group_name="other")
    with refused(GroupExists):
        house.ask("update_group", group_name="staff", new_group_name="Other")
    house.ask("update_group", group_name="staff", new_group_name="Crew", new_path="/x/")
    told = house.ask("get_group", group_name="crew")
    assert told["Group"]["Arn"] == f"arn:aws:iam::{ACCOUNT}:group/x/Crew"
    assert len(told["Users"]) == 1


def test_a_group_is_deleted_only_when_empty(house: House) -> None:
    with_users(house, "ann")
    group_id = house.ask("get_group", group_name="staff")["Group"]["GroupId"]
    house.store.change(lambda tx: inline_policies.put(tx, group_id, "own", "{}"))
    with refused(DeleteConflict, "Cannot delete entity, must remove users from group first."):
        house.ask("delete_group", group_name="staff")
    house.ask("remove_user_from_group", group_name="staff", user_name="ann")
    with refused(DeleteConflict, "Cannot delete entity, must delete policies first."):
        house.ask("delete_group", group_name="staff")
    house.store.change(lambda tx: inline_policies.remove(tx, group_id, "own"))
    house.ask("delete_group", group_name="staff")
    assert house.touched == {group_id}
    with refused(NoSuchGroup):
        house.ask("get_group", group_name="staff")
