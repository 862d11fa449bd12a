from __future__ import annotations

from typing import Any

import pytest

from tests.support.stores import ACCOUNT
from tests.unit.services.iam.documents import READ_ALL, trusting
from tests.unit.services.iam.house import House, refused
from watchword.services.iam.policy_refusals import NoSuchPolicy, NoSuchRole, NotAttachable, UnreadableArn
from watchword.services.iam.refusals import LimitExceeded, NoSuchGroup, NoSuchUser
from watchword.services.operation import OPERATIONS

ROOT_ARN = f"arn:aws:iam::{ACCOUNT}:root"
KINDS = ["user", "group", "role"]
MISSING = {"user": NoSuchUser, "group": NoSuchGroup, "role": NoSuchRole}


def policy(house: House, name: str = "Read", path: str = "/") -> str:
    reply = house.ask("create_policy", policy_name=name, path=path, policy_document=READ_ALL)
    arn: str = reply["Policy"]["Arn"]
    return arn


def holder(house: House, kind: str, name: str = "ann") -> dict[str, Any]:
    named: dict[str, Any] = {f"{kind}_name": name}
    trust = {"assume_role_policy_document": trusting(ROOT_ARN)} if kind == "role" else {}
    house.ask(f"create_{kind}", **named | trust)
    return named


@pytest.mark.parametrize("kind", KINDS)
def test_a_policy_is_attached_listed_and_detached(house: House, kind: str) -> None:
    ann, arn = holder(house, kind), policy(house, path="/ops/")
    house.ask(f"attach_{kind}_policy", policy_arn=arn, **ann)
    assert len(house.touched) == 1
    house.ask(f"attach_{kind}_policy", policy_arn=arn, **ann)
    listing = f"list_attached_{kind}_policies"
    assert house.ask(listing, **ann) == {
        "AttachedPolicies": [{"PolicyName": "Read", "PolicyArn": arn}],
        "IsTruncated": False,
    }
    assert house.ask(listing, path_prefix="/x/", **ann)["AttachedPolicies"] == []
    assert house.ask("get_policy", policy_arn=arn)["Policy"]["AttachmentCount"] == 1
    house.ask(f"detach_{kind}_policy", policy_arn=arn, **ann)
    assert house.ask(listing, **ann)["AttachedPolicies"] == []
    with refused(NoSuchPolicy, f"Policy {arn} was not found."):
        house.ask(f"detach_{kind}_policy", policy_arn=arn, **ann)


@pytest.mark.parametrize("kind", KINDS)
def test_so_many_policies_and_no_more(house: House, kind: str) -> None:
    house = house.limited(**{f"attached_policies_per_{kind}": 1})
    ann, first, second = holder(house, kind), policy(house, "a"), policy(house, "b")
    house.ask(f"attach_{kind}_policy", policy_arn=first, **ann)
    house.ask(f"attach_{kind}_policy", policy_arn=first, **ann)
    with refused(LimitExceeded, f"Cannot exceed quota for PoliciesPer{kind.title()}: 1"):
        house.ask(f"attach_{kind}_policy", policy_arn=second, **ann)


@pytest.mark.parametrize("kind", KINDS)
def test_the_holder_must_exist(house: House, kind: str) -> None:
    nobody: dict[str, Any] = {f"{kind}_name": "nobody"}
    arn = policy(house)
    for operation in ("attach", "detach"):
        with refused(MISSING[kind], f"The {kind} with name nobody cannot be found."):
            house.ask(f"{operation}_{kind}_policy", policy_arn=arn, **nobody)
    with refused(MISSING[kind]):
        house.ask(f"list_attached_{kind}_policies", **nobody)


