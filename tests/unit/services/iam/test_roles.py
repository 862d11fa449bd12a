from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest

from tests.support.stores import ACCOUNT, NOW
from tests.unit.services.iam.documents import READ_ALL, trusted, trusting
from tests.unit.services.iam.house import ROOT, House, refused
from watchword.policy import MalformedPolicy
from watchword.services.iam.policy_refusals import (
    NoRoleBoundary,
    NoSuchBoundary,
    NoSuchRole,
    RoleExists,
    UnreadableArn,
)
from watchword.services.iam.refusals import DeleteConflict, LimitExceeded, ReservedTag
from watchword.services.iam.role_targets import role_named
from watchword.services.operation import OPERATIONS
from watchword.store import last_used, roles
from watchword.store.last_used import LastUsed

ROOT_ARN = f"arn:aws:iam::{ACCOUNT}:root"


def make(house: House, name: str = "Deploy", **parameters: Any) -> dict[str, Any]:
    document = trusting(ROOT_ARN)
    role: dict[str, Any] = house.ask("create_role", role_name=name, assume_role_policy_document=document, **parameters)[
        "Role"
    ]
    return role


def policy(house: House) -> str:
    arn: str = house.ask("create_policy", policy_name="Read", policy_document=READ_ALL)["Policy"]["Arn"]
    return arn


def test_a_new_role_is_told_and_found_in_any_case(house: House) -> None:
    boundary = policy(house)
    role = make(
        house,
        path="/ci/",
        description="ships",
        max_session_duration=7200,
        permissions_boundary=boundary,
        tags=[{"Key": "team", "Value": "a"}],
    )
    assert role["RoleId"].startswith("AROA")
    assert role == {
        "Path": "/ci/",
        "RoleName": "Deploy",
        "RoleId": role["RoleId"],
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/ci/Deploy",
        "CreateDate": NOW,
        "AssumeRolePolicyDocument": role["AssumeRolePolicyDocument"],
        "Description": "ships",
        "MaxSessionDuration": 7200,
        "PermissionsBoundary": role["PermissionsBoundary"],
        "Tags": [{"Key": "team", "Value": "a"}],
    }
    assert json.loads(unquote(role["AssumeRolePolicyDocument"])) == json.loads(trusting(ROOT_ARN))
    assert house.ask("get_role", role_name="dEPLOY") == {"Role": {**role, "RoleLastUsed": {}}}
    with refused(RoleExists, "Role with name DEPLOY already exists."):
        make(house, "DEPLOY")


def test_its_last_use_is_told(house: House) -> None:
    role = make(house)
    house.store.change(lambda tx: last_used.write(tx, {role["RoleId"]: LastUsed(NOW + 5, "sts", "eu-west-1")}))
    told = house.ask("get_role", role_name="Deploy")["Role"]
    assert told["RoleLastUsed"] == {"LastUsedDate": NOW + 5, "Region": "eu-west-1"}


def test_what_cannot_be_made(house: House) -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/Read"
    with refused(NoSuchBoundary, f"Scope ARN: {arn} does not exist or is not attachable."):
        make(house, permissions_boundary=arn)
    with refused(UnreadableArn):
        make(house, permissions_boundary="Read-Read-Read-Read-Read")
    with refused(ReservedTag):
        make(house, tags=[{"Key": "aws:x", "Value": ""}])
    with refused(MalformedPolicy, "This policy contains invalid Json"):
        house.ask("create_role", role_name="Deploy", assume_role_policy_document="{")
    house = house.limited(roles_per_account=1)
    make(house)
    with refused(LimitExceeded, "Cannot exceed quota for RolesPerAccount: 1"):
        make(house, "More")


def test_a_trust_policy_has_a_size(house: House) -> None:
    many = json.loads(trusting(ROOT_ARN))
    many["Statement"][0]["Sid"] = "s" * 2048
    with refused(LimitExceeded, "Cannot exceed quota for ACLSizePerRole: 2048"):
        house.ask("create_role", role_name="Deploy", assume_role_policy_document=json.dumps(many))


