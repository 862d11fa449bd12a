from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import event, insert

from tests.support.stores import ACCOUNT, NOW
from tests.unit.services.iam.documents import READ_ALL, trusting
from tests.unit.services.iam.house import House, as_user, refused
from watchword.services.iam.authorization_details import PAGE_CHARACTERS
from watchword.services.iam.user_credential_refusals import MarkerOfAnotherFilter
from watchword.store import inline_policies, last_used, schema
from watchword.store.last_used import LastUsed

LISTS = ("UserDetailList", "RoleDetailList", "GroupDetailList", "Policies")
AWS_POLICY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
TEAM = [{"Key": "Team", "Value": "blue"}]


def details(house: House, **asked: Any) -> dict[str, Any]:
    told: dict[str, Any] = house.ask("get_account_authorization_details", **asked)
    return told


def pages(house: House, **asked: Any) -> Iterator[dict[str, Any]]:
    page = details(house, **asked)
    yield page
    while page["IsTruncated"]:
        page = details(house, **asked, marker=page["Marker"])
        yield page


def names(told: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for member in LISTS:
        found += [one[next(key for key in one if key.endswith("Name"))] for one in told[member]]
    return found


@pytest.fixture
def full(house: House) -> House:
    """A user, a role and a group that hold what there is to hold."""
    policy = house.ask("create_policy", policy_name="Reading", policy_document=READ_ALL, description="reads")["Policy"]
    house.ask("create_policy_version", policy_arn=policy["Arn"], policy_document=READ_ALL)
    bound = {"permissions_boundary": policy["Arn"], "tags": TEAM}
    ann = house.ask("create_user", user_name="Ann", path="/staff/", **bound)["User"]
    house.ask("create_role", role_name="ops", assume_role_policy_document=trusting(ann["Arn"]), **bound)
    house.ask("create_group", group_name="crew", path="/ops/")
    house.ask("add_user_to_group", group_name="crew", user_name="Ann")
    for kind, name in (("user", "Ann"), ("role", "ops"), ("group", "crew")):
        named: dict[str, Any] = {f"{kind}_name": name}
        house.ask(f"attach_{kind}_policy", **named, policy_arn=policy["Arn"])
        house.ask(f"put_{kind}_policy", **named, policy_name="own", policy_document=READ_ALL)
    house.ask("attach_user_policy", user_name="Ann", policy_arn=AWS_POLICY)
    house.ask("create_instance_profile", instance_profile_name="box", tags=TEAM)
    house.ask("add_role_to_instance_profile", instance_profile_name="box", role_name="ops")
    return house


def test_an_empty_account_has_every_list(house: House) -> None:
    assert details(house) == {**{member: [] for member in LISTS}, "IsTruncated": False}


def test_a_user_is_told_with_all_it_has(full: House) -> None:
    (user,) = details(full, filter=["User"])["UserDetailList"]
    whole = full.ask("get_user", user_name="Ann")["User"]
    held = [{"PolicyName": "Reading", "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/Reading"}]
    assert json.loads(unquote(user["UserPolicyList"][0].pop("PolicyDocument"))) == json.loads(READ_ALL)
    assert user == whole | {
        "UserPolicyList": [{"PolicyName": "own"}],
        "GroupList": ["crew"],
        "AttachedManagedPolicies": [*held, {"PolicyName": "ReadOnlyAccess", "PolicyArn": AWS_POLICY}],
    }


def test_a_role_is_told_with_all_it_has(full: House) -> None:
    role_id = full.ask("get_role", role_name="ops")["Role"]["RoleId"]
    full.store.change(lambda tx: last_used.write(tx, {role_id: LastUsed(NOW + 9, "sts", "eu-west-1")}))
    (role,) = details(full, filter=["Role"])["RoleDetailList"]
    whole = full.ask("get_role", role_name="ops")["Role"]
    whole.pop("MaxSessionDuration")
    profile = full.ask("get_instance_profile", instance_profile_name="box")["InstanceProfile"]
    profile.pop("Tags")
    assert ":user/staff/Ann" in unquote(role["AssumeRolePolicyDocument"])
    assert role == whole | {
        "InstanceProfileList": [profile],
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": role["RolePolicyList"][0]["PolicyDocument"]}],
        "AttachedManagedPolicies": [{"PolicyName": "Reading", "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/Reading"}],
    }
    assert role["RoleLastUsed"] == {"LastUsedDate": NOW + 9, "Region": "eu-west-1"}


def test_a_principal_that_is_gone_shows_as_its_unique_id(house: House) -> None:
    ann = house.ask("create_user", user_name="ann")["User"]
    house.ask("create_role", role_name="ops", assume_role_policy_document=trusting(ann["Arn"]))
    house.ask("delete_user", user_name="ann")
    (role,) = details(house)["RoleDetailList"]
    assert f'"{ann["UserId"]}"' in unquote(role["AssumeRolePolicyDocument"])


def test_a_group_is_told_with_its_policies(full: House) -> None:
    (group,) = details(full, filter=["Group"])["GroupDetailList"]
    assert (group["GroupName"], group["Path"], group["CreateDate"]) == ("crew", "/ops/", NOW)
    assert [policy["PolicyName"] for policy in group["GroupPolicyList"]] == ["own"]
    assert [policy["PolicyName"] for policy in group["AttachedManagedPolicies"]] == ["Reading"]


def test_a_policy_is_told_with_every_version_the_newest_first(full: House) -> None:
    (policy,) = details(full, filter=["LocalManagedPolicy"])["Policies"]
    assert "Description" not in policy
    assert (policy["AttachmentCount"], policy["PermissionsBoundaryUsageCount"]) == (3, 2)
    told = [(version["VersionId"], version["IsDefaultVersion"]) for version in policy["PolicyVersionList"]]
    assert told == [("v2", False), ("v1", True)]
    assert json.loads(unquote(policy["PolicyVersionList"][0]["Document"])) == json.loads(READ_ALL)


def test_of_awss_policies_only_those_in_use_are_told(full: House) -> None:
    full.ask("create_user", user_name="bob", permissions_boundary="arn:aws:iam::aws:policy/PowerUserAccess")
    told = details(full, filter=["AWSManagedPolicy"])["Policies"]
    used = {
        policy["PolicyName"]: (policy["AttachmentCount"], policy["PermissionsBoundaryUsageCount"]) for policy in told
    }
    assert used == {"ReadOnlyAccess": (1, 0), "PowerUserAccess": (0, 1)}
    full.ask("detach_user_policy", user_name="Ann", policy_arn=AWS_POLICY)
    assert names(details(full, filter=["AWSManagedPolicy"])) == ["PowerUserAccess"]


def test_bare_entities_have_empty_lists_where_aws_tells_them(house: House) -> None:
    house.ask("create_user", user_name="ann")
    house.ask("create_group", group_name="crew")
    house.ask("create_role", role_name="ops", assume_role_policy_document=trusting(f"arn:aws:iam::{ACCOUNT}:root"))
    told = details(house)
    (user,), (group,), (role,) = told["UserDetailList"], told["GroupDetailList"], told["RoleDetailList"]
    assert "UserPolicyList" not in user
    assert (user["GroupList"], user["AttachedManagedPolicies"], user["Tags"]) == ([], [], [])
    assert (group["GroupPolicyList"], group["AttachedManagedPolicies"]) == ([], [])
    assert (role["RolePolicyList"], role["InstanceProfileList"], role["Tags"], role["RoleLastUsed"]) == ([], [], [], {})


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_pages_go_through_the_kinds_in_order(full: House, size: int) -> None:
    full.ask("create_user", user_name="bob")
    told = list(pages(full, max_items=size))
    everything = ["Ann", "bob", "ops", "crew", "Reading", "ReadOnlyAccess"]
    assert [name for page in told for name in names(page)] == everything
    assert all(len(names(page)) == size for page in told[:-1])


def test_a_filter_is_a_set_and_a_marker_belongs_to_it(full: House) -> None:
    first = details(full, filter=["Group", "User", "User"], max_items=1)
    assert names(first) == ["Ann"]
    rest = details(full, filter=["User", "Group"], marker=first["Marker"])
    assert (names(rest), rest["IsTruncated"]) == (["crew"], False)
    for asked in ({"filter": ["User"]}, {}):
        with refused(MarkerOfAnotherFilter, "Marker and Filter do not match"):
            details(full, **asked, marker=first["Marker"])
    with refused(MarkerOfAnotherFilter):
        details(full, marker="not-a-marker")


def test_a_page_is_cut_before_it_grows_too_large(house: House) -> None:
    third, twice = " " * (PAGE_CHARACTERS // 3), " " * (PAGE_CHARACTERS * 2)
    for name in ("ann", "bob", "eve", "zoe"):
        user = house.ask("create_user", user_name=name)["User"]
        house.store.change(partial(inline_policies.put, target_id=user["UserId"], name="own", document=third))
    trust = trusting(f"arn:aws:iam::{ACCOUNT}:root")
    role = house.ask("create_role", role_name="ops", assume_role_policy_document=trust)["Role"]
    house.store.change(partial(inline_policies.put, target_id=role["RoleId"], name="own", document=twice))
    assert [names(page) for page in pages(house)] == [["ann", "bob", "eve"], ["zoe"], ["ops"]]


def test_another_account_is_not_told_of(full: House) -> None:
    other = "444455556666"
    account = {"id": other, "sealed_data_key": b"sealed", "created_at": NOW}
    user = {"id": "AIDAOTHER", "account_id": other, "name": "eve", "name_key": "eve", "path": "/", "created_at": NOW}
    held = {"target_id": "AIDAOTHER", "policy_id": "ANPAOTHER"}

    def fill(tx: Any) -> None:
        tx.connection.execute(insert(schema.account).values(**account))
        tx.connection.execute(insert(schema.user).values(**user))
        aws = tx.connection.execute(
            schema.managed_policy.select().where(schema.managed_policy.c.arn == AWS_POLICY)
        ).one()
        tx.connection.execute(insert(schema.attachment).values(**held | {"policy_id": aws.id}))

    full.store.change(fill)
    told = details(full)
    assert names(told) == ["Ann", "ops", "crew", "Reading", "ReadOnlyAccess"]
    assert told["Policies"][1]["AttachmentCount"] == 1


@contextmanager
def counting(house: House) -> Iterator[list[str]]:
    """Note every statement that readers send."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    engine = house.store.opened.reading
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_page_costs_the_same_number_of_queries_however_much_is_on_it(house: House) -> None:
    costs = []
    for number in range(3):
        for name in (f"a{number}", f"b{number}"):
            ann = house.ask("create_user", user_name=name, tags=TEAM)["User"]
            house.ask("put_user_policy", user_name=name, policy_name="own", policy_document=READ_ALL)
            house.ask("create_role", role_name=name, assume_role_policy_document=trusting(ann["Arn"]))
            house.ask("create_group", group_name=name)
            house.ask("add_user_to_group", group_name=name, user_name=name)
            policy = house.ask("create_policy", policy_name=name, policy_document=READ_ALL)["Policy"]["Arn"]
            house.ask("attach_role_policy", role_name=name, policy_arn=policy)
        with counting(house) as seen:
            assert len(names(details(house))) == 8 * (number + 1)
        costs.append(len(seen))
    assert len(set(costs)) == 1
    assert costs[0] <= 40


def test_a_user_may_ask(house: House) -> None:
    ann = as_user(house.ask("create_user", user_name="ann")["User"])
    assert house.target("get_account_authorization_details", caller=ann).arn == "*"
