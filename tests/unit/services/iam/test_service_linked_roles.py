from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

import pytest

from tests.support.stores import ACCOUNT, NOW
from tests.unit.services.iam.documents import READ_ALL, trusting
from tests.unit.services.iam.house import House, refused
from watchword.services.iam.linked_services import LINKED_SERVICES
from watchword.services.iam.policy_refusals import NoSuchRole
from watchword.services.iam.refusals import LimitExceeded
from watchword.services.iam.service_linked_role_refusals import (
    LinkedRoleExists,
    NameTooLong,
    NoSuchTask,
    NoTemplate,
    ProtectedRole,
    ReservedPath,
    SuffixNotAllowed,
    UnreadableTask,
)
from watchword.store import attachments, aws_policies, instance_profiles, roles
from watchword.store.instance_profiles import InstanceProfile

ECS = "ecs.amazonaws.com"
ROLE = "AWSServiceRoleForECS"
TRUST = trusting(f"arn:aws:iam::{ACCOUNT}:root")
PROTECTED = f"Cannot perform the operation on the protected role '{ROLE}' - this role is only modifiable by AWS"


def make(house: House, service: str = ECS, **parameters: Any) -> dict[str, Any]:
    role: dict[str, Any] = house.ask("create_service_linked_role", aws_service_name=service, **parameters)["Role"]
    return role


def test_every_service_has_a_role_of_its_own_and_a_policy_of_aws() -> None:
    assert len(LINKED_SERVICES) > 70
    names = {linked.role_name(None) for linked in LINKED_SERVICES.values()}
    assert len(names) == len(LINKED_SERVICES)
    assert all(len(name) <= 64 for name in names)
    assert [one for one in LINKED_SERVICES.values() if aws_policies.by_arn(one.policy_arn) is None] == []


def test_a_role_is_its_services_own(house: House) -> None:
    role = make(house)
    assert role == {
        "Path": f"/aws-service-role/{ECS}/",
        "RoleName": ROLE,
        "RoleId": role["RoleId"],
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/{ECS}/{ROLE}",
        "CreateDate": NOW,
        "AssumeRolePolicyDocument": role["AssumeRolePolicyDocument"],
        "MaxSessionDuration": 3600,
    }
    trust = json.loads(unquote(role["AssumeRolePolicyDocument"]))
    assert [one["Principal"] for one in trust["Statement"]] == [{"Service": ECS}]
    assert house.ask("get_role", role_name=ROLE) == {"Role": {**role, "RoleLastUsed": {}}}
    attached = house.ask("list_attached_role_policies", role_name=ROLE)["AttachedPolicies"]
    arn = "arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy"
    assert attached == [{"PolicyName": "AmazonECSServiceRolePolicy", "PolicyArn": arn}]
    assert make(house, "batch.amazonaws.com", description="runs")["Description"] == "runs"


def test_a_suffix_makes_another_where_the_service_has_several(house: House) -> None:
    scaling = "autoscaling.amazonaws.com"
    make(house, scaling)
    assert make(house, scaling, custom_suffix="debug")["RoleName"] == "AWSServiceRoleForAutoScaling_debug"
    taken = "Service role name {} has been taken in this account, please try a different suffix."
    with refused(LinkedRoleExists, taken.format("AWSServiceRoleForAutoScaling_DEBUG")):
        make(house, scaling, custom_suffix="DEBUG")
    with refused(LinkedRoleExists, taken.format("AWSServiceRoleForAutoScaling")):
        make(house, scaling)
    with refused(SuffixNotAllowed, f"Custom suffix is not allowed for {ECS}"):
        make(house, custom_suffix="x")
    with refused(NameTooLong):
        make(house, scaling, custom_suffix="x" * 36)
    assert len(make(house, scaling, custom_suffix="x" * 35)["RoleName"]) == 64


def test_what_cannot_be_made(house: House) -> None:
    with refused(NoTemplate, "Cannot find Service Linked Role template for Ecs.amazonaws.com"):
        make(house, "Ecs.amazonaws.com")
    with refused(LimitExceeded, "Cannot exceed quota for RolesPerAccount: 0"):
        make(house.limited(roles_per_account=0))
    with refused(ReservedPath, "Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles"):
        house.ask("create_role", role_name="x", path=f"/aws-service-role/{ECS}/", assume_role_policy_document=TRUST)


