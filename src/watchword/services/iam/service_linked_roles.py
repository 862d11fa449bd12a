"""Service-linked roles: create one, delete one, and tell what became of a deletion.

Only the service whose role it is may assume it, and nobody changes what it may do: see `role_targets`.
"""

from __future__ import annotations

import json
import re
import uuid

from watchword.domain.arn import iam_arn
from watchword.domain.ids import Prefix, mint_unique_id
from watchword.services.iam.linked_services import LINKED_SERVICES, LinkedService
from watchword.services.iam.policy_refusals import NoSuchRole
from watchword.services.iam.refusals import LimitExceeded
from watchword.services.iam.role_targets import LINKED_PATH, found_role, is_linked, role_named
from watchword.services.iam.roles import DEFAULT_SESSION_SECONDS, whole
from watchword.services.iam.service_linked_role_refusals import (
    LinkedRoleExists,
    NameTooLong,
    NoSuchTask,
    NoTemplate,
    SuffixNotAllowed,
    UnreadableTask,
)
from watchword.services.operation import Asking, Call, Reply, Target, Way, operation
from watchword.store import attachments, aws_policies, instance_profiles, role_deletions, roles, tags
from watchword.store.role_deletions import FAILED, SUCCEEDED, RoleDeletion
from watchword.store.roles import Role

LONGEST_NAME = 64
"""Source: iam model, roleNameType."""

_TASK = re.compile(r"task/(aws-service-role/[^/]+/([^/]+))/[0-9a-f-]{36}")


def role_to_link(asking: Asking) -> Target:
    """The role that is about to be made; under its service's path, where the service is not known here."""
    asked, account = asking.parameters, asking.caller.account
    service = asked["aws_service_name"]
    linked = LINKED_SERVICES.get(service)
    name = "" if linked is None else linked.role_name(asked.get("custom_suffix"))
    return Target(iam_arn(account, f"role{LINKED_PATH}{service}/{name}"), account)


@operation(
    "iam",
    way=Way.CHANGE,
    on=role_to_link,
    journal=("aws_service_name", "description", "custom_suffix"),
    told=("Role.RoleName", "Role.RoleId", "Role.Arn", "Role.CreateDate"),
    raises=(NoTemplate, SuffixNotAllowed, NameTooLong, LinkedRoleExists, LimitExceeded),
    keys={"iam:AWSServiceName": "aws_service_name"},
)
def create_service_linked_role(
    call: Call, *, aws_service_name: str, description: str | None = None, custom_suffix: str | None = None
) -> Reply:
    """Make the role that a service works with in this account, with what AWS lets it do.

    Raises NoTemplate, SuffixNotAllowed, NameTooLong, LinkedRoleExists, LimitExceeded.
    Source: IAM API, CreateServiceLinkedRole.
    """
    linked = LINKED_SERVICES.get(aws_service_name)
    if linked is None:
        raise NoTemplate(service=aws_service_name)
    if custom_suffix is not None and not linked.several:
        raise SuffixNotAllowed(service=aws_service_name)
    name = linked.role_name(custom_suffix)
    _refuse_name(call, name)
    role = Role(
        id=mint_unique_id(Prefix.ROLE, call.random),
        account=call.account,
        name=name,
        path=f"{LINKED_PATH}{aws_service_name}/",
        description=description,
        trust_policy=_trusting(aws_service_name),
        max_session_seconds=DEFAULT_SESSION_SECONDS,
        boundary_arn=None,
        created_at=call.now,
    )
    roles.add(call.tx, role)
    _let(call, role, linked)
    return {"Role": whole(call, role)}


@operation(
    "iam",
    way=Way.CHANGE,
    on=role_named,
    journal=("role_name",),
    told=("DeletionTaskId",),
    raises=(NoSuchRole,),
)
def delete_service_linked_role(call: Call, *, role_name: str) -> Reply:
    """Delete a service-linked role with its policies, unless something holds it; what became of it is told when asked.

    Raises NoSuchRole, also for a role that is no service's.   Source: IAM API, DeleteServiceLinkedRole.
    """
    role = found_role(call)
    if not is_linked(role):
        raise NoSuchRole(name=role_name)
    task = f"task{role.path}{role.name}/{uuid.UUID(bytes=call.random(16), version=4)}"
    held = instance_profiles.count_of_role(call.tx, role.id)
    reason = f"The role is in {held} instance profiles." if held else None
    if not held:
        _forget(call, role)
    status = FAILED if held else SUCCEEDED
    role_deletions.add(call.tx, RoleDeletion(task, call.account, status, reason, call.now))
    return {"DeletionTaskId": task}


def role_of_task(asking: Asking) -> Target:
    """The role that a deletion is about, gone or not.

    Raises UnreadableTask.
    """
    task, account, tx = asking.parameters["deletion_task_id"], asking.caller.account, asking.tx
    parsed = _TASK.fullmatch(task)
    if parsed is None:
        raise UnreadableTask(id=task)
    arn, role = iam_arn(account, f"role/{parsed[1]}"), roles.named(tx, account, parsed[2])
    if role is None or role.arn != arn:
        return Target(arn, account)
    return Target(arn, account, tags=lambda: tags.of(tx, role.id))


@operation(
    "iam",
    way=Way.READ,
    on=role_of_task,
    journal=("deletion_task_id",),
    raises=(UnreadableTask, NoSuchTask),
)
def get_service_linked_role_deletion_status(call: Call, *, deletion_task_id: str) -> Reply:
    """Tell what became of a deletion, and why it failed if it did.

    Raises UnreadableTask, NoSuchTask.   Source: IAM API, GetServiceLinkedRoleDeletionStatus.
    """
    deletion = role_deletions.by_id(call.tx, call.account, deletion_task_id)
    if deletion is None:
        raise NoSuchTask(id=deletion_task_id)
    told = {"Status": deletion.status}
    return told if deletion.reason is None else {**told, "Reason": {"Reason": deletion.reason}}


def _refuse_name(call: Call, name: str) -> None:
    if len(name) > LONGEST_NAME:
        raise NameTooLong(name=name)
    if roles.named(call.tx, call.account, name) is not None:
        raise LinkedRoleExists(name=name)
    limit = call.quotas.roles_per_account
    if roles.count(call.tx, call.account) >= limit:
        raise LimitExceeded(quota="RolesPerAccount", limit=limit)


def _trusting(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _let(call: Call, role: Role, linked: LinkedService) -> None:
    """Attach the service's policy. One that AWS has withdrawn from its policies leaves the role without any."""
    policy = aws_policies.by_arn(linked.policy_arn)
    if policy is not None:
        aws_policies.keep(call.tx, policy)
        attachments.attach(call.tx, role.id, policy.id)


def _forget(call: Call, role: Role) -> None:
    limit = attachments.count_of(call.tx, role.id)
    for attached in attachments.page(call.tx, role.id, path_prefix="/", after="", limit=limit):
        attachments.detach(call.tx, role.id, attached.policy_id)
    roles.remove(call.tx, role)
