"""The role in an instance profile: put it in, take it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from watchword.domain.arn import iam_arn
from watchword.services.iam.instance_profile_refusals import NoSuchInstanceProfile, NotInProfile
from watchword.services.iam.instance_profile_targets import found_profile, profile_named
from watchword.services.iam.policy_refusals import NoSuchRole
from watchword.services.iam.refusals import LimitExceeded
from watchword.services.iam.role_targets import refuse_linked
from watchword.services.iam.service_linked_role_refusals import ProtectedRole
from watchword.services.operation import Asking, Call, Need, Reply, Target, Way, operation
from watchword.services.sessions.criteria import Criteria
from watchword.services.sessions.ending import Why, end
from watchword.store import instance_profiles, roles, tags
from watchword.store.instance_profiles import InstanceProfile
from watchword.store.roles import Role

ROLES_PER_PROFILE = 1
"""Source: IAM User Guide, "IAM and AWS STS quotas": cannot be raised."""

PASSED_TO = "ec2.amazonaws.com"


@dataclass(frozen=True, slots=True)
class _Filling:
    """A profile and the role that it is to get."""

    profile: InstanceProfile | None
    role: Role | None


def profile_to_fill(asking: Asking) -> Target:
    """The instance profile that is named, and the role that it is to get."""
    target = profile_named(asking)
    role = roles.named(asking.tx, asking.caller.account, asking.parameters["role_name"])
    return replace(target, subject=_Filling(target.subject, role))


def needed_to_pass(asking: Asking, target: Target) -> Sequence[Need]:
    """Ask for leave to pass the role: to any instance of the account, as nobody knows yet to which.

    Source: IAM API, AddRoleToInstanceProfile.
    """
    filling: _Filling = target.subject
    tx, account, role = asking.tx, target.account, filling.role
    passed = {
        "iam:passedtoservice": PASSED_TO,
        "iam:associatedresourcearn": f"arn:aws:ec2:*:{account}:instance/*",
    }
    if role is None:
        on = Target(iam_arn(account, f"role/{asking.parameters['role_name']}"), account, keys=lambda: passed)
    else:
        on = Target(role.arn, account, tags=lambda: tags.of(tx, role.id), keys=lambda: passed)
    return (Need("iam:PassRole", on),)


@operation(
    "iam",
    way=Way.CHANGE,
    on=profile_to_fill,
    journal=("instance_profile_name", "role_name"),
    raises=(NoSuchInstanceProfile, NoSuchRole, ProtectedRole, LimitExceeded),
    also=needed_to_pass,
)
def add_role_to_instance_profile(call: Call, *, instance_profile_name: str, role_name: str) -> Reply:
    """Put a role into an instance profile that holds none.

    Raises NoSuchInstanceProfile, NoSuchRole, ProtectedRole, LimitExceeded.   Source: IAM API, AddRoleToInstanceProfile.
    """
    filling: _Filling = call.target.subject
    if filling.profile is None:
        raise NoSuchInstanceProfile(name=instance_profile_name)
    if filling.role is None:
        raise NoSuchRole(name=role_name)
    refuse_linked(filling.role)
    if filling.profile.role_id is not None:
        raise LimitExceeded(quota="InstanceSessionsPerInstanceProfile", limit=ROLES_PER_PROFILE)
    instance_profiles.set_role(call.tx, filling.profile.id, filling.role.id)
    return {}


@operation(
    "iam",
    way=Way.CHANGE,
    on=profile_named,
    journal=("instance_profile_name", "role_name"),
    raises=(NoSuchInstanceProfile, NoSuchRole, NotInProfile),
)
def remove_role_from_instance_profile(call: Call, *, instance_profile_name: str, role_name: str) -> Reply:  # noqa: ARG001 - read by the target
    """Take the role out of an instance profile, which ends the sessions that were issued for it.

    Raises NoSuchInstanceProfile, NoSuchRole, NotInProfile.   Source: IAM API, RemoveRoleFromInstanceProfile.
    """
    profile = found_profile(call)
    role = roles.named(call.tx, call.account, role_name)
    if role is None:
        raise NoSuchRole(name=role_name)
    if profile.role_id != role.id:
        raise NotInProfile(role=role.name, profile=profile.name)
    instance_profiles.set_role(call.tx, profile.id, None)
    now = call.asking.tools.clock.now()
    why = Why(call.request_id, call.caller.principal.arn, f"the role was taken out of `{profile.name}`")
    end(call.tx, call.account, Criteria(instance_profile=profile.id), why, issued_before=now, now=now)
    return {}
