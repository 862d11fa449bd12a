"""Instance profiles: create, tell, list and delete. Their roles and tags have files of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from watchword.domain.ids import Prefix, mint_unique_id
from watchword.services.iam import paging, tagging
from watchword.services.iam.instance_profile_refusals import InstanceProfileExists, NoSuchInstanceProfile
from watchword.services.iam.instance_profile_targets import found_profile, profile_named, profile_to_create
from watchword.services.iam.policy_refusals import NoSuchRole
from watchword.services.iam.refusals import (
    DeleteConflict,
    DuplicateTagKeys,
    InvalidMarker,
    LimitExceeded,
    ReservedTag,
)
from watchword.services.iam.role_targets import found_role, role_named
from watchword.services.iam.targets import under_path
from watchword.services.iam.trust import Teller
from watchword.services.operation import Call, Reply, Way, operation
from watchword.store import instance_profiles, roles
from watchword.store import tags as kept_tags
from watchword.store.instance_profiles import InstanceProfile
from watchword.store.roles import Role


@operation(
    "iam",
    way=Way.CHANGE,
    on=profile_to_create,
    journal=("instance_profile_name", "path", "tags"),
    told=("InstanceProfile.InstanceProfileId", "InstanceProfile.Arn", "InstanceProfile.CreateDate"),
    raises=(DuplicateTagKeys, ReservedTag, InstanceProfileExists, LimitExceeded),
    also=tagging.needed_to_tag("iam:TagInstanceProfile"),
)
def create_instance_profile(
    call: Call, *, instance_profile_name: str, path: str | None = None, tags: tagging.Passed | None = None
) -> Reply:
    """Make an instance profile, with no role in it yet.

    Raises DuplicateTagKeys, ReservedTag, InstanceProfileExists, LimitExceeded.
    Source: IAM API, CreateInstanceProfile.
    """
    passed = tagging.read(tags)
    if instance_profiles.named(call.tx, call.account, instance_profile_name) is not None:
        raise InstanceProfileExists(name=instance_profile_name)
    limit = call.quotas.instance_profiles_per_account
    if instance_profiles.count(call.tx, call.account) >= limit:
        raise LimitExceeded(quota="InstanceProfilesPerAccount", limit=limit)
    profile_id = mint_unique_id(Prefix.INSTANCE_PROFILE, call.random)
    profile = InstanceProfile(profile_id, call.account, instance_profile_name, path or "/", None, call.now)
    instance_profiles.add(call.tx, profile)
    tagging.put(call, profile.id, tags, quota="TagsPerInstanceProfile")
    told = listed(profile, {}, Teller(call.tx))
    return {"InstanceProfile": {**told, "Tags": tagging.told(passed)} if passed else told}


@operation(
    "iam",
    way=Way.READ,
    on=profile_named,
    journal=("instance_profile_name",),
    raises=(NoSuchInstanceProfile,),
)
def get_instance_profile(call: Call, *, instance_profile_name: str) -> Reply:  # noqa: ARG001 - read by the target
    """Tell of an instance profile, and of the role in it.

    Raises NoSuchInstanceProfile.   Source: IAM API, GetInstanceProfile.
    """
    profile = found_profile(call)
    told = listed(profile, _roles_in(call, [profile]), Teller(call.tx))
    return {"InstanceProfile": {**told, "Tags": tagging.told(kept_tags.of(call.tx, profile.id))}}


@operation(
    "iam",
    way=Way.READ,
    on=under_path("instance-profile"),
    journal=("path_prefix", "marker", "max_items"),
    raises=(InvalidMarker,),
)
def list_instance_profiles(
    call: Call, *, path_prefix: str | None = None, marker: str | None = None, max_items: int | None = None
) -> Reply:
    """List instance profiles by name, those under a path if one is given.

    Raises InvalidMarker.   Source: IAM API, ListInstanceProfiles.
    """
    page = paging.page(call, "InstanceProfiles", marker, max_items)
    prefix = path_prefix or "/"
    rows = instance_profiles.page(call.tx, call.account, path_prefix=prefix, after=page.after, limit=page.fetch)
    return _page(call, page, rows)


@operation(
    "iam",
    way=Way.READ,
    on=role_named,
    journal=("role_name", "marker", "max_items"),
    raises=(NoSuchRole, InvalidMarker),
)
def list_instance_profiles_for_role(
    call: Call,
    *,
    role_name: str,  # noqa: ARG001 - read by the target
    marker: str | None = None,
    max_items: int | None = None,
) -> Reply:
    """List the instance profiles that hold a role, by name.

    Raises NoSuchRole, InvalidMarker.   Source: IAM API, ListInstanceProfilesForRole.
    """
    role = found_role(call)
    page = paging.page(call, "InstanceProfiles", marker, max_items)
    return _page(call, page, instance_profiles.page_of_role(call.tx, role.id, after=page.after, limit=page.fetch))


@operation(
    "iam",
    way=Way.CHANGE,
    on=profile_named,
    journal=("instance_profile_name",),
    raises=(NoSuchInstanceProfile, DeleteConflict),
)
def delete_instance_profile(call: Call, *, instance_profile_name: str) -> Reply:  # noqa: ARG001 - as above
    """Delete an instance profile that holds no role.

    Raises NoSuchInstanceProfile, DeleteConflict.   Source: IAM API, DeleteInstanceProfile.
    """
    profile = found_profile(call)
    if profile.role_id is not None:
        raise DeleteConflict(first="remove roles from instance profile")
    instance_profiles.remove(call.tx, profile.id)
    return {}


def listed(profile: InstanceProfile, held: Mapping[str, Role], teller: Teller) -> dict[str, Any]:
    """Write an instance profile as listings hold it; `held` are the roles in profiles, by unique id.

    Source: recorded from AWS, ListInstanceProfiles: without tags.
    """
    role = held.get(profile.role_id) if profile.role_id else None
    return {
        "Path": profile.path,
        "InstanceProfileName": profile.name,
        "InstanceProfileId": profile.id,
        "Arn": profile.arn,
        "CreateDate": profile.created_at,
        "Roles": [] if role is None else [_role_inside(role, teller)],
    }


def _role_inside(role: Role, teller: Teller) -> dict[str, Any]:
    """Write a role as instance profiles hold it.  Source: as above: less than GetRole tells."""
    return {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn,
        "CreateDate": role.created_at,
        "AssumeRolePolicyDocument": teller.tell(role.trust_policy),
    }


def _roles_in(call: Call, profiles: list[InstanceProfile]) -> Mapping[str, Role]:
    return roles.by_ids(call.tx, {profile.role_id for profile in profiles if profile.role_id})


def _page(call: Call, page: paging.Page, rows: list[InstanceProfile]) -> Reply:
    held, teller = _roles_in(call, rows), Teller(call.tx)
    return page.reply(
        rows, tell=lambda profile: listed(profile, held, teller), position=lambda profile: profile.name.lower()
    )