def test_roles_are_listed_by_name_and_path_page_by_page(house: House) -> None:
    for name, path in (("b", "/x/"), ("A", "/x/y/"), ("c", "/")):
        make(house, name, path=path, tags=[{"Key": "team", "Value": "a"}])
    first = house.ask("list_roles", max_items=2)
    rest = house.ask("list_roles", max_items=2, marker=first["Marker"])
    assert [role["RoleName"] for role in first["Roles"] + rest["Roles"]] == ["A", "b", "c"]
    assert [role["RoleName"] for role in house.ask("list_roles", path_prefix="/x/")["Roles"]] == ["A", "b"]
    assert not {"Tags", "RoleLastUsed", "PermissionsBoundary"} & first["Roles"][0].keys()


def test_a_role_is_changed_and_what_is_not_passed_stays(house: House) -> None:
    role = make(house, description="ships", max_session_duration=7200)
    house.ask("update_role", role_name="Deploy", max_session_duration=43200)
    assert house.touched == {role["RoleId"]}
    told = house.ask("get_role", role_name="Deploy")["Role"]
    assert (told["Description"], told["MaxSessionDuration"]) == ("ships", 43200)
    assert house.ask("update_role", role_name="Deploy", description="") == {}
    told = house.ask("update_role_description", role_name="Deploy", description="sails")["Role"]
    assert (told["Description"], told["MaxSessionDuration"]) == ("sails", 43200)


def test_a_missing_role(house: House) -> None:
    for operation in ("get_role", "update_role", "delete_role", "list_role_tags", "delete_role_permissions_boundary"):
        with refused(NoSuchRole, "The role with name nobody cannot be found."):
            house.ask(operation, role_name="nobody")
    with refused(NoSuchRole):
        house.ask("update_assume_role_policy", role_name="nobody", policy_document=trusting(ROOT_ARN))


def test_a_role_is_deleted_only_when_empty_and_its_name_begins_anew(house: House) -> None:
    role, arn = make(house, tags=[{"Key": "team", "Value": "a"}], permissions_boundary=policy(house)), policy_arn()
    house.ask("attach_role_policy", role_name="Deploy", policy_arn=arn)
    house.ask("put_role_policy", role_name="Deploy", policy_name="own", policy_document=READ_ALL)
    with refused(DeleteConflict, "Cannot delete entity, must detach all policies first."):
        house.ask("delete_role", role_name="Deploy")
    house.ask("detach_role_policy", role_name="Deploy", policy_arn=arn)
    with refused(DeleteConflict, "Cannot delete entity, must delete policies first."):
        house.ask("delete_role", role_name="Deploy")
    house.ask("delete_role_policy", role_name="Deploy", policy_name="own")
    house.ask("delete_role", role_name="Deploy")
    assert role["RoleId"] in house.touched
    house.ask("delete_policy", policy_arn=arn)
    again = make(house)
    assert again["RoleId"] != role["RoleId"]
    assert "Tags" not in again


def policy_arn() -> str:
    return f"arn:aws:iam::{ACCOUNT}:policy/Read"


def test_a_boundary_is_set_and_lifted(house: House) -> None:
    role, arn = make(house), policy(house)
    house.ask("put_role_permissions_boundary", role_name="Deploy", permissions_boundary=arn)
    assert house.touched == {role["RoleId"]}
    told = house.ask("get_role", role_name="Deploy")["Role"]["PermissionsBoundary"]
    assert told["PermissionsBoundaryArn"] == arn
    assert house.ask("get_policy", policy_arn=arn)["Policy"]["PermissionsBoundaryUsageCount"] == 1
    house.ask("delete_role_permissions_boundary", role_name="Deploy")
    assert "PermissionsBoundary" not in house.ask("get_role", role_name="Deploy")["Role"]
    with refused(NoRoleBoundary):
        house.ask("delete_role_permissions_boundary", role_name="Deploy")
    assert OPERATIONS["iam", "create_role"].keys == {"iam:PermissionsBoundary": "permissions_boundary"}


