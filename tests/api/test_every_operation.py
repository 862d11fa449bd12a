"""Every offered operation is called and its answer held against its shape; every declaration against the model."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.model import OperationModel, StructureShape

from tests.api.answers import Watched
from tests.api.story import chapters
from tests.support.authority import Authority, botocore_session
from tests.support.lines import line
from tests.support.refusals import refused, sealed
from tests.support.wire import VERSIONS, send, signed
from watchword.compose import offer
from watchword.compose.authority import SERVICES
from watchword.services.operation import OPERATIONS, Operation, Way
from watchword.wire import Catalog
from watchword.wire.names import snake

offer(SERVICES)
CATALOG = Catalog.load(SERVICES)
OFFERED = {
    (service, name): OPERATIONS[service, snake(name)]
    for service in SERVICES
    for name in CATALOG.operation_names(service)
    if (service, snake(name)) in OPERATIONS
}
LACKING = sorted(
    (service, name)
    for service in SERVICES
    for name in CATALOG.operation_names(service)
    if (service, name) not in OFFERED
)
COMMON = {("ValidationError", 400), ("AccessDenied", 403)}
"""Source: IAM and STS, Common Errors."""
ELSEWHERE = {
    ("sts", "AssumeRole", "InvalidParameterValue"),  # session tags, as recorded from AWS
    ("sts", "GetFederationToken", "InvalidParameterValue"),  # likewise
    ("iam", "CreateRole", "NoSuchEntity"),  # a boundary that does not exist, as CreateUser's model has it
    ("iam", "GetAccessKeyLastUsed", "NoSuchEntity"),  # a key that does not exist
}
"""Codes that AWS answers and its model does not name; those of other chapters stand there."""
ELSEWHERE.update(*(getattr(chapter, "ELSEWHERE", ()) for chapter in chapters()))

TEAM = [{"Key": "team", "Value": "blue"}]
READING = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:Get*", "Resource": "*"}]}
)


def every(ids: Iterable[tuple[str, str]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("service", "name"), sorted(ids), ids=lambda part: part)


@cache
def shapes(service: str, name: str) -> OperationModel:
    """Give botocore's own model of an operation."""
    model: OperationModel = botocore_session().get_service_model(service).operation_model(name)
    return model


def test_every_operation_answers_in_its_shape(authority: Authority) -> None:
    watched = Watched(authority)
    iam = watched.client("iam")
    trust = trusting(authority)
    policy = managed_policy(iam)
    role = a_role(iam, trust, policy)
    key = a_user(iam, policy)
    a_group(iam, policy)
    sessions(watched, role, key)
    deletions(iam, policy, key["AccessKeyId"])
    for chapter in chapters():
        chapter.tell(watched)
    server(watched)
    assert watched.called == set(OFFERED), "an operation without its line here, or a line without its operation"


def trusting(authority: Authority) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{authority.account_id}:root"},
        "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def managed_policy(iam: Any) -> str:
    arn: str = iam.create_policy(
        PolicyName="Reading", Path="/all/", PolicyDocument=READING, Description="reads", Tags=TEAM
    )["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=READING)
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v2")
    iam.get_policy_version(PolicyArn=arn, VersionId="v1")
    iam.list_policy_versions(PolicyArn=arn)
    iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "more", "Value": ""}])
    iam.untag_policy(PolicyArn=arn, TagKeys=["more"])
    iam.list_policy_tags(PolicyArn=arn)
    iam.get_policy(PolicyArn=arn)
    return arn


def a_role(iam: Any, trust: str, policy: str) -> str:
    role: dict[str, Any] = iam.create_role(
        RoleName="Reader",
        Path="/ops/",
        AssumeRolePolicyDocument=trust,
        Description="reads",
        MaxSessionDuration=7200,
        PermissionsBoundary=policy,
        Tags=TEAM,
    )["Role"]
    iam.put_role_permissions_boundary(RoleName="Reader", PermissionsBoundary=policy)
    iam.put_role_policy(RoleName="Reader", PolicyName="own", PolicyDocument=READING)
    iam.get_role_policy(RoleName="Reader", PolicyName="own")
    iam.list_role_policies(RoleName="Reader")
    iam.attach_role_policy(RoleName="Reader", PolicyArn=policy)
    iam.list_attached_role_policies(RoleName="Reader")
    iam.tag_role(RoleName="Reader", Tags=[{"Key": "more", "Value": "é\u4e2d"}])
    iam.untag_role(RoleName="Reader", TagKeys=["more"])
    iam.list_role_tags(RoleName="Reader")
    iam.update_role(RoleName="Reader", MaxSessionDuration=3600)
    iam.update_role_description(RoleName="Reader", Description="<&> \u00e9\n")
    iam.update_assume_role_policy(RoleName="Reader", PolicyDocument=trust)
    iam.list_roles(PathPrefix="/ops/")
    iam.get_role(RoleName="Reader")
    return str(role["Arn"])


