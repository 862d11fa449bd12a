"""AssumeRoleForInstanceProfile: what a machine is started with. An operation of the `watchword` service.

It stands here because it issues a session, as AWS's compute service does through STS.
"""

from __future__ import annotations

from dataclasses import dataclass

from watchword.domain.arn import iam_arn
from watchword.domain.clock import iso8601
from watchword.domain.principal import Principal, PrincipalType
from watchword.domain.refusal import AccessDenied, Refusal
from watchword.policy import Policies, Request, evaluate
from watchword.services.deciding.context import organization_id, organization_paths
from watchword.services.deciding.layers import with_rcps
from watchword.services.known import KnownRole
from watchword.services.operation import Asking, Call, ContextValue, Reply, Target, Way, operation
from watchword.services.sts import credentials, role_sessions
from watchword.services.sts.role_sessions import DEFAULT_SECONDS
from watchword.store import instance_profiles, tags
from watchword.store.instance_profiles import InstanceProfile

ACTION = "sts:AssumeRole"
MACHINES = "ec2.amazonaws.com"
"""The service that a role must trust, for machines to have it.  Source: IAM User Guide, "Using instance profiles"."""


class NoSuchProfile(Refusal):
    """Source: watchword model, ResourceNotFoundException."""

    code, text = "ResourceNotFoundException", "There is no instance profile `{name}` in this account."


class EmptyProfile(Refusal):
    """Source: watchword model, ResourceNotFoundException."""

    code, text = "ResourceNotFoundException", "There is no role in the instance profile `{name}`."


class NotTrusted(AccessDenied):
    """The role is for others."""

    text = "The role `{role}` does not trust " + MACHINES + " to assume it: see its trust policy."


@dataclass(frozen=True, slots=True)
class _Held:
    profile: InstanceProfile
    role: KnownRole | None


def _profile(asking: Asking) -> Target:
    account, name = asking.caller.account, asking.parameters["instance_profile_name"]
    tx, profile = asking.tx, instance_profiles.named(asking.tx, account, name)
    if profile is None:
        return Target(iam_arn(account, f"instance-profile/{name}"), account)
    role = asking.directory.role(profile.role_id) if profile.role_id else None
    return Target(profile.arn, account, lambda: tags.of(tx, profile.id), subject=_Held(profile, role))


@operation(
    "watchword",
    way=Way.CHANGE,  # one by one with taking the role out, so that nothing is issued after that has happened
    on=_profile,
    journal=("instance_profile_name", "instance_id", "duration_seconds"),
    told=(*credentials.TOLD, "InstanceProfileArn", "RoleArn"),
    raises=(NoSuchProfile, EmptyProfile, NotTrusted),
)
def assume_role_for_instance_profile(
    call: Call, *, instance_profile_name: str, instance_id: str, duration_seconds: int | None = None
) -> Reply:
    """Give credentials of the role in an instance profile. Taking the role out of it ends them.

    Raises NoSuchProfile, EmptyProfile, NotTrusted.
    """
    held: _Held | None = call.target.subject
    if held is None:
        raise NoSuchProfile(name=instance_profile_name)
    profile, role = held.profile, held.role
    if role is None:
        raise EmptyProfile(name=profile.name)
    if not _trusts_machines(role, call, instance_id):
        raise NotTrusted(role=role.name)
    seconds = min(duration_seconds or DEFAULT_SECONDS, role.max_session_seconds)
    holder = role_sessions.holder_of(role, instance_id)
    _, reply = credentials.issue(call, holder, seconds=seconds, instance_profile=profile.id)
    return {"Credentials": reply["Credentials"], **_names(profile, role)}


def _names(profile: InstanceProfile, role: KnownRole) -> Reply:
    return {
        "InstanceProfileArn": profile.arn,
        "InstanceProfileId": profile.id,
        "RoleName": role.name,
        "RoleArn": role.arn,
    }


def _trusts_machines(role: KnownRole, call: Call, instance_id: str) -> bool:
    """Tell whether the service may assume the role for a machine: by its trust policy and the RCPs that guard it."""
    service = Principal(PrincipalType.ANONYMOUS, "", MACHINES, MACHINES, "", MACHINES)
    target = Target(role.arn, role.account, policy=role.trust, trust=True)
    layers = with_rcps(Policies(resource=role.trust), ACTION, target, call.directory)
    known = _known(role, call, instance_id)
    return evaluate(Request(service, ACTION, role.arn, known.get, role.account), layers, trust=True).allowed


def _known(role: KnownRole, call: Call, instance_id: str) -> dict[str, ContextValue]:
    """Tell what the service's own request would: it asks for a machine of the role's account."""
    known: dict[str, ContextValue] = {
        "aws:currenttime": iso8601(call.asking.now),
        "aws:epochtime": str(call.now),
        "aws:principalisawsservice": "true",
        "aws:principalservicename": MACHINES,
        "aws:sourcearn": f"arn:aws:ec2:us-east-1:{role.account}:instance/{instance_id}",
        "aws:sourceip": call.asking.source_ip or None,
    }
    organization = organization_id(call.directory, role.account)
    paths = organization_paths(call.directory, role.account)
    for side in ("source", "resource"):
        known |= {f"aws:{side}account": role.account, f"aws:{side}orgid": organization, f"aws:{side}orgpaths": paths}
    return known