def test_tags_are_laid_over_and_taken_away(house: House) -> None:
    role = make(house, tags=[{"Key": "Team", "Value": "a"}, {"Key": "env", "Value": "x"}])
    house.ask("tag_role", role_name="Deploy", tags=[{"Key": "team", "Value": "b"}])
    assert role["RoleId"] in house.touched
    assert house.ask("list_role_tags", role_name="Deploy")["Tags"] == [
        {"Key": "env", "Value": "x"},
        {"Key": "team", "Value": "b"},
    ]
    house.ask("untag_role", role_name="Deploy", tag_keys=["ENV", "none"])
    asked = {"role_name": "Deploy"}
    assert house.store.read(lambda tx: role_named(house._asking(tx, ROOT, asked)).tags()) == {"team": "b"}
    many = [{"Key": str(number), "Value": ""} for number in range(50)]
    with refused(LimitExceeded, "Cannot exceed quota for TagsPerRole: 50"):
        house.ask("tag_role", role_name="Deploy", tags=many)


def test_policies_have_tags_too(house: House) -> None:
    arn = policy(house)
    house.ask("tag_policy", policy_arn=arn, tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    house.ask("untag_policy", policy_arn=arn, tag_keys=["a"])
    assert house.ask("list_policy_tags", policy_arn=arn) == {
        "Tags": [{"Key": "b", "Value": "2"}],
        "IsTruncated": False,
    }


def test_an_operation_is_about_the_role_with_its_stored_path(house: House) -> None:
    role = make(house, path="/ci/")
    assert house.target("get_role", role_name="deploy").arn == role["Arn"]
    assert house.target("get_role", role_name="nobody").arn == f"arn:aws:iam::{ACCOUNT}:role/nobody"
    new: dict[str, Any] = {"path": "/x/", "role_name": "More"}
    assert house.target("create_role", **new).arn == f"arn:aws:iam::{ACCOUNT}:role/x/More"


@pytest.mark.parametrize("kind", ["user", "role"])
def test_trust_is_kept_by_unique_id(house: House, kind: str) -> None:
    named: dict[str, Any] = {f"{kind}_name": "ann"}
    trust = {"assume_role_policy_document": trusting(ROOT_ARN)} if kind == "role" else {}
    ann = house.ask(f"create_{kind}", path="/x/", **named | trust)[kind.title()]
    house.ask("create_role", role_name="Deploy", assume_role_policy_document=trusting(ann["Arn"]))
    kept = house.store.read(lambda tx: roles.named(tx, ACCOUNT, "Deploy"))
    assert kept is not None
    unique_id = ann[f"{kind.title()}Id"]
    assert unique_id in kept.trust_policy
    assert ann["Arn"] not in kept.trust_policy
    assert trusted(house.ask("get_role", role_name="Deploy")["Role"]) == [ann["Arn"]]
    house.ask(f"delete_{kind}", **named)
    house.ask(f"create_{kind}", path="/x/", **named | trust)
    assert trusted(house.ask("list_roles")["Roles"][-1]) == [unique_id]


def test_trust_follows_a_renamed_user(house: House) -> None:
    ann = house.ask("create_user", user_name="ann")["User"]
    house.ask("create_role", role_name="Deploy", assume_role_policy_document=trusting(ann["Arn"]))
    house.ask("update_user", user_name="ann", new_user_name="beth")
    assert trusted(house.ask("get_role", role_name="Deploy")["Role"]) == [ann["Arn"].replace("ann", "beth")]


@pytest.mark.parametrize(
    "resource", ["user/nobody", "role/nobody", "user/x/ann", "user/Ann", "role/ann", "user/ann/", "user/"]
)
def test_who_does_not_exist_is_not_trusted(house: House, resource: str) -> None:
    house.ask("create_user", user_name="ann")
    arn = f"arn:aws:iam::{ACCOUNT}:{resource}"
    make(house)
    with refused(MalformedPolicy, f'Invalid principal in policy: "AWS":"{arn}"'):
        house.ask("update_assume_role_policy", role_name="Deploy", policy_document=trusting(arn))


def test_who_is_gone_is_not_trusted_again(house: House) -> None:
    ann = house.ask("create_user", user_name="ann")["User"]
    role = make(house)
    house.ask("update_assume_role_policy", role_name="Deploy", policy_document=trusting(ann["Arn"]))
    assert house.touched == {role["RoleId"]}
    house.ask("delete_user", user_name="ann")
    told = unquote(house.ask("get_role", role_name="Deploy")["Role"]["AssumeRolePolicyDocument"])
    with refused(MalformedPolicy, f'Invalid principal in policy: "AWS":"{ann["UserId"]}"'):
        house.ask("update_assume_role_policy", role_name="Deploy", policy_document=told)