def a_user(iam: Any, policy: str) -> dict[str, Any]:
    iam.create_user(UserName="ann", Path="/people/", PermissionsBoundary=policy, Tags=TEAM)
    iam.put_user_permissions_boundary(UserName="ann", PermissionsBoundary=policy)
    iam.get_user(UserName="ann")
    iam.delete_user_permissions_boundary(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=READING)
    iam.get_user_policy(UserName="ann", PolicyName="own")
    iam.list_user_policies(UserName="ann")
    iam.attach_user_policy(UserName="ann", PolicyArn=policy)
    iam.list_attached_user_policies(UserName="ann")
    iam.tag_user(UserName="ann", Tags=[{"Key": "more", "Value": "x"}])
    iam.untag_user(UserName="ann", TagKeys=["more"])
    iam.list_user_tags(UserName="ann")
    iam.list_users(PathPrefix="/people/")
    iam.get_user()
    key: dict[str, Any] = iam.create_access_key(UserName="ann")["AccessKey"]
    iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])
    iam.list_access_keys(UserName="ann")
    return key


def a_group(iam: Any, policy: str) -> None:
    iam.create_group(GroupName="team", Path="/ops/")
    iam.put_group_policy(GroupName="team", PolicyName="own", PolicyDocument=READING)
    iam.get_group_policy(GroupName="team", PolicyName="own")
    iam.list_group_policies(GroupName="team")
    iam.attach_group_policy(GroupName="team", PolicyArn=policy)
    iam.list_attached_group_policies(GroupName="team")
    iam.add_user_to_group(GroupName="team", UserName="ann")
    iam.get_group(GroupName="team")
    iam.list_groups(PathPrefix="/ops/")
    iam.list_groups_for_user(UserName="ann")
    iam.list_entities_for_policy(PolicyArn=policy)
    iam.list_policies(Scope="Local", OnlyAttached=True)


def sessions(watched: Watched, role: str, key: dict[str, Any]) -> None:
    sts = watched.client("sts")
    of_user = sts.get_session_token(DurationSeconds=900)
    of_role = sts.assume_role(
        RoleArn=role,
        RoleSessionName="run-7",
        DurationSeconds=900,
        Policy=READING,
        Tags=TEAM,
        TransitiveTagKeys=["team"],
        SourceIdentity="ann",
    )
    of_guest = sts.get_federation_token(Name="guest", Policy=READING, Tags=TEAM)
    for session in (of_user, of_role, of_guest):
        watched.client("sts", session["Credentials"]).get_caller_identity()
    watched.client("sts", key).get_caller_identity()
    sts.get_access_key_info(AccessKeyId=key["AccessKeyId"])
    iam = watched.client("iam")
    assert iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["AccessKeyLastUsed"]["ServiceName"] == "sts"
    assert iam.get_role(RoleName="Reader")["Role"]["RoleLastUsed"]["Region"] == "us-east-1"
    with pytest.raises(ClientError) as denied:
        watched.client("iam", key).list_users()
    sts.decode_authorization_message(EncodedMessage=sealed(denied.value.response["Error"]["Message"]))


def deletions(iam: Any, policy: str, key_id: str) -> None:
    iam.update_access_key(UserName="ann", AccessKeyId=key_id, Status="Inactive")
    iam.delete_access_key(UserName="ann", AccessKeyId=key_id)
    iam.remove_user_from_group(GroupName="team", UserName="ann")
    iam.detach_user_policy(UserName="ann", PolicyArn=policy)
    iam.delete_user_policy(UserName="ann", PolicyName="own")
    iam.update_user(UserName="ann", NewUserName="anna", NewPath="/")
    iam.delete_user(UserName="anna")
    iam.detach_group_policy(GroupName="team", PolicyArn=policy)
    iam.delete_group_policy(GroupName="team", PolicyName="own")
    iam.update_group(GroupName="team", NewGroupName="crew")
    iam.delete_group(GroupName="crew")
    iam.detach_role_policy(RoleName="Reader", PolicyArn=policy)
    iam.delete_role_policy(RoleName="Reader", PolicyName="own")
    iam.delete_role_permissions_boundary(RoleName="Reader")
    iam.delete_role(RoleName="Reader")
    iam.delete_policy_version(PolicyArn=policy, VersionId="v1")
    iam.delete_policy(PolicyArn=policy)