def test_what_it_would_be_is_what_is_decided_on(house: House) -> None:
    def arn(**parameters: Any) -> str:
        return house.target("create_service_linked_role", **parameters).arn

    path = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role"
    assert arn(aws_service_name=ECS) == f"{path}/{ECS}/{ROLE}"
    lex = "lexv2.amazonaws.com"
    assert arn(aws_service_name=lex, custom_suffix="a") == f"{path}/{lex}/AWSServiceRoleForLexV2Bots_a"
    assert arn(aws_service_name="no.such") == f"{path}/no.such/"


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("attach_role_policy", {"policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),
        (
            "detach_role_policy",
            {"policy_arn": "arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy"},
        ),
        ("put_role_policy", {"policy_name": "own", "policy_document": READ_ALL}),
        ("delete_role_policy", {"policy_name": "own"}),
        ("update_assume_role_policy", {"policy_document": TRUST}),
        ("update_role", {"max_session_duration": 7200, "description": "mine"}),
        ("put_role_permissions_boundary", {"permissions_boundary": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),
        ("delete_role_permissions_boundary", {}),
        ("delete_role", {}),
    ],
)
def test_nobody_else_changes_it(house: House, name: str, more: dict[str, Any]) -> None:
    role = make(house)
    with refused(ProtectedRole, PROTECTED):
        house.ask(name, role_name=ROLE.lower(), **more)
    assert house.ask("get_role", role_name=ROLE) == {"Role": {**role, "RoleLastUsed": {}}}


def test_it_may_be_described_and_tagged(house: House) -> None:
    make(house)
    house.ask("update_role", role_name=ROLE, description="one")
    assert house.ask("update_role_description", role_name=ROLE, description="two")["Role"]["Description"] == "two"
    house.ask("tag_role", role_name=ROLE, tags=[{"Key": "team", "Value": "a"}])
    house.ask("untag_role", role_name=ROLE, tag_keys=["team"])


def test_a_deletion_is_a_task(house: House) -> None:
    role = make(house)
    house.ask("tag_role", role_name=ROLE, tags=[{"Key": "team", "Value": "a"}])
    task = house.ask("delete_service_linked_role", role_name=ROLE)["DeletionTaskId"]
    assert re.fullmatch(rf"task/aws-service-role/{ECS}/{ROLE}/[0-9a-f-]{{36}}", task)
    assert {role["RoleId"], role["Arn"]} <= house.touched
    assert house.ask("get_service_linked_role_deletion_status", deletion_task_id=task) == {"Status": "SUCCEEDED"}
    with refused(NoSuchRole):
        house.ask("get_role", role_name=ROLE)
    assert house.store.read(lambda tx: attachments.count_of(tx, role["RoleId"])) == 0
    assert house.target("get_service_linked_role_deletion_status", deletion_task_id=task).arn == role["Arn"]
    assert make(house)["RoleId"] != role["RoleId"]


def test_only_a_service_linked_role_is_deleted_so(house: House) -> None:
    house.ask("create_role", role_name="web", assume_role_policy_document=TRUST)
    for name in ("web", "nobody"):
        with refused(NoSuchRole, f"The role with name {name} cannot be found."):
            house.ask("delete_service_linked_role", role_name=name)
    house.ask("get_role", role_name="web")


def test_a_role_that_something_holds_stays(house: House) -> None:
    role = make(house)
    profile = InstanceProfile("AIPAWEB", ACCOUNT, "web", "/", role["RoleId"], NOW)
    house.store.change(lambda tx: instance_profiles.add(tx, profile))
    task = house.ask("delete_service_linked_role", role_name=ROLE)["DeletionTaskId"]
    told = house.ask("get_service_linked_role_deletion_status", deletion_task_id=task)
    assert told == {"Status": "FAILED", "Reason": {"Reason": "The role is in 1 instance profiles."}}
    assert house.store.read(lambda tx: roles.by_id(tx, role["RoleId"])) is not None
    target = house.target("get_service_linked_role_deletion_status", deletion_task_id=task)
    house.ask("tag_role", role_name=ROLE, tags=[{"Key": "team", "Value": "a"}])
    target = house.target("get_service_linked_role_deletion_status", deletion_task_id=task)
    assert target.arn == role["Arn"]


def test_tasks_that_are_none(house: House) -> None:
    for task in ("task/x", "x", f"task/aws-service-role/{ECS}/{ROLE}/1\n", f"task/aws-service-role/{ROLE}/{'0' * 36}"):
        with refused(UnreadableTask, f"The deletion task id {task} is not valid."):
            house.ask("get_service_linked_role_deletion_status", deletion_task_id=task)
    task = f"task/aws-service-role/{ECS}/{ROLE}/{'0' * 36}"
    with refused(NoSuchTask, f"The deletion task with id {task} cannot be found."):
        house.ask("get_service_linked_role_deletion_status", deletion_task_id=task)
