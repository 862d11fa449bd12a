"""Users, groups, roles and managed policies with all that hangs on them, as GetAccountAuthorizationDetails tells them.

Each function tells a whole page with a handful of queries. What AWS leaves out, though its model has it, is left out:
descriptions of policies, tags of instance profiles, an empty list of a user's inline policies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from watchword.policy import unpin_principals
from watchword.services.iam import boundaries, tagging
from watchword.services.iam.policy_documents import encoded
from watchword.services.operation import Call
from watchword.store import attachments, last_used, policies
from watchword.store import authorization_details as kept
from watchword.store.attachments import Attached
from watchword.store.groups import Group
from watchword.store.instance_profiles import InstanceProfile
from watchword.store.last_used import LastUsed
from watchword.store.policies import ManagedPolicy
from watchword.store.policy_versions import PolicyVersion
from watchword.store.roles import Role
from watchword.store.tx import Tx
from watchword.store.users import User

Told = Mapping[str, Any]


def users_told(call: Call, page: Sequence[User]) -> list[Told]:
    """Write users with their policies, groups, boundaries and tags."""
    ids = [user.id for user in page]
    inline, attached = kept.inline(call.tx, ids), kept.attached(call.tx, ids)
    groups, tags = kept.group_names(call.tx, ids), kept.tags(call.tx, ids)
    return [
        {
            "Path": user.path,
            "UserName": user.name,
            "UserId": user.id,
            "Arn": user.arn,
            "CreateDate": user.created_at,
            **({"UserPolicyList": _inline(inline[user.id])} if user.id in inline else {}),
            "GroupList": groups.get(user.id, []),
            "AttachedManagedPolicies": _attached(attached.get(user.id, [])),
            **boundaries.told(user.boundary_arn),
            "Tags": tagging.told(tags.get(user.id, {})),
        }
        for user in page
    ]


def groups_told(call: Call, page: Sequence[Group]) -> list[Told]:
    """Write groups with their policies."""
    ids = [group.id for group in page]
    inline, attached = kept.inline(call.tx, ids), kept.attached(call.tx, ids)
    return [
        {
            "Path": group.path,
            "GroupName": group.name,
            "GroupId": group.id,
            "Arn": group.arn,
            "CreateDate": group.created_at,
            "GroupPolicyList": _inline(inline.get(group.id, [])),
            "AttachedManagedPolicies": _attached(attached.get(group.id, [])),
        }
        for group in page
    ]


def roles_told(call: Call, page: Sequence[Role]) -> list[Told]:
    """Write roles with whom they trust, their policies, instance profiles, boundaries, tags and last use."""
    ids = [role.id for role in page]
    inline, attached = kept.inline(call.tx, ids), kept.attached(call.tx, ids)
    profiles, tags = kept.profiles(call.tx, ids), kept.tags(call.tx, ids)
    used = last_used.of(call.tx, ids)
    trusts = _trusts(call.tx, page)
    told: list[Told] = []
    for role in page:
        role_told = _role(role, trusts[role.id])
        told.append(
            {
                **role_told,
                "InstanceProfileList": [_profile(profile, role_told) for profile in profiles.get(role.id, [])],
                "RolePolicyList": _inline(inline.get(role.id, [])),
                "AttachedManagedPolicies": _attached(attached.get(role.id, [])),
                **boundaries.told(role.boundary_arn),
                "Tags": tagging.told(tags.get(role.id, {})),
                "RoleLastUsed": _last_used(used.get(role.id)),
            }
        )
    return told


def policies_told(call: Call, page: Sequence[ManagedPolicy]) -> list[Told]:
    """Write managed policies with all their versions, and how many in the account they are used by."""
    ids = [policy.id for policy in page]
    versions = kept.versions(call.tx, ids)
    held = attachments.holders(call.tx, call.account, ids)
    bounding = policies.boundary_uses(call.tx, call.account, [policy.arn for policy in page])
    return [
        {
            "PolicyName": policy.name,
            "PolicyId": policy.id,
            "Arn": policy.arn,
            "Path": policy.path,
            "DefaultVersionId": f"v{policy.default_version}",
            "AttachmentCount": held.get(policy.id, 0),
            "PermissionsBoundaryUsageCount": bounding.get(policy.arn, 0),
            "IsAttachable": True,
            "CreateDate": policy.created_at,
            "UpdateDate": policy.updated_at,
            "PolicyVersionList": [_version(version, policy) for version in versions.get(policy.id, [])],
        }
        for policy in page
    ]


def _trusts(tx: Tx, page: Sequence[Role]) -> Mapping[str, str]:
    """Write the trust policies of a page; everybody whom any of them names is looked up at once."""
    named: set[str] = set()
    for role in page:
        unpin_principals(role.trust_policy, named.add)
    arns = kept.arns(tx, named)
    return {role.id: encoded(unpin_principals(role.trust_policy, arns.get)) for role in page}


def _role(role: Role, trust: str) -> dict[str, Any]:
    return {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn,
        "CreateDate": role.created_at,
        "AssumeRolePolicyDocument": trust,
    }


def _profile(profile: InstanceProfile, role: Told) -> Told:
    return {
        "Path": profile.path,
        "InstanceProfileName": profile.name,
        "InstanceProfileId": profile.id,
        "Arn": profile.arn,
        "CreateDate": profile.created_at,
        "Roles": [role],
    }


def _last_used(used: LastUsed | None) -> Told:
    return {} if used is None else {"LastUsedDate": used.at, "Region": used.region}


def _inline(documents: Sequence[tuple[str, str]]) -> list[Told]:
    return [{"PolicyName": name, "PolicyDocument": encoded(document)} for name, document in documents]


def _attached(held: Sequence[Attached]) -> list[Told]:
    return [{"PolicyName": policy.name, "PolicyArn": policy.arn} for policy in held]


def _version(version: PolicyVersion, policy: ManagedPolicy) -> Told:
    return {
        "Document": encoded(version.document),
        "VersionId": f"v{version.number}",
        "IsDefaultVersion": version.number == policy.default_version,
        "CreateDate": version.created_at,
    }