@pytest.mark.parametrize("account", [ACCOUNT, "aws", "999988887777"])
def test_only_policies_that_the_account_has_are_attached(house: House, account: str) -> None:
    ann, arn = holder(house, "user"), f"arn:aws:iam::{account}:policy/NoSuchAccess"
    with refused(NotAttachable, f"Policy {arn} does not exist or is not attachable."):
        house.ask("attach_user_policy", policy_arn=arn, **ann)
    with refused(UnreadableArn):
        house.ask("attach_user_policy", policy_arn="AdministratorAccess-Read", **ann)


def test_awss_own_policies_are_attached_and_detached(house: House) -> None:
    ann, arn = holder(house, "user"), "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
    for _ in range(2):
        house.ask("attach_user_policy", policy_arn=arn, **ann)
    held = [{"PolicyName": "ViewOnlyAccess", "PolicyArn": arn}]
    assert house.ask("list_attached_user_policies", **ann)["AttachedPolicies"] == held
    assert house.ask("get_policy", policy_arn=arn)["Policy"]["AttachmentCount"] == 1
    house.ask("detach_user_policy", policy_arn=arn, **ann)
    assert house.ask("get_policy", policy_arn=arn)["Policy"]["AttachmentCount"] == 0
    with refused(NoSuchPolicy):
        house.ask("detach_user_policy", policy_arn=arn, **ann)


def test_a_listing_goes_on_where_it_stopped(house: House) -> None:
    ann = holder(house, "user")
    for name in ("c", "A", "b"):
        house.ask("attach_user_policy", policy_arn=policy(house, name), **ann)
    first = house.ask("list_attached_user_policies", max_items=2, **ann)
    rest = house.ask("list_attached_user_policies", max_items=2, marker=first["Marker"], **ann)
    names = [row["PolicyName"] for row in first["AttachedPolicies"] + rest["AttachedPolicies"]]
    assert names == ["A", "b", "c"]


def test_who_holds_a_policy_is_told_page_by_page(house: House) -> None:
    arn = policy(house)
    for kind in KINDS:
        for name in ("b", "A"):
            house.ask(f"attach_{kind}_policy", policy_arn=arn, **holder(house, kind, name))
    house.ask("create_user", user_name="bound", permissions_boundary=arn)
    told: list[str] = []
    marker: dict[str, Any] = {}
    for _ in range(4):
        page = house.ask("list_entities_for_policy", policy_arn=arn, max_items=2, **marker)
        told += [
            f"{kind} {entity[f'{kind}Name']}" for kind in ("Group", "Role", "User") for entity in page[f"Policy{kind}s"]
        ]
        marker = {"marker": page["Marker"]} if page["IsTruncated"] else {}
    assert sorted(told) == ["Group A", "Group b", "Role A", "Role b", "User A", "User b", "User bound"]
    assert [entity.split()[0] for entity in told] == ["Group"] * 2 + ["Role"] * 2 + ["User"] * 3
    assert marker == {}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["ann", "bound"]),
        ({"entity_filter": "User"}, ["ann", "bound"]),
        ({"entity_filter": "Role"}, []),
        ({"entity_filter": "LocalManagedPolicy"}, []),
        ({"policy_usage_filter": "PermissionsPolicy"}, ["ann"]),
        ({"policy_usage_filter": "PermissionsBoundary"}, ["bound"]),
        ({"path_prefix": "/x/"}, []),
    ],
)
def test_who_holds_a_policy_is_told_by_filter(house: House, asked: dict[str, Any], expected: list[str]) -> None:
    arn = policy(house)
    house.ask("attach_user_policy", policy_arn=arn, **holder(house, "user"))
    house.ask("create_user", user_name="bound", permissions_boundary=arn)
    told = house.ask("list_entities_for_policy", policy_arn=arn, **asked)
    assert [user["UserName"] for user in told["PolicyUsers"]] == expected
    assert told["PolicyGroups"] == told["PolicyRoles"] == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", ["attach", "detach"])
def test_conditions_may_name_the_policy(operation: str, kind: str) -> None:
    assert OPERATIONS["iam", f"{operation}_{kind}_policy"].keys == {"iam:PolicyARN": "policy_arn"}
