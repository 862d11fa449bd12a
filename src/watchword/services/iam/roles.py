"""Roles: create, tell, list, change and delete. Their policies, tags and boundaries have files of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from watchword.domain.ids import Prefix, mint_unique_id
from watchword.policy import MalformedPolicy
from watchword.services.iam import boundaries, paging, tagging
from watchword.services.iam.policy_refusals import NoSuchBoundary, NoSuchRole, RoleExists, UnreadableArn
from watchword.services.iam.refusals import (
    DeleteConflict,
    DuplicateTagKeys,
    InvalidMarker,
    LimitExceeded,
    ReservedTag,
)
from watchword.services.iam.role_targets import LINKED_PATH, changeable_role, found_role, role_named
from watchword.services.iam.service_linked_role_refusals import ProtectedRole, ReservedPath
from watchword.services.iam.targets import to_create, under_path
from watchword.services.iam.trust import Teller, pinned
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import attachments, inline_policies, instance_profiles, last_used, roles
from watchword.store import tags as kept_tags
from watchword.store.roles import Role
from watchword.store.tx import Tx

DEFAULT_SESSION_SECONDS = 3600
"""Source: IAM API, CreateRole, MaxSessionDuration."""


@operation(
    "iam",
    way=Way.CHANGE,
    on=to_create("role"),
    journal=(
        "path",
        "role_name",
        "assume_role_policy_document",
        "description",
        "max_session_duration",
        "permissions_boundary",
        "tags",
    ),
    raises=(
        MalformedPolicy,
        ReservedPath,
        DuplicateTagKeys,
        ReservedTag,
        RoleExists,
        UnreadableArn,
        NoSuchBoundary,
        LimitExceeded,
    ),
    keys={"iam:PermissionsBoundary": "permissions_boundary"},
    also=tagging.needed_to_tag("iam:TagRole"),
)
def create_role(
    call: Call,
    *,
    path: str | None = None,
    role_name: str,
    assume_role_policy_document: str,
    description: str | None = None,
    max_session_duration: int | None = None,
    permissions_boundary: str | None = None,
    tags: tagging.Passed | None = None,
) -> Reply:
    """Make a role that whom its trust policy names may assume.

    Raises MalformedPolicy, ReservedPath, DuplicateTagKeys, ReservedTag, RoleExists, UnreadableArn, NoSuchBoundary,
    LimitExceeded.   Source: IAM API, CreateRole.
    """
    trust_policy = pinned(call, assume_role_policy_document)
    if path is not None and path.startswith(LINKED_PATH):
        raise ReservedPath
    tagging.read(tags)
    _refuse_taken(call, role_name)
    role = Role(
        id=mint_unique_id(Prefix.ROLE, call.random),
        account=call.account,
        name=role_name,
        path=path or "/",
        description=description,
        trust_policy=trust_policy,
        max_session_seconds=max_session_duration or DEFAULT_SESSION_SECONDS,
        boundary_arn=None if permissions_boundary is None else boundaries.boundary_named(call, permissions_boundary),
        created_at=call.now,
    )
    roles.add(call.tx, role)
    tagging.put(call, role.id, tags, quota="TagsPerRole")
    return {"Role": whole(call, role)}


@operation("iam", way=Way.READ, on=role_named, journal=("role_name",), raises=(NoSuchRole,))
def get_role(call: Call, *, role_name: str) -> Reply:  # noqa: ARG001 - read by the target
    """Tell of a role, whom it trusts, and when it was last used.

    Raises NoSuchRole.   Source: IAM API, GetRole.
    """
    role = found_role(call)
    return {"Role": {**whole(call, role), "RoleLastUsed": _last_used(call.tx, role)}}


@operation(
    "iam", way=Way.READ, on=under_path("role"), journal=("path_prefix", "marker", "max_items"), raises=(InvalidMarker,)
)
def list_roles(
    call: Call, *, path_prefix: str | None = None, marker: str | None = None, max_items: int | None = None
) -> Reply:
    """List roles by name, those under a path if one is given.

    Raises InvalidMarker.   Source: IAM API, ListRoles.
    """
    page = paging.page(call, "Roles", marker, max_items)
    rows = roles.page(call.tx, call.account, path_prefix=path_prefix or "/", after=page.after, limit=page.fetch)
    teller = Teller(call.tx)
    return page.reply(
        rows, tell=lambda role: _listed(role, teller), position=lambda role: role.name.lower(), reached=rows.reached
    )


@operation(
    "iam",
    way=Way.CHANGE,
    on=role_named,
    journal=("role_name", "description", "max_session_duration"),
    raises=(NoSuchRole, ProtectedRole),
)
def update_role(
    call: Call,
    *,
    role_name: str,  # noqa: ARG001 - read by the target
    description: str | None = None,
    max_session_duration: int | None = None,
) -> Reply:
    """Describe a role anew, or let its later sessions last longer or shorter; what is not passed stays.

    Of a service-linked role only the description may change.

    Raises NoSuchRole, ProtectedRole.   Source: IAM API, UpdateRole; IAM User Guide, "Edit a service-linked role".
    """
    role = found_role(call) if max_session_duration is None else changeable_role(call)
    if description is not None:
        roles.set_description(call.tx, role.id, description)
    if max_session_duration is not None:
        roles.set_max_session(call.tx, role.id, max_session_duration)
    return {}


@operation("iam", way=Way.CHANGE, on=role_named, journal=("role_name", "description"), raises=(NoSuchRole,))
def update_role_description(call: Call, *, role_name: str, description: str) -> Reply:  # noqa: ARG001 - as above
    """Describe a role anew.

    Raises NoSuchRole.   Source: IAM API, UpdateRoleDescription.
    """
    role = found_role(call)
    roles.set_description(call.tx, role.id, description)
    return {"Role": whole(call, replace(role, description=description))}


@operation(
    "iam",
    way=Way.CHANGE,
    on=role_named,
    journal=("role_name", "policy_document"),
    raises=(NoSuchRole, ProtectedRole, MalformedPolicy, LimitExceeded),
)
def update_assume_role_policy(call: Call, *, role_name: str, policy_document: str) -> Reply:  # noqa: ARG001 - as above
    """Replace whom a role trusts. Sessions that were given out before stay.

    Raises NoSuchRole, ProtectedRole, MalformedPolicy, LimitExceeded.   Source: IAM API, UpdateAssumeRolePolicy.
    """
    role = changeable_role(call)
    roles.set_trust_policy(call.tx, role.id, pinned(call, policy_document))
    return {}


@operation(
    "iam", way=Way.CHANGE, on=role_named, journal=("role_name",), raises=(NoSuchRole, ProtectedRole, DeleteConflict)
)
def delete_role(call: Call, *, role_name: str) -> Reply:  # noqa: ARG001 - read by the target
    """Delete a role that has no policies left. Its sessions open nothing from that moment.

    Raises NoSuchRole, ProtectedRole, DeleteConflict.   Source: IAM API, DeleteRole.
    """
    role = changeable_role(call)
    if instance_profiles.count_of_role(call.tx, role.id):
        raise DeleteConflict(first="remove roles from instance profile")
    if attachments.count_of(call.tx, role.id):
        raise DeleteConflict(first="detach all policies")
    if inline_policies.has_any(call.tx, role.id):
        raise DeleteConflict(first="delete policies")
    roles.remove(call.tx, role)
    return {}


def _refuse_taken(call: Call, name: str) -> None:
    if roles.named(call.tx, call.account, name) is not None:
        raise RoleExists(name=name)
    limit = call.quotas.roles_per_account
    if roles.count(call.tx, call.account) >= limit:
        raise LimitExceeded(quota="RolesPerAccount", limit=limit)


def _listed(role: Role, teller: Teller) -> dict[str, Any]:
    """Write a role as listings hold it.  Source: IAM API, ListRoles: without tags, boundary and last use."""
    told = {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn,
        "CreateDate": role.created_at,
        "AssumeRolePolicyDocument": teller.tell(role.trust_policy),
        "MaxSessionDuration": role.max_session_seconds,
    }
    return told if role.description is None else {**told, "Description": role.description}


def whole(call: Call, role: Role) -> dict[str, Any]:
    """Write a role as the operations on it alone tell of it."""
    told = {**_listed(role, Teller(call.tx)), **boundaries.told(role.boundary_arn)}
    had = kept_tags.of(call.tx, role.id)
    return {**told, "Tags": tagging.told(had)} if had else told


def _last_used(tx: Tx, role: Role) -> dict[str, Any]:
    used = last_used.of(tx, [role.id]).get(role.id)
    return {} if used is None else {"LastUsedDate": used.at, "Region": used.region}