def server(watched: Watched) -> None:
    own = watched.client("watchword")
    own.get_server_information()
    own.advance_clock(Seconds=60)
    own.reset_sandbox()


def test_every_offered_operation_is_in_its_model() -> None:
    assert {(service, snake(name)) for service, name in OFFERED} == set(OPERATIONS)


@every(OFFERED)
def test_a_handler_takes_what_the_model_says(service: str, name: str) -> None:
    wire = CATALOG.operation(service, name)
    _, *parameters = inspect.signature(OFFERED[service, name].handler).parameters.values()
    assert {parameter.name for parameter in parameters} == set(wire.inputs)
    assert all(parameter.kind is inspect.Parameter.KEYWORD_ONLY for parameter in parameters)
    needed = {parameter.name for parameter in parameters if parameter.default is inspect.Parameter.empty}
    assert needed == set(wire.required)
    assert all(parameter.default in {None, inspect.Parameter.empty} for parameter in parameters)


@every(OFFERED)
def test_a_declaration_names_what_exists(service: str, name: str) -> None:
    declared, wire = OFFERED[service, name], CATALOG.operation(service, name)
    assert set(declared.journal) <= set(wire.inputs)
    assert set(declared.keys.values()) <= set(wire.inputs)
    for path in declared.told:
        shape: Any = shapes(service, name).output_shape
        for step in path.split("."):
            assert isinstance(shape, StructureShape)
            shape = shape.members[step]
        assert not shape.metadata.get("sensitive")


@every(OFFERED)
def test_no_secret_parameter_is_kept_on_record(service: str, name: str) -> None:
    given = shapes(service, name).input_shape
    secret = {snake(key) for key, shape in given.members.items() if shape.metadata.get("sensitive")} if given else set()
    assert secret.isdisjoint(OFFERED[service, name].journal)
    assert "token_code" not in OFFERED[service, name].journal


@every(OFFERED)
def test_declared_refusals_are_awss(service: str, name: str) -> None:
    modelled = {CATALOG.errors(service)[shape.name] for shape in shapes(service, name).error_shapes}
    for refusal in OFFERED[service, name].raises:
        known = (refusal.code, refusal.status) in modelled | COMMON or (service, name, refusal.code) in ELSEWHERE
        assert known, (refusal.__name__, refusal.code, refusal.status)


@every(OFFERED)
def test_reading_and_changing_are_told_apart(service: str, name: str) -> None:
    offered: Operation = OFFERED[service, name]
    if service == "iam":
        assert (offered.way is not Way.CHANGE) == name.startswith(("Get", "List", "Simulate"))


def test_what_is_not_offered_says_so(authority: Authority) -> None:
    assert len(LACKING) > 50
    for service, name in LACKING:
        status, code, message = plainly(authority, service, name)
        assert (status, code) == (501, "NotImplemented"), (service, name)
        assert message.startswith(f"`{name}` of `{service}` is not offered here"), message


def plainly(authority: Authority, service: str, name: str) -> tuple[int, str, str]:
    """Ask without parameters, in the protocol of the service; gives status, code and message."""
    if service in VERSIONS:
        answer = send(authority, signed(authority, service, {"Action": name, "Version": VERSIONS[service]}))
        return answer.status, answer.code or "", answer.message or ""
    with line(authority) as kept:
        answer = kept.json(service, f"{CATALOG.services[service].model.metadata.target_prefix}.{name}")
    told = json.loads(answer.body)
    return answer.status, told["__type"], told["message"]


def test_an_action_that_nobody_knows_is_invalid(authority: Authority, iam: Any) -> None:
    answer = send(authority, signed(authority, "iam", {"Action": "MakeUser"}))
    assert (answer.status, answer.code) == (400, "InvalidAction")
    assert answer.message == "Could not find operation MakeUser for version 2010-05-08"
    old = send(authority, signed(authority, "iam", {"Action": "ListUsers", "Version": "2009-01-01"}))
    assert (old.status, old.code) == (400, "InvalidAction")
    with refused("NoSuchEntity"):
        iam.get_user(UserName="ann")
