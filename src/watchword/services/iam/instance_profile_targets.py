"""What operations on instance profiles act on, as policies see it, and what was found there."""

from __future__ import annotations

from watchword.domain.arn import iam_arn
from watchword.services.iam.instance_profile_refusals import NoSuchInstanceProfile
from watchword.services.operation import Asking, Call, Target
from watchword.store import instance_profiles, tags
from watchword.store.instance_profiles import InstanceProfile


def profile_to_create(asking: Asking) -> Target:
    """The instance profile that is about to be made."""
    account, asked = asking.caller.account, asking.parameters
    path, name = asked.get("path") or "/", asked["instance_profile_name"]
    return Target(iam_arn(account, f"instance-profile{path}{name}"), account)


def profile_named(asking: Asking) -> Target:
    """The instance profile that is named; one that does not exist stands for itself under the root path."""
    account, name = asking.caller.account, asking.parameters["instance_profile_name"]
    tx, profile = asking.tx, instance_profiles.named(asking.tx, account, name)
    if profile is None:
        return Target(iam_arn(account, f"instance-profile/{name}"), account)
    return Target(profile.arn, account, tags=lambda: tags.of(tx, profile.id), subject=profile)


def found_profile(call: Call) -> InstanceProfile:
    """Give the instance profile that the request was allowed on.

    Raises NoSuchInstanceProfile.
    """
    if not isinstance(call.target.subject, InstanceProfile):
        raise NoSuchInstanceProfile(name=call.asking.parameters["instance_profile_name"])
    return call.target.subject
